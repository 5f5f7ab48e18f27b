"""The files of a local folder that are to be uploaded, and their hashes."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .errors import BadRequest

# Volumes of version 2 keep files in such blocks.
BLOCK_SIZE = 8 << 20
_PIECE = 1 << 20


class Changed(Exception):
    """A file is another one than when it was first looked at."""


@dataclass(frozen=True)
class Local:
    """A file here; `name` is its path below the folder, with slashes; `mtime` in nanoseconds."""

    name: str
    path: Path
    size: int
    mtime: int
    mode: int

    @property
    def blocks(self) -> int:
        return -(-self.size // BLOCK_SIZE)

    def is_same(self) -> bool:
        try:
            now = self.path.stat()
        except OSError:
            return False
        return (now.st_size, now.st_mtime_ns) == (self.size, self.mtime)


def scan(root: Path) -> list[Local]:
    """Every file of a folder, by name; or the one file that `root` is. Links to files are followed, links to folders are not."""
    if not root.exists():
        raise BadRequest(f"{root} does not exist")
    if not root.is_dir():
        return [_local(root.name, root, root.stat())]
    return sorted(_below(root, root), key=lambda file: file.name)


def one_below(root: Path, name: str) -> Local:
    """The file that a name leads to, through links as well. FileNotFoundError where there is none."""
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise BadRequest(f"{name} is not below {root}")
    return _local(name, root / name, (root / name).stat())


def _below(root: Path, folder: Path) -> Iterator[Local]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _below(root, Path(entry.path))
                continue
            try:
                found = entry.stat()
            except FileNotFoundError:
                continue
            if stat.S_ISREG(found.st_mode):
                path = Path(entry.path)
                yield _local(path.relative_to(root).as_posix(), path, found)


def _local(name: str, path: Path, found: os.stat_result) -> Local:
    if not stat.S_ISREG(found.st_mode):
        raise BadRequest(f"{path} is neither a file nor a folder")
    try:
        name.encode()
    except UnicodeEncodeError:
        raise BadRequest(f"the name of {path!r} is no UTF-8: rename it") from None
    return Local(name, path, found.st_size, found.st_mtime_ns, found.st_mode & 0o7777)


def read_block(file: Local, index: int) -> memoryview:
    """A block without its trailing zeros, as volumes keep it."""
    with file.path.open("rb", buffering=0) as source:
        return _read(source.fileno(), file, index)


def _read(descriptor: int, file: Local, index: int) -> memoryview:
    start = index * BLOCK_SIZE
    wanted = min(BLOCK_SIZE, file.size - start)
    data = os.pread(descriptor, wanted, start)
    while len(data) < wanted:
        more = os.pread(descriptor, wanted - len(data), start + len(data))
        if not more:
            raise Changed(file.name)
        data += more
    if not data.endswith(b"\0"):
        return memoryview(data)
    return memoryview(data)[: len(data.rstrip(b"\0"))]


def hash_blocks(file: Local, first: int, end: int) -> list[bytes]:
    """sha256 of each of the blocks `first`…`end` - 1."""
    with file.path.open("rb", buffering=0) as source:
        return [hashlib.sha256(_read(source.fileno(), file, index)).digest() for index in range(first, end)]


def hash_whole(file: Local) -> str:
    """sha256 of the file as it stands, in hexadecimal."""
    digest = hashlib.sha256()
    with file.path.open("rb", buffering=0) as source:
        while piece := source.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
