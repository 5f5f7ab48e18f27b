"""What a container's cell is made of on this machine: which namespaces there are, what it may see of the machine's files."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import modal

from .world import Options

CELL = Path(__file__).with_name("cell.py")
# The machine's own folders a container sees, read-only; everything else at the top is the container's own.
SHARED = ["bin", "sbin", "lib", "lib32", "lib64", "libx32", "usr", "etc", "opt", "var", "nix", "dev", "sys"]
OWN = ["root", "tmp", "mnt", "home", "run", "__modal"]
CLIENT = Path(modal.__file__).parent.parent
# Prints where a Python lives: its executable, its prefixes, what it imports from, and its version.
ASK_PYTHON = """
import json, os, sys
real = os.path.realpath(sys.executable)
print(json.dumps({"executable": os.path.abspath(sys.executable), "version": list(sys.version_info[:2]),
  "folders": [sys.prefix, sys.base_prefix, sys.exec_prefix, os.path.dirname(os.path.dirname(real))]
             + [os.path.abspath(entry) for entry in sys.path if entry and os.path.isdir(entry)]}))
"""


def launcher(spec: Path) -> list[str]:
    """The command that runs a spec of cell.py."""
    return [sys.executable, "-I", "-S", str(CELL), str(spec)]


class Cells:
    """Made once at the start; `mode` is "root", "user" or "none"."""

    def __init__(self, options: Options, probe: Path) -> None:
        self._options = options
        self.python = self._ask_python()
        self.shared, self.links = self._top_level()
        self.mode, self.why_not = self._probe(probe)
        # Byte code of the client is there after an ordinary installation; else each container would compile it again.
        self.needs_byte_code = not any((CLIENT / "modal" / "__pycache__").glob("*.pyc"))

    def _ask_python(self) -> dict[str, Any]:
        answer = subprocess.run(
            [self._options.container_python, "-c", ASK_PYTHON], check=True, capture_output=True, text=True, cwd="/", env={"PATH": os.defpath}
        )
        return json.loads(answer.stdout)

    def _top_level(self) -> tuple[list[str], dict[str, str]]:
        shared, links = [], {}
        for name in SHARED:
            path = Path("/") / name
            if path.is_symlink():
                links[str(path)] = os.readlink(path)
            elif path.exists():
                shared.append(str(path))
        return shared, links

    def keeps(self) -> list[list[Any]]:
        """Folders outside the shared ones that a container needs at their own place: its Python, its extra path, name resolution."""
        wanted = {os.path.realpath("/etc/resolv.conf")}
        for folder in [*self.python["folders"], *self._options.container_path]:
            wanted |= {os.path.abspath(folder), os.path.realpath(folder)}
        wanted.add(os.path.dirname(os.path.dirname(self.python["executable"])))
        shared = {"/", *self.shared, *self.links}
        kept: list[str] = []
        for path in sorted(wanted):
            covered = any(path == top or path.startswith(f"{top}/") for top in [*kept, *(shared - {"/"})])
            if not covered and path != "/" and os.path.exists(path):
                kept.append(path)
        return [[path, path, True] for path in kept]

    def _probe(self, folder: Path) -> tuple[str, str]:
        """The first way that works here."""
        why = "this is not Linux"
        for mode in ("root",) if os.getuid() == 0 else ("user",):
            if sys.platform != "linux":
                break
            spec = self.spec(mode, folder, ["/bin/true"], {}, "/", [])
            answer = subprocess.run(launcher(spec), capture_output=True, text=True)
            if answer.returncode == 0:
                return mode, ""
            why = answer.stderr.strip() or f"exit code {answer.returncode}"
        return "none", why

    def spec(
        self,
        mode: str,
        folder: Path,
        argv: list[str],
        env: dict[str, str],
        cwd: str,
        binds: list[list[Any]],
        layers: list[Path] | None = None,
        *,
        upper: Path | None = None,
        fresh: bool = True,
    ) -> Path:
        """Writes what cell.py is to run with `folder` as the container's own; the file.

        With `layers` the root folder is an overlay of them; what is written goes to `upper`. A `fresh` one gets the usual empty folders.
        """
        fs = folder / "fs"
        fs.mkdir(parents=True, exist_ok=True)
        spec: dict[str, Any] = {
            "mode": mode,
            "fs": str(fs),
            "argv": argv,
            "env": env,
            "cwd": cwd,
            "pid_file": str(folder / "pid"),
            "shared": self.shared,
            "links": self.links,
            "binds": binds,
        }
        if layers:
            upper = upper or folder / "upper"
            upper.mkdir(parents=True, exist_ok=True)
            # overlayfs wants both on one file system.
            work = upper.with_name(upper.name + "-work")
            work.mkdir(exist_ok=True)
            spec.update(layers=[str(layer) for layer in layers], upper=str(upper), work=str(work), shared=["/dev", "/sys"], links={})
        for name in OWN if fresh else []:
            own = (upper if layers else fs) / name
            own.mkdir(parents=True, exist_ok=True)
            own.chmod(0o1777 if name == "tmp" else 0o755)
        path = folder / "spec.json"
        path.write_text(json.dumps(spec))
        path.chmod(0o600)
        return path

    def join_spec(self, folder: Path, name: str, pid: int, argv: list[str], env: dict[str, str], cwd: str, tty: bool) -> Path:
        """Writes what cell.py is to run beside the process `pid` of the container in `folder`; the file."""
        path = folder / f"{name}.json"
        spec = {"join": pid, "fs": str(folder / "fs"), "mode": self.mode, "argv": argv, "env": env, "cwd": cwd, "tty": tty}
        path.write_text(json.dumps(spec))
        path.chmod(0o600)
        return path


async def start_cell(spec: Path, **streams: Any) -> asyncio.subprocess.Process:
    """Starts a spec in a session of its own."""
    return await asyncio.create_subprocess_exec(*launcher(spec), start_new_session=True, cwd="/", **streams)
