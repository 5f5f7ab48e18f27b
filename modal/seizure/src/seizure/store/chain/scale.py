"""Robust scaling: what is normal in a recording has the middle 0 and the spread 1."""

from __future__ import annotations

import numpy as np

#: Samples of a channel that its middle and spread are taken from, at most: 17 minutes at 256 Hz are
#: taken whole.
MOST = 1 << 18
#: µV. A channel whose quartiles lie closer together is flat for half of the recording or more, and
#: has no scale.
FLAT = 0.01
#: Between the quartiles of a normal distribution lie so many standard deviations.
QUARTILES = 1.3489795003921634


class Middles:
    """Sees all blocks of a recording, and keeps every n-th sample of each channel."""

    def __init__(self, channels: int, samples: int) -> None:
        self.stride = max(1, -(-samples // MOST))
        self._kept = np.empty((channels, -(-samples // self.stride)), np.float32)
        self._seen = self._count = 0

    def see(self, block: np.ndarray) -> None:
        """[C, any] µV, the next samples."""
        first = -self._seen % self.stride
        some = block[:, first :: self.stride]
        self._kept[:, self._count : self._count + some.shape[1]] = some
        self._count += some.shape[1]
        self._seen += block.shape[1]

    def scales(self) -> tuple[np.ndarray, np.ndarray]:
        """(centre, scale), float64 [C] µV: the median, and the distance of the quartiles over
        1.349, which is the standard deviation of a normal distribution. The scale of a flat channel
        is 0."""
        quartiles = np.array(
            [np.percentile(row[: self._count], (25, 50, 75)) for row in self._kept], np.float64
        ).reshape(-1, 3)
        spread = (quartiles[:, 2] - quartiles[:, 0]) / QUARTILES
        return quartiles[:, 1], np.where(spread < FLAT, 0.0, spread)


def scaled(block: np.ndarray, centre: np.ndarray, scale: np.ndarray, clip: float) -> np.ndarray:
    """float16 [C, n] of µV [C, n]: (x - centre) / scale, cut off at +-clip; zeros where the scale
    is 0."""
    by = np.divide(1.0, scale, out=np.zeros_like(scale), where=scale > 0)
    units = (block - centre[:, None]) * by[:, None]
    return np.clip(units, -clip, clip).astype("<f2")
