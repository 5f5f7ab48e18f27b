"""IDX files: sound ones are read, damaged ones are explained."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from jobkit.errors import Problem

from annbench.data.formats import idx

PIXELS = np.random.default_rng(0).integers(0, 256, (5, 3, 4), dtype=np.uint8)
SOUND = struct.pack(">IIII", 0x803, 5, 3, 4) + PIXELS.tobytes()


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_reads(tmp_path: Path, pack: object) -> None:
    path = tmp_path / "images"
    path.write_bytes(pack(SOUND))  # type: ignore[operator]
    images = idx.read_images(path)
    assert images.dtype == np.float32
    assert (images == PIXELS.reshape(5, 12)).all()


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


DAMAGED = {
    "empty": (b"", "ends within its header"),
    "header only half": (SOUND[:9], "ends within its header"),
    "magic of labels": (struct.pack(">II", 0x801, 5) + bytes(8) + b"12345", "magic number"),
    "no images": (struct.pack(">IIII", 0x803, 0, 3, 4), "impossible size"),
    "absurd size": (struct.pack(">IIII", 0x803, 2**31, 2**31, 2), "impossible size"),
    "too short": (SOUND[:-1], "59 bytes"),
    "too long": (SOUND + b"x", "more in the file"),
    "gzip cut": (gzip.compress(SOUND)[:-9], ""),
    "gzip CRC": (flipped(gzip.compress(SOUND), -6), "CRC"),
    "gzip damaged": (flipped(gzip.compress(SOUND), 3) + b"\0", ""),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_explains(tmp_path: Path, case: str) -> None:
    data, why = DAMAGED[case]
    path = tmp_path / "images.gz"
    path.write_bytes(data)
    with pytest.raises(Problem) as caught:
        idx.read_images(path)
    assert why in caught.value.why and "images.gz" in caught.value.why


def test_finds_either_name(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"neither train nor train\.gz"):
        idx.find(tmp_path, "train")
    (tmp_path / "train.gz").write_bytes(b"")
    assert idx.find(tmp_path, "train").name == "train.gz"
