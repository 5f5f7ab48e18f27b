"""What is in the files of volumes: bytes on disk that never change once they are here.

Two kinds. A `WholeFile` is one file below `contents/` (volumes v1, and what containers commit). A `BlockFile` is a list of blocks
of at most 8 MiB (uploads to volumes v2), each stored once by its sha256, without its trailing zeros. Bytes that nothing refers to
any more are unlinked.
"""

from __future__ import annotations

import errno
import os
import weakref
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

BLOCK_SIZE = 8 * 1024 * 1024
COPY_STEP = 256 * 1024 * 1024


@dataclass(frozen=True)
class Segment:
    """`length` bytes from `offset` of the file at `path`, then `zeros` zero bytes."""

    path: Path
    offset: int
    length: int
    zeros: int = 0


class Block:
    """A block on disk: `length` bytes without the trailing zeros."""

    def __init__(self, path: Path, digest: bytes, length: int) -> None:
        self.path = path
        self.digest = digest
        self.length = length
        weakref.finalize(self, _unlink, path)


class WholeFile:
    """A file's bytes in one file of ours."""

    def __init__(self, path: Path, size: int) -> None:
        self.path = path
        self.size = size
        weakref.finalize(self, _unlink, path)

    def write_to(self, target: Path) -> None:
        """A copy at `target`, which must not exist; shares the bytes on file systems that can."""
        with open(self.path, "rb") as source, open(target, "xb") as sink:
            copy_bytes(source.fileno(), sink.fileno(), self.size)

    def link_to(self, target: Path) -> None:
        """The same bytes at `target` for somebody who only reads."""
        try:
            os.link(self.path, target)
        except OSError:
            self.write_to(target)

    def segments(self, start: int, length: int) -> Iterator[Segment]:
        """The span cut at block borders, as a download fetches it."""
        end = min(start + length, self.size)
        while start < end:
            step = min(end, (start // BLOCK_SIZE + 1) * BLOCK_SIZE) - start
            yield Segment(self.path, start, step)
            start += step


class BlockFile:
    """A file's bytes as blocks."""

    def __init__(self, blocks: list[Block], size: int) -> None:
        self.blocks = blocks
        self.size = size

    def write_to(self, target: Path) -> None:
        """A copy at `target`, which must not exist; trailing zeros of blocks become holes."""
        with open(target, "xb") as sink:
            for index, block in enumerate(self.blocks):
                os.lseek(sink.fileno(), index * BLOCK_SIZE, os.SEEK_SET)
                with open(block.path, "rb") as source:
                    copy_bytes(source.fileno(), sink.fileno(), block.length)
            os.ftruncate(sink.fileno(), self.size)

    def link_to(self, target: Path) -> None:
        self.write_to(target)

    def segments(self, start: int, length: int) -> Iterator[Segment]:
        end = min(start + length, self.size)
        while start < end:
            index = start // BLOCK_SIZE
            block = self.blocks[index]
            offset = start - index * BLOCK_SIZE
            step = min(end, (index + 1) * BLOCK_SIZE) - start
            stored = max(0, min(block.length - offset, step))
            yield Segment(block.path, offset, stored, step - stored)
            start += step


Content = WholeFile | BlockFile


class ContentStore:
    """Makes contents below `folder`."""

    def __init__(self, folder: Path) -> None:
        self._whole = folder / "contents"
        self._blocks = folder / "blocks"
        self._whole.mkdir(parents=True, exist_ok=True)
        self._blocks.mkdir(parents=True, exist_ok=True)
        self._known: weakref.WeakValueDictionary[bytes, Block] = weakref.WeakValueDictionary()
        self._next = 0

    def fresh_path(self, kind: str = "whole") -> Path:
        """A path that nothing uses yet."""
        self._next += 1
        return (self._blocks if kind == "block" else self._whole) / str(self._next)

    def copy(self, source: Path) -> WholeFile:
        """The bytes that `source` has now; the file may change later."""
        path = self.fresh_path()
        with open(source, "rb") as reader, open(path, "xb") as sink:
            size = os.fstat(reader.fileno()).st_size
            copied = copy_bytes(reader.fileno(), sink.fileno(), size)
        return WholeFile(path, copied)

    def adopt(self, source: Path) -> WholeFile:
        """The bytes of a file that nobody will change, shared where the file system can."""
        path = self.fresh_path()
        try:
            os.link(source, path)
        except OSError:
            return self.copy(source)
        return WholeFile(path, path.stat().st_size)

    def block(self, digest: bytes) -> Block | None:
        """The block with this sha256, when it is here."""
        return self._known.get(digest)

    def keep_block(self, path: Path, digest: bytes, length: int) -> Block:
        """Make the file at `path` (from `fresh_path`) the block with this sha256. Of two equal ones, the first stays."""
        known = self._known.get(digest)
        if known is not None:
            _unlink(path)
            return known
        block = Block(path, digest, length)
        self._known[digest] = block
        return block


def copy_bytes(source: int, sink: int, size: int) -> int:
    """Copy up to `size` bytes between descriptors inside the kernel where it can; answers how many there were."""
    left = size
    while left > 0:
        try:
            done = os.copy_file_range(source, sink, min(left, COPY_STEP))
        except (AttributeError, OSError) as error:
            if isinstance(error, OSError) and error.errno not in (errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
                raise
            done = _copy_some(source, sink, left)
        if done == 0:
            break
        left -= done
    return size - left


def _copy_some(source: int, sink: int, left: int) -> int:
    data = os.read(source, min(left, 1024 * 1024))
    view = memoryview(data)
    while view:
        view = view[os.write(sink, view) :]
    return len(data)


def _unlink(path: Path) -> None:
    path.unlink(missing_ok=True)
