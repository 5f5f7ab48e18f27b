"""The .fvecs, .bvecs and .ivecs of the TEXMEX sets: each row is its length, then its values."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annbench.data.formats.matrix import Matrix, Unfit

VALUES = {".fvecs": "<f4", ".bvecs": "u1", ".ivecs": "<i4"}


def open_vecs(path: Path) -> Matrix:
    """The rows of a file, read as they are asked for. Unfit when it is cut off or ragged."""
    value = np.dtype(VALUES[path.suffix.lower()])
    size = path.stat().st_size
    with open(path, "rb") as f:
        head = f.read(4)
    if len(head) < 4:
        raise Unfit(f"{path.name} is empty")
    (dim,) = struct.unpack("<i", head)
    if not 1 <= dim <= 65_536:
        raise Unfit(f"{path.name}: row 0 says it has {dim} values")
    stride = 4 + dim * value.itemsize
    rows, rest = divmod(size, stride)
    if rest:
        raise Unfit(
            f"{path.name}: it ends within row {rows}: {rest} of {stride} bytes "
            f"({dim} values a row, {rows} whole rows)"
        )

    def read(begin: int, end: int) -> NDArray[Any]:
        raw = np.fromfile(path, np.uint8, (end - begin) * stride, offset=begin * stride)
        if len(raw) < (end - begin) * stride:
            raise Unfit(f"{path.name}: it became shorter while it was read")
        table = raw.reshape(end - begin, stride)
        lengths = np.ascontiguousarray(table[:, :4]).view("<i4")[:, 0]
        if (lengths != dim).any():
            at = int(np.argmax(lengths != dim))
            raise Unfit(
                f"{path.name}: row {begin + at} says it has {lengths[at]} values, not {dim}"
            )
        return np.ascontiguousarray(table[:, 4:]).view(value)

    return Matrix(path.name, rows, dim, value, read)
