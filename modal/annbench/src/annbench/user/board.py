"""The memory shared with the child: rows, queries, and the board with the answers.

Its layout is that of runner/board.hpp.
"""

from __future__ import annotations

import mmap
import os
import struct
import tempfile
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BOARD_BYTES = 4096
#: An id that nobody wrote.
UNWRITTEN = -(2**31)

_HEAD = struct.Struct("<5Q4i64s256s")


@dataclass(frozen=True)
class Head:
    """The start of the board."""

    done: int
    query: int
    fault: int
    data_bytes: int
    data_limit: int
    fault_signal: int
    sealed: int
    overrun: int
    uses_train: int
    denied: str
    denied_path: str


def _text(raw: bytes) -> str:
    text = raw.split(b"\0", 1)[0].decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "?" for c in text)


class SharedFile:
    """Memory without a name, of which the child gets a descriptor that can only read."""

    def __init__(self, size: int, child_writes: bool = False) -> None:
        self.size = max(size, 1)
        if hasattr(os, "memfd_create"):
            fd = os.memfd_create("annbench", os.MFD_CLOEXEC)
            os.ftruncate(fd, self.size)
            readable = f"/proc/self/fd/{fd}"
            self.fd = fd if child_writes else os.open(readable, os.O_RDONLY | os.O_CLOEXEC)
            self.map = mmap.mmap(fd, self.size)
            if self.fd != fd:
                os.close(fd)
        else:
            fd, path = tempfile.mkstemp(prefix="annbench-")
            try:
                os.ftruncate(fd, self.size)
                self.fd = fd if child_writes else os.open(path, os.O_RDONLY)
            finally:
                os.unlink(path)
            self.map = mmap.mmap(fd, self.size)
            if self.fd != fd:
                os.close(fd)

    def array(self, shape: tuple[int, ...], kind: type, offset: int = 0) -> NDArray:
        count = int(np.prod(shape))
        return np.frombuffer(self.map, kind, count, offset).reshape(shape)

    def close(self) -> None:
        os.close(self.fd)
        # The map goes when the last array of it goes.


def ids_bytes(queries: int, k: int) -> int:
    return (queries * k * 4 + 63) // 64 * 64


class Board:
    """What the child answers, and what it last said about itself."""

    def __init__(self, queries: int, k: int) -> None:
        offset = BOARD_BYTES + ids_bytes(queries, k)
        self.file = SharedFile(offset + queries * 8, child_writes=True)
        self.ids: NDArray[np.int32] = self.file.array((queries, k), np.int32, BOARD_BYTES)
        self.latencies: NDArray[np.float64] = self.file.array((queries,), np.float64, offset)

    def head(self) -> Head:
        values = _HEAD.unpack_from(self.file.map, 0)
        done, query, fault, data, limit, signal, sealed, overrun, uses, denied, path = values
        return Head(
            done,
            query,
            fault,
            data,
            limit,
            signal,
            sealed,
            overrun,
            uses,
            _text(denied),
            _text(path),
        )
