"""Symmetric filters by the window method (Kaiser 1974; Oppenheim & Schafer, Discrete-Time Signal
Processing, 7.5)."""

from __future__ import annotations

import math

import numpy as np

#: What a filter lets through where it should let nothing through, and its ripple where all should
#: pass.
DECIBELS = 60.0
BETA = 0.1102 * (DECIBELS - 8.7)


def half_length(transition: float) -> int:
    """Taps on each side of the middle one. `transition`: from pass to stop, in cycles a sample."""
    return math.ceil((DECIBELS - 7.95) / (2.285 * 2 * math.pi * transition) / 2)


def low_pass(cut: float, transition: float) -> np.ndarray:
    """float64 [2 M + 1], sums to 1. `cut`: cycles a sample, where half is left (-6 dB); passes up
    to `cut - transition / 2`, stops from `cut + transition / 2`, both within 60 dB."""
    half = half_length(transition)
    taps = 2 * cut * np.sinc(2 * cut * np.arange(-half, half + 1)) * np.kaiser(2 * half + 1, BETA)
    return taps / taps.sum()


def without(taps: np.ndarray) -> np.ndarray:
    """The filter that passes what this one stops, and stops what it passes."""
    other = -taps
    other[len(taps) // 2] += 1
    return other
