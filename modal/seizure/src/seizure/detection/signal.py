"""A prepared recording as detectors are given it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from mmap import MADV_DONTNEED, mmap

import numpy as np
from numpy.typing import NDArray

#: Seconds that are computed with at once: a day of 19 channels in single precision would be 1.7 GB.
BLOCK_SECONDS = 600


@dataclass(frozen=True)
class Signal:
    """`samples`: [channels, samples] in robust units, most often a memory map. `rate`: samples a
    second, whole. `microvolts`: [channels], of one robust unit."""

    samples: NDArray[np.floating]
    rate: int
    microvolts: NDArray[np.float32]

    @property
    def seconds(self) -> int:
        """Whole seconds; what is left after them is not scored."""
        return self.samples.shape[1] // self.rate

    def blocks(self, before: int = 0) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """(first second, float32 [channels, `before` + whole seconds · rate]), in order. `before`:
        samples of the past that are asked for as well; ahead of the beginning the first sample is
        repeated."""
        for first in range(0, self.seconds, BLOCK_SECONDS):
            last = min(self.seconds, first + BLOCK_SECONDS)
            begin = first * self.rate - before
            block = np.asarray(self.samples[:, max(0, begin) : last * self.rate], np.float32)
            if begin < 0:
                block = np.pad(block, ((0, 0), (-begin, 0)), mode="edge")
            self._let_go()
            yield first, block

    def part(self, first: int, last: int) -> NDArray[np.float32]:
        """float32 [channels, samples] of the whole seconds from `first` to before `last`."""
        found = np.asarray(self.samples[:, first * self.rate : last * self.rate], np.float32)
        self._let_go()
        return found

    def _let_go(self) -> None:
        """What was read of a mapped file stays with the system, and is no longer this process':
        a recording of days would fill its memory otherwise."""
        if isinstance(self.samples.base, mmap):
            self.samples.base.madvise(MADV_DONTNEED)
