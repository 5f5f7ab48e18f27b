"""Shapes in time that background, artefacts and seizures are made of. All in float64."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def between(rng: np.random.Generator, low: float, high: float) -> float:
    return low + (high - low) * rng.random()


def ratio_between(rng: np.random.Generator, low: float, high: float) -> float:
    """Evenly drawn on a scale of ratios."""
    return float(low * (high / low) ** rng.random())


def coloured(rng: np.random.Generator, rows: int, n: int, shape: Array) -> Array:
    """[rows, n] of noise with the amplitudes `shape` ([n // 2 + 1], its frequency bins), each row
    of deviation 1."""
    bins = n // 2 + 1
    draws = rng.standard_normal((rows, 2, bins))
    found = np.fft.irfft((draws[:, 0] + 1j * draws[:, 1]) * shape, n, axis=1)
    return found / found.std(axis=1, keepdims=True)


def wander(rng: np.random.Generator, n: int, every: int, depth: float) -> Array:
    """[n], positive, around 1: a slow change of size. `every`: samples between its turning points;
    `depth`: deviation of its logarithm."""
    points = rng.standard_normal(n // every + 2) * depth
    return np.exp(np.interp(np.arange(n) / every, np.arange(len(points)), points))


def eased(n: int, rise: int, fall: int) -> Array:
    """[n] of 1 that comes up over `rise` samples and goes down over `fall`, each along half a
    cosine."""
    found = np.ones(n)
    rise, fall = min(rise, n // 2), min(fall, n // 2)
    found[:rise] = 0.5 - 0.5 * np.cos(np.pi * np.arange(rise) / max(rise, 1))
    found[n - fall :] = 0.5 + 0.5 * np.cos(np.pi * np.arange(1, fall + 1) / max(fall, 1))
    return found


def phase(frequency: Array, rate: int) -> Array:
    """[n], in cycles, of an oscillation whose frequency (Hz) changes."""
    return np.cumsum(frequency) / rate


def spike_and_wave(cycles: Array) -> Array:
    """A spike of a tenth of the cycle, then a slow wave; mean 0, deviation about 1."""
    at = cycles % 1.0
    spike = np.exp(-(((at - 0.12) / 0.035) ** 2) / 2)
    wave = np.where(at > 0.25, np.sin(np.pi * (at - 0.25) / 0.75), 0.0)
    return (2.2 * spike - 1.6 * wave + 0.57) / 0.86


def sharp(cycles: Array, edge: float) -> Array:
    """A rhythm with harmonics in step with it, deviation 1: the sharper (`edge` 0 to 1), the more
    like a row of sharp waves."""
    angle = 2 * np.pi * cycles
    found = np.sin(angle) + edge * (0.5 * np.sin(2 * angle + 0.6) + 0.3 * np.sin(3 * angle + 1.2))
    return found / np.sqrt(0.5 * (1 + edge**2 * 0.34))
