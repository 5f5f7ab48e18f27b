"""What detectors said of a recording, kept so that it is not asked again."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = "scores"


def path_of(out: Path, dataset: str, recording: str) -> Path:
    return out / FOLDER / dataset / f"{recording}.npz"


def write(path: Path, made_of: str, scores: Mapping[str, NDArray[np.float32]]) -> None:
    """`made_of`: what the scores would change with. The file appears whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(beside, "wb") as f:
            np.savez(f, made_of=np.array(made_of), **scores)
            f.flush()
            os.fsync(f.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def read(
    path: Path, made_of: str, detectors: Sequence[str]
) -> dict[str, NDArray[np.float32]] | None:
    """By detector, a score a second; None where there are none, of these, made of this."""
    try:
        with np.load(path, allow_pickle=False) as found:
            if str(found["made_of"]) != made_of:
                return None
            return {name: found[name] for name in detectors}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
