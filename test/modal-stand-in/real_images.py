"""Images that are really built (`--real-images DIR`): a Debian root by debootstrap, each image an overlay on its bases.

DIR keeps the roots (`debian-RELEASE/`) and the layers (`layers/KEY/`) from one run to the next: what is there is not built again.
Needs root, debootstrap, overlayfs and a way to Debian's and PyPI's servers. Executed are FROM (of a Python image: the Debian whose
own Python it is), RUN, COPY of files from the person's machine, ENV, WORKDIR; the rest only shapes how a container starts, and is recorded.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import re
import shlex
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from .cells import start_cell
from .images import Image
from .world import World

Say = Callable[[str], None]

# The Debian whose own Python is the one asked for.
RELEASES = {"3.9": "bullseye", "3.11": "bookworm", "3.13": "trixie"}
PACKAGES = "python3,python3-pip,python3-venv,python3-dev,ca-certificates"
# Of the machine's own, so that builds reach the network as it does.
NETWORK = re.compile(r"(?i)(https?|all|no)_proxy|PIP_\w+|SSL_CERT_FILE|REQUESTS_CA_BUNDLE|UV_\w+")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
BUILD_ENV = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "DEBIAN_FRONTEND": "noninteractive",
    "PIP_BREAK_SYSTEM_PACKAGES": "1",
    "PIP_ROOT_USER_ACTION": "ignore",
}


class RealImageRpcs:
    world: World

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}

    def _folder(self) -> Path:
        return self.world.options.real_images.resolve()

    def _chain_key(self, image: Image) -> str:
        """A layer's name: what it says and what it stands on, the same in every run."""
        definition = type(image.definition)()
        definition.CopyFrom(image.definition)
        del definition.base_images[:]
        if definition.context_mount_id:
            definition.context_mount_id = self.world.mounts[definition.context_mount_id].checksum
        bases = "".join(self._chain_key(base) for base in image.bases)
        return hashlib.sha256(definition.SerializeToString(deterministic=True) + bases.encode()).hexdigest()[:32]

    def _layer(self, image: Image) -> Path:
        return self._folder() / "layers" / self._chain_key(image)

    def root_layers(self, image: Image) -> list[Path]:
        """The folders an image consists of, the newest first, as overlayfs wants them."""
        below = [folder for base in image.bases for folder in self.root_layers(base)]
        below = below or [self._folder() / f"debian-{RELEASES[image.python_version()]}"]
        return [self._layer(image) / "fs", *below]

    @contextlib.asynccontextmanager
    async def real_build(self, image: Image, say: Say) -> AsyncIterator[Callable[[str], Awaitable[int]]]:
        """What executes a command of this image and answers its exit code; output goes to `say`. The layer is kept when all were 0."""
        layer = self._layer(image)
        async with self._locks.setdefault(layer.name, asyncio.Lock()):
            if (layer / "done").exists():
                say("This layer was built before.\n")
                yield self._nothing
                return
            shutil.rmtree(layer, ignore_errors=True)
            (layer / "fs").mkdir(parents=True)
            codes: list[int] = []

            async def step(command: str) -> int:
                codes.append(await self._step(image, layer, command, say))
                return codes[-1]

            yield step
            if len(codes) == len(image.commands) and not any(codes):
                (layer / "done").touch()

    @staticmethod
    async def _nothing(command: str) -> int:
        return 0

    async def _debian(self, python: str, say: Say) -> int:
        """The root that everything stands on."""
        release = RELEASES.get(python)
        if release is None:
            say(f"No Debian has Python {python or '?'} as its own; known are {', '.join(RELEASES)}\n")
            return 1
        root = self._folder() / f"debian-{release}"
        if (root / ".done").exists():
            return 0
        if shutil.which("debootstrap") is None:
            say("debootstrap is not installed on this machine: apt-get install debootstrap\n")
            return 127
        shutil.rmtree(root, ignore_errors=True)
        root.parent.mkdir(parents=True, exist_ok=True)
        command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", release, str(root)]
        code = await self._follow(await self._start(command), say)
        if code != 0:
            return code
        for name in ("python", "pip"):
            link = root / "usr/local/bin" / name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(f"/usr/bin/{name}3")
        if CERTIFICATES.exists():
            shutil.copyfile(CERTIFICATES, root / CERTIFICATES.relative_to("/"))
        (root / ".done").touch()
        return 0

    @staticmethod
    async def _start(command: list[str]) -> asyncio.subprocess.Process:
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(
            *command, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=asyncio.subprocess.STDOUT, start_new_session=True
        )

    @staticmethod
    async def _follow(process: asyncio.subprocess.Process, say: Say) -> int:
        """A process's output as the build log; its exit code. Ends it when the build is ended."""
        try:
            while data := await process.stdout.read(4096):
                say(data.decode(errors="replace"))
            return await process.wait()
        finally:
            if process.returncode is None:
                os.killpg(process.pid, 9)

    async def _step(self, image: Image, layer: Path, command: str, say: Say) -> int:
        words = command.strip().split(maxsplit=1)
        if not words:
            return 0
        if words[0] == "FROM" and not image.bases:
            return await self._debian(image.python_version(), say)
        if words[0] == "RUN":
            return await self._run_step(image, layer, command.strip()[4:], say)
        if words[0] in ("COPY", "ADD"):
            return self._copy_step(image, layer, shlex.split(words[1]), say)
        return 0

    async def _run_step(self, image: Image, layer: Path, script: str, say: Say) -> int:
        """A RUN command in the layer as it is by now."""
        network = {key: value for key, value in os.environ.items() if NETWORK.fullmatch(key)}
        secrets: dict[str, str] = {}
        for secret_id in image.definition.secret_ids:
            secrets.update(self.world.servicer.secret_env(secret_id))
        env = {**BUILD_ENV, **network, **image.environ(), **secrets}
        folder = self.world.folder("builds", image.image_id)
        resolver = os.path.realpath("/etc/resolv.conf")
        binds: list[list[Any]] = [[resolver, "/etc/resolv.conf", True]]
        links = env.get("PIP_FIND_LINKS", "")
        if os.path.isdir(links):
            binds.append([links, links, True])
        argv = ["/bin/sh", "-c", script]
        cells = self.world.servicer.cells_of_machine()
        spec = cells.spec(
            cells.mode, folder, argv, env, image.workdir() or "/", binds, self.root_layers(image)[1:], upper=layer / "fs", fresh=False
        )
        pipe = asyncio.subprocess.PIPE
        process = await start_cell(spec, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=asyncio.subprocess.STDOUT)
        return await self._follow(process, say)

    def _copy_step(self, image: Image, layer: Path, words: list[str], say: Say) -> int:
        """Files of the build's context into the layer."""
        *sources, target = [word for word in words if not word.startswith("--")]
        context = self.world.folder("builds", image.image_id, "context")
        if image.definition.context_mount_id:
            self.world.servicer.lay_mount(image.definition.context_mount_id, context)
        for file in image.definition.context_files:
            path = context / file.filename.lstrip("/")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.data)
        into = layer / "fs" / os.path.normpath(os.path.join(image.workdir() or "/", target)).lstrip("/")
        for source in sources:
            path = context / source.lstrip("/")
            if not path.exists():
                say(f"COPY failed: {source} is not in the build's context\n")
                return 1
            if path.is_dir():
                shutil.copytree(path, into, dirs_exist_ok=True, symlinks=True)
                continue
            place = into / path.name if target.endswith("/") or into.is_dir() else into
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, place)
        return 0
