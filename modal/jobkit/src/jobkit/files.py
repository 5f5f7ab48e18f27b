"""Small file habits: atomic writes, checksums, locks between processes."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from jobkit.errors import Problem

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


def require_file(path: Path) -> None:
    """OSError where a pipe, a socket or a device lies there: one that is read may never answer, and
    never end."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # a folder is told when it is opened
        raise OSError(errno.EINVAL, "it is no file", str(path))


def sha256(path: Path, tick: Callable[[int], None] | None = None) -> str:
    """The checksum of a file's content; `tick(bytes so far)` is called as it goes."""
    require_file(path)
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


@contextlib.contextmanager
def made(folder: Path) -> Iterator[None]:
    """Makes a folder, and what is above it. Where the work within fails, those of them that were not
    there before go again, and what lies in them, as far as all of it is empty folders."""
    new = [one for one in (folder, *folder.parents) if not one.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        within = [one for one in folder.rglob("*") if one.is_dir()] if new else []
        for one in (*sorted(within, reverse=True), *new):  # the innermost first
            with contextlib.suppress(OSError):
                one.rmdir()
        raise


def _path_of(error: OSError) -> str | None:
    """The file that an error is about; some libraries hide its name in the text."""
    found = re.search(r"filename = '([^']+)'", str(error))
    return error.filename or (found[1] if found else None)


def remove(path: Path) -> None:
    """What lies there, if anything: a folder with all that is in it, a link as such. What it leads
    to stays."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def room(folder: Path) -> str:
    """What is still free where a folder is, or would be made: "3.2 MB"."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return amount(shutil.disk_usage(folder).free)


def amount(count: float) -> str:
    """Bytes for a person: "3.2 MB"."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            break
        count /= 1000
    else:
        unit = "TB"
    return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"


def _number_of(error: OSError) -> int:
    """numpy tells a disk that filled while it wrote an array in these words alone."""
    return errno.ENOSPC if re.search(r"\d+ requested and \d+ written", str(error)) else 0


def as_problem(error: OSError, what: str, folder: Path | None = None) -> Problem:
    """An error of the file system in words that help. `folder`: where, if it does not say."""
    number, path = error.errno or _number_of(error), _path_of(error)
    if number in (errno.ENOSPC, errno.EDQUOT):
        why = "the disk is full" if number == errno.ENOSPC else "the disk quota is used up"
        if path or folder:
            with contextlib.suppress(OSError):
                where = folder or Path(path or "").parent
                why += f": {path or folder} had no room, {room(where)} are free there"
        return Problem(what, why, "free some space, then try again; what is finished is kept")
    why = error.strerror or str(error)
    if path:
        why = f"{path}: {why}"
    hint = {
        errno.EACCES: "check who owns the folder and its permissions",
        errno.EPERM: "check who owns the folder and its permissions",
        errno.EROFS: "choose a folder that can be written to",
        errno.ENOTDIR: "choose a folder: something above it is a file",
    }.get(number)
    return Problem(what, why, hint)


def read_json(path: Path) -> dict[str, Any] | None:
    """The object in a file; None where there is none that can be read."""
    try:
        require_file(path)
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
