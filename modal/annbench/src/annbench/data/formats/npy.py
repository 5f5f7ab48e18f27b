"""NumPy's .npy: a two-dimensional array, mapped, never unpickled."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annbench.data.formats.matrix import Matrix, Unfit


def open_npy(path: Path) -> Matrix:
    """The rows of a file, read as they are asked for."""
    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, EOFError, TypeError, SyntaxError) as e:
        why = " ".join(str(e).split())
        if "pickle" in why or "object" in why.lower():
            why = "it holds Python objects, which are not read; save an array of numbers"
        raise Unfit(f"{path.name}: {why}") from e
    if not isinstance(array, np.ndarray):  # an archive of several
        raise Unfit(f"{path.name} is an archive; save one array by numpy.save")
    if array.ndim != 2:
        raise Unfit(f"{path.name} has shape {array.shape}; rows x dimensions are needed")

    def read(begin: int, end: int) -> NDArray[Any]:
        return np.asarray(array[begin:end])

    return Matrix(path.name, array.shape[0], array.shape[1], array.dtype, read)
