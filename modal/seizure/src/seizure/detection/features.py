"""What a second of a channel is measured by, and how seconds are compared with the rest of their
recording."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from seizure.detection.signal import Signal

#: Makes the median absolute deviation of normally distributed values their standard deviation.
MAD_TO_SD = 1.4826


def line_length(signal: Signal) -> NDArray[np.float32]:
    """[channels, seconds]: the way the signal travels within each second, the sum of
    |x[t] - x[t-1]|, in robust units (line length: Esteller et al., 2001). The step into a second
    counts as the second's own."""
    found = np.zeros((signal.samples.shape[0], signal.seconds), np.float32)
    for first, block in signal.blocks(before=1):
        steps = np.abs(np.diff(block, axis=1)).reshape(len(block), -1, signal.rate)
        found[:, first : first + steps.shape[1]] = steps.sum(axis=2)
    return found


def band_power(signal: Signal, low: int, high: int) -> NDArray[np.float32]:
    """[channels, seconds]: log10 of the power from `low` to `high` Hz (both included) of each
    second under a Hann window, in robust units²; bins are 1 Hz wide. A second without any has
    1e-12."""
    found = np.zeros((signal.samples.shape[0], signal.seconds), np.float32)
    window = np.hanning(signal.rate + 1)[:-1].astype(np.float32)
    for first, block in signal.blocks():
        cut = block.reshape(len(block), -1, signal.rate) * window
        power = np.abs(np.fft.rfft(cut, axis=2)[:, :, low : high + 1]) ** 2
        scaled = 2 * power.sum(axis=2) / (signal.rate * (window**2).sum())
        found[:, first : first + cut.shape[1]] = np.log10(scaled + 1e-12)
    return found


def robust(feature: NDArray[np.float32]) -> NDArray[np.float32]:
    """[channels, seconds] → [seconds]: each channel by its own median and median absolute deviation
    over the recording, then the mean of the channels. Channels that never change (flat ones) say
    nothing; zeros where all are so."""
    if feature.shape[1] == 0:
        return np.zeros(0, np.float32)
    middle = np.median(feature, axis=1, keepdims=True)
    spread = MAD_TO_SD * np.median(np.abs(feature - middle), axis=1, keepdims=True)
    live = spread[:, 0] > 0
    if not live.any():
        return np.zeros(feature.shape[1], np.float32)
    return ((feature[live] - middle[live]) / spread[live]).mean(axis=0).astype(np.float32)


def smoothed(values: NDArray[np.float32], seconds: int) -> NDArray[np.float32]:
    """The mean of the `seconds` around each second (one more ahead of it than behind, for an even
    number); of those there are, at the ends."""
    if len(values) == 0:
        return values
    sums = np.concatenate([[0.0], np.cumsum(values, dtype=np.float64)])
    at = np.arange(len(values))
    begin = np.maximum(0, at - seconds // 2)
    end = np.minimum(len(values), at - seconds // 2 + seconds)
    return ((sums[end] - sums[begin]) / (end - begin)).astype(np.float32)
