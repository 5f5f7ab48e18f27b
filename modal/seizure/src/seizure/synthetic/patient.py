"""What a made-up patient is like, and the background EEG that follows from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seizure.synthetic.head import NAMES, POSITIONS, reach, somewhere
from seizure.synthetic.waves import Array, between, coloured, ratio_between, wander

SOURCES = 20


@dataclass(frozen=True)
class Patient:
    """`exponent`: power falls with frequency to this power. `microvolts`: deviation of the smooth
    sources, the mean of the electrodes (later that of the whole background). `alpha_hz`,
    `alpha_microvolts`: of the rhythm at the back of the head. `mains`: Hz. `gains`:
    [electrodes]."""

    exponent: float
    microvolts: float
    alpha_hz: float
    alpha_microvolts: float
    noise_microvolts: float
    mains: int
    mains_microvolts: float
    restless: float
    gains: Array


def draw(rng: np.random.Generator) -> Patient:
    return Patient(
        exponent=between(rng, 1.0, 2.0),
        microvolts=ratio_between(rng, 10, 25),
        alpha_hz=between(rng, 8.2, 11.5),
        alpha_microvolts=ratio_between(rng, 3, 22),
        noise_microvolts=between(rng, 0.6, 2.0),
        mains=50 if rng.random() < 0.5 else 60,
        mains_microvolts=between(rng, 0, 3),
        restless=ratio_between(rng, 0.5, 2.0),
        gains=np.exp(0.1 * rng.standard_normal(len(NAMES))),
    )


def background(rng: np.random.Generator, patient: Patient, n: int, rate: int) -> Array:
    """[electrodes, n] in µV: smooth sources of 1/f noise that come and go, alpha, noise of each
    sensor, mains hum."""
    hertz = np.fft.rfftfreq(n, 1 / rate)
    falling = np.maximum(hertz, 0.5) ** (-patient.exponent / 2) * (hertz > 0.1)
    mixing = np.stack(
        [reach(somewhere(rng), between(rng, 0.25, 0.6)) for _ in range(SOURCES)], axis=1
    )
    sources = coloured(rng, SOURCES, n, falling)
    found = mixing @ sources
    found *= patient.microvolts / found.std(axis=1).mean() * wander(rng, n, 12 * rate, 0.12)
    found += _alpha(rng, patient, n, rate, hertz)
    time = np.arange(n) / rate
    hum = np.sin(2 * np.pi * patient.mains * time + 2 * np.pi * rng.random())
    found += patient.mains_microvolts * between(rng, 0.3, 1) * rng.random((len(NAMES), 1)) * hum
    found += patient.noise_microvolts * rng.standard_normal(found.shape)
    return found


def _alpha(rng: np.random.Generator, patient: Patient, n: int, rate: int, hertz: Array) -> Array:
    """Left and right are alike but not the same; it waxes and wanes within seconds."""
    peak = np.exp(-(((hertz - patient.alpha_hz) / 0.7) ** 2) / 2)
    rhythm = coloured(rng, 3, n, peak)
    rhythm *= wander(rng, n, 3 * rate, 0.5)
    back = np.clip(0.35 - 0.75 * POSITIONS[:, 1], 0.05, 1)
    left = np.where(POSITIONS[:, 0] <= 0.1, back, 0.3 * back)
    right = np.where(POSITIONS[:, 0] >= -0.1, back, 0.3 * back)
    both = np.stack([0.8 * back, 0.5 * left, 0.5 * right], axis=1) @ rhythm
    return patient.alpha_microvolts * both
