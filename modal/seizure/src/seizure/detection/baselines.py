"""Detectors without weights: what a trained one has to be better than."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from seizure.detection.detector import Detector
from seizure.detection.features import band_power, line_length, robust, smoothed
from seizure.detection.signal import Signal

SMOOTHED_SECONDS = 10
#: Line length of a second that scores 0.5: half-way on the map of `_of_microvolts`, no claim about
#: seizures.
HALF_MICROVOLTS = 1000.0
#: Deviations above the recording's median that score 0.5.
HALF_DEVIATIONS = 2.0


def raw_line_length(signal: Signal) -> NDArray[np.float32]:
    """Mean line length of the channels, x in µV; score x / (x + 1000 µV)."""
    lengths = line_length(signal) * signal.microvolts[:, None]
    return _of_microvolts(lengths.mean(axis=0))


def normalised_line_length(signal: Signal) -> NDArray[np.float32]:
    """Line length in deviations from each channel's median (`features.robust`)."""
    return _of_deviations(robust(line_length(signal)))


def smoothed_line_length(signal: Signal) -> NDArray[np.float32]:
    """The same over the ten seconds around each."""
    return _of_deviations(smoothed(robust(line_length(signal)), SMOOTHED_SECONDS))


def slow_power(signal: Signal) -> NDArray[np.float32]:
    """Power from 2 to 8 Hz in deviations from each channel's median, over the ten seconds around
    each."""
    return _of_deviations(smoothed(robust(band_power(signal, 2, 8)), SMOOTHED_SECONDS))


def _of_microvolts(lengths: NDArray[np.float32]) -> NDArray[np.float32]:
    """0 for none, 0.5 at HALF_MICROVOLTS, towards 1."""
    return (lengths / (lengths + HALF_MICROVOLTS)).astype(np.float32)


def _of_deviations(z: NDArray[np.float32]) -> NDArray[np.float32]:
    """0.5 at HALF_DEVIATIONS, towards 0 and 1 as x / (1 + |x|) does: unlike a logistic it keeps far
    values apart in single precision, and order is all that a curve over thresholds needs."""
    x = z - HALF_DEVIATIONS
    return (0.5 + 0.5 * x / (HALF_DEVIATIONS + np.abs(x))).astype(np.float32)


BASELINES = (
    Detector("line-length", "Line length, raw", True, raw_line_length),
    Detector("line-length-normalised", "Line length, normalised", False, normalised_line_length),
    Detector("line-length-smoothed", "Line length, 10-s smoothed", False, smoothed_line_length),
    Detector("power-2-8-hz", "2\u20138 Hz power, 10-s smoothed", False, slow_power),
)
