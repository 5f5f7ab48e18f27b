"""Rows of a file as float32, a block at a time: what every format is read through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK_BYTES = 1 << 25
#: Beyond it the sum of squared differences may leave the range of float32.
LARGEST = 1e15
#: Whole numbers up to here are exact in float32.
EXACT = 1 << 24


class Unfit(ValueError):
    """A file, or a row of it, that cannot be used; the message says which and why."""


@dataclass(frozen=True)
class Matrix:
    """`read(begin, end)` gives rows as they are stored; `blocks` converts and checks them."""

    called: str
    rows: int
    dim: int
    dtype: np.dtype[Any]
    read: Callable[[int, int], NDArray[Any]]

    def __post_init__(self) -> None:
        kind = self.dtype.kind
        if kind not in "fiu" or (kind == "f" and self.dtype.itemsize > 8):
            raise Unfit(
                f"{self.called} holds {self.dtype}; "
                "vectors are float16, float32, float64 or whole numbers"
            )
        if self.rows < 1 or not 1 <= self.dim <= 65_536:
            raise Unfit(f"{self.called} is {self.rows} x {self.dim}; at least 1 x 1 is needed")

    @property
    def block_rows(self) -> int:
        return max(1, BLOCK_BYTES // (4 * self.dim))

    def blocks(self) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """(number of the first row, rows) until all are read. Unfit names the first bad row."""
        for begin in range(0, self.rows, self.block_rows):
            stored = self.read(begin, min(begin + self.block_rows, self.rows))
            yield begin, self._converted(stored, begin)

    def _converted(self, stored: NDArray[Any], begin: int) -> NDArray[np.float32]:
        if self.dtype.kind == "f":
            # One pass finds NaN, infinity, and what float32 cannot hold: comparisons with NaN fail.
            fits = np.abs(stored) <= stored.dtype.type(
                min(LARGEST, float(np.finfo(self.dtype).max))
            )
            if not fits.all():
                at = int(np.argmin(fits.all(axis=1)))
                value = stored[at][~fits[at]][0]
                what = "is too large" if np.isfinite(value) else "is no number to measure with"
                raise Unfit(f"{self.called}: row {begin + at} holds {value}, which {what}")
        elif self.dtype.itemsize > 2:
            low, high = int(stored.min()), int(stored.max())
            if low < -EXACT or high > EXACT:
                wide = (stored < -EXACT) | (stored > EXACT)
                at = int(np.argmax(wide.any(axis=1)))
                raise Unfit(
                    f"{self.called}: row {begin + at} holds {stored[at][wide[at]][0]}; "
                    f"whole numbers beyond {EXACT} are not exact in float32"
                )
        return np.ascontiguousarray(stored, dtype=np.float32)
