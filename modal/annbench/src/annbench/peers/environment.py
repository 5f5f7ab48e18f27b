"""The Python environment of a library, made by pip when it is first needed.

They are kept in $ANNBENCH_PEERS, else in `~/.cache/annbench/peers`, a folder for each package and
version of Python. The stamp in it is written last: without one it is made anew.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from annbench.peers.registry import Peer
from annbench.user.verdict import Judged

STAMP = "environment.json"
#: So many of pip's lines make up a verdict.
LAST_LINES = 3
#: Nobody waits longer for one library.
MOST_SECONDS = 1800.0


def home() -> Path:
    """Where environments are kept."""
    told = os.environ.get("ANNBENCH_PEERS")
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(told).absolute() if told else Path(cache).absolute() / "annbench" / "peers"


def folder_of(peer: Peer) -> Path:
    """Of this version of Python: what is compiled fits no other."""
    version = f"py{sys.version_info.major}.{sys.version_info.minor}"
    return home() / f"{peer.library}-{peer.version}-{version}"


def python_of(folder: Path) -> Path:
    return folder / "bin" / "python"


def is_there(peer: Peer) -> bool:
    return (folder_of(peer) / STAMP).exists()


@dataclass(frozen=True)
class _Ended:
    code: int
    output: str


def ensure(peer: Peer, log: Callable[[str], None]) -> Path:
    """The Python that has this library. Raises Judged with pip's own last words."""
    folder = folder_of(peer)
    if is_there(peer):
        return python_of(folder)
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _alone(folder):
        if not is_there(peer):  # somebody else made it meanwhile
            _make(peer, folder, log)
    return python_of(folder)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two jobs do not make the same one at once."""
    with open(folder.with_name(f".{folder.name}.lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(peer: Peer, folder: Path, log: Callable[[str], None]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    begun = time.monotonic()
    how = "compiles it" if peer.source else f"about {peer.megabytes} MB on the disk"
    log(f"pip installs {' and '.join(peer.requirements)} into {folder} ({how})")
    made = _run([sys.executable, "-I", "-m", "venv", str(folder)])
    if made.code == 0:
        wheels = [] if peer.source else ["--only-binary=:all:"]
        made = _run(
            [
                str(python_of(folder)), "-I", "-m", "pip", "install", "--no-input",
                "--disable-pip-version-check", "--progress-bar=off", *wheels, *peer.requirements,
            ]
        )  # fmt: skip
    if made.code != 0:
        shutil.rmtree(folder, ignore_errors=True)
        for line in made.output.splitlines()[-30:]:
            log(f"pip | {line}")
        raise Judged(
            "not-installed", f"{peer.package} could not be installed", last_words(made.output),
            "the log has all that pip said; the same run again tries again",
        )  # fmt: skip
    seconds = round(time.monotonic() - begun, 1)
    frozen = _run(
        [str(python_of(folder)), "-I", "-m", "pip", "freeze", "--disable-pip-version-check"]
    )
    stamp = {"packages": frozen.output.split(), "seconds": seconds}
    (folder / STAMP).write_text(json.dumps(stamp) + "\n", encoding="utf-8")
    log(f"{peer.package} is installed ({seconds:.0f} s)")


def last_words(output: str) -> str:
    """Pip's own errors; where it has none, its last lines."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return " · ".join((errors or lines)[-LAST_LINES:]) or "it said nothing"


def _run(command: list[str]) -> _Ended:
    """To its end, whatever ends us: a signal here ends it and all that it started."""
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", start_new_session=True,
    )  # fmt: skip
    try:
        output, _ = process.communicate(timeout=MOST_SECONDS)
    except subprocess.TimeoutExpired:
        _kill(process)
        return _Ended(1, f"error: it took longer than {MOST_SECONDS:.0f} s")
    except BaseException:
        _kill(process)
        raise
    return _Ended(process.returncode, output)


def _kill(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
