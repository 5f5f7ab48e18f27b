"""Small file habits: atomic writes, checksums, locks between processes."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from annbench.errors import Problem

BLOCK = 1 << 22


def write_json(path: Path, value: Any) -> None:
    """Writes a whole file or none: a reader sees the old one or the new one."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(beside, "w", encoding="utf-8") as f:
            json.dump(value, f, indent=1, allow_nan=False)
            f.write("\n")
            f.flush()
            os.fsync(f.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def sweep(folder: Path, name: str) -> None:
    """Removes what a write of `name`... left behind when its process was killed."""
    for path in folder.glob(f".{name}.*"):
        pid = path.name.rpartition(".")[2]
        if not pid.isdigit() or int(pid) == os.getpid():
            continue
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            path.unlink(missing_ok=True)
        except OSError:
            continue


def sha256(path: Path, tick: Callable[[int], None] | None = None) -> str:
    """Of a file's content; `tick(bytes so far)` is called as it goes."""
    digest = hashlib.sha256()
    done = 0
    with open(path, "rb") as f:
        while block := f.read(BLOCK):
            digest.update(block)
            done += len(block)
            if tick is not None:
                tick(done)
    return digest.hexdigest()


@contextlib.contextmanager
def exclusive(path: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Holds a lock file; the system lets go of it even when this process is killed. If another
    process has it, `waiting()` is called once and then this waits."""
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        told = False
        while True:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if not told:
                    told = True
                    waiting()
                time.sleep(0.2)
            except OSError as e:
                if e.errno not in (errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOLCK):
                    raise
                break  # a file system without locks: there is nobody to wait for
        yield
    finally:
        os.close(fd)


def as_problem(error: OSError, what: str) -> Problem:
    """An error of the file system in words that help."""
    why = error.strerror or str(error)
    if error.filename:
        why = f"{error.filename}: {why}"
    hint = {
        errno.ENOSPC: "free some space, then try again; what was fetched is kept",
        errno.EDQUOT: "your disk quota is used up; free some space and try again",
        errno.EACCES: "check who owns the folder and its permissions",
        errno.EROFS: "choose a folder that can be written to",
    }.get(error.errno or 0)
    return Problem(what, why, hint)
