"""The .fbin, .u8bin and .i8bin of big-ann-benchmarks: uint32 rows, uint32 dimensions, values."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annbench.data.formats.matrix import Matrix, Unfit

VALUES = {".fbin": "<f4", ".u8bin": "u1", ".i8bin": "i1"}
HEADER = 8


def open_bin(path: Path) -> Matrix:
    """The rows of a file, read as they are asked for. Unfit when its size is not what it says."""
    value = np.dtype(VALUES[path.suffix.lower()])
    size = path.stat().st_size
    with open(path, "rb") as f:
        head = f.read(HEADER)
    if len(head) < HEADER:
        raise Unfit(f"{path.name} ends within its header")
    rows, dim = struct.unpack("<II", head)
    expected = HEADER + rows * dim * value.itemsize
    if size != expected:
        raise Unfit(
            f"{path.name} says it holds {rows} rows of {dim} values, which is {expected} bytes; "
            f"it has {size}"
        )
    stride = dim * value.itemsize

    def read(begin: int, end: int) -> NDArray[Any]:
        count = (end - begin) * dim
        found = np.fromfile(path, value, count, offset=HEADER + begin * stride)
        if len(found) < count:
            raise Unfit(f"{path.name}: it became shorter while it was read")
        return found.reshape(end - begin, dim)

    return Matrix(path.name, rows, dim, value, read)
