"""The IDX format of the MNIST family: images as bytes, plain or gzip."""

from __future__ import annotations

import gzip
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

import numpy as np
from jobkit.errors import Problem
from numpy.typing import NDArray

UNSIGNED_BYTES_3D = 0x0000_0803
MOST_BYTES = 1 << 34


def find(folder: Path, stem: str) -> Path:
    """`stem` or `stem.gz` in `folder`."""
    for name in (stem, f"{stem}.gz"):
        if (folder / name).is_file():
            return folder / name
    raise Problem(
        "The images were not found", f"{folder} holds neither {stem} nor {stem}.gz",
        "give the folder with the four files of the data set by --from",
    )  # fmt: skip


def _read(stream: BinaryIO) -> NDArray[np.float32]:
    header = stream.read(16)
    if len(header) < 16:
        raise ValueError("the file ends within its header")
    magic, count, rows, columns = struct.unpack(">IIII", header)
    if magic != UNSIGNED_BYTES_3D:
        raise ValueError(f"magic number 0x{magic:08x}, not 0x{UNSIGNED_BYTES_3D:08x}")
    if 0 in (count, rows, columns) or count * rows * columns > MOST_BYTES:
        raise ValueError(f"impossible size {count} x {rows} x {columns}")
    size = count * rows * columns
    data = stream.read(size)
    if len(data) < size:
        raise ValueError(f"{len(data)} bytes of images where the header says {size}")
    if stream.read(1):  # reading to the end also makes gzip check its CRC
        raise ValueError("there is more in the file than the header says")
    return np.frombuffer(data, np.uint8).reshape(count, rows * columns).astype(np.float32)


def read_images(path: Path) -> NDArray[np.float32]:
    """All images, order kept, one row each, values 0..255 as they are. Problem if damaged."""
    try:
        with open(path, "rb") as raw:
            zipped = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if not zipped:
                return _read(raw)
            with gzip.GzipFile(fileobj=raw) as stream:
                return _read(stream)  # type: ignore[arg-type]
    except (ValueError, EOFError, OSError, zlib.error) as e:
        raise Problem(
            "The images could not be read", f"{path.name}: {e}", "fetch the file again"
        ) from e
