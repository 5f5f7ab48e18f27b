"""What is no seizure and may look like one: hard negatives. Each adds itself to a signal
[electrodes, n] in µV."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from seizure.synthetic.head import NAMES, POSITIONS, reach, somewhere
from seizure.synthetic.patient import Patient
from seizure.synthetic.waves import (
    Array,
    between,
    coloured,
    eased,
    phase,
    ratio_between,
    sharp,
    wander,
)

Artefact = Callable[[np.random.Generator, Patient, Array, int], None]


def _place(rng: np.random.Generator, signal: Array, n: int) -> slice:
    """A stretch of `n` samples somewhere; the whole signal where that is shorter."""
    n = min(n, signal.shape[1])
    start = int(rng.random() * (signal.shape[1] - n))
    return slice(start, start + n)


def blinks(rng: np.random.Generator, _patient: Patient, signal: Array, rate: int) -> None:
    """One to eight blinks in a row, above the eyes."""
    front = np.clip((POSITIONS[:, 1] - 0.25) / 0.5, 0, 1) ** 1.5
    at = int(rng.random() * signal.shape[1])
    for _ in range(1 + int(8 * rng.random())):
        n = int(between(rng, 0.25, 0.45) * rate)
        if at + n > signal.shape[1]:
            return
        shape = np.sin(np.pi * np.arange(n) / n) ** 2
        signal[:, at : at + n] += between(rng, 50, 140) * front[:, None] * shape
        at += n + int(between(rng, 0.2, 1.5) * rate)


def muscle(rng: np.random.Generator, patient: Patient, signal: Array, rate: int) -> None:
    """Tension at the temples or the brow, for seconds."""
    part = _place(rng, signal, int(between(rng, 1.5, 12) * rate))
    n = part.stop - part.start
    side = reach(np.array([(-0.8, 0.25), (0.8, 0.25), (0.0, 0.85)][int(3 * rng.random())]), 0.4)
    size = patient.microvolts * ratio_between(rng, 0.3, 1.2)
    signal[:, part] += (
        size * side[:, None] * _tension(rng, n, rate) * eased(n, rate // 2, rate // 2)
    )


def chewing(rng: np.random.Generator, patient: Patient, signal: Array, rate: int) -> None:
    """Bursts of muscle at the pace of chewing on both sides, with a slow swing."""
    part = _place(rng, signal, int(between(rng, 5, 20) * rate))
    n = part.stop - part.start
    cycles = phase(np.full(n, between(rng, 1.0, 2.2)), rate)
    bursts = np.clip(np.sin(2 * np.pi * cycles), 0, 1) ** 2
    sides = np.maximum(reach(np.array((-0.8, 0.0)), 0.4), reach(np.array((0.8, 0.0)), 0.4))
    size = patient.microvolts * ratio_between(rng, 0.5, 1.6)
    swing = 0.4 * np.sin(2 * np.pi * cycles + 1)
    signal[:, part] += (
        size * sides[:, None] * (_tension(rng, n, rate) * bursts + swing) * eased(n, rate, rate)
    )


def pop(rng: np.random.Generator, _patient: Patient, signal: Array, rate: int) -> None:
    """An electrode that loses its hold: a jump that decays, on it alone."""
    channel = int(rng.random() * len(NAMES))
    for _ in range(1 + int(4 * rng.random())):
        part = _place(rng, signal, 3 * rate)
        time = np.arange(part.stop - part.start) / rate
        size = ratio_between(rng, 40, 250) * (1 if rng.random() < 0.5 else -1)
        signal[channel, part] += size * np.exp(-time / between(rng, 0.08, 0.5))


def sway(rng: np.random.Generator, patient: Patient, signal: Array, rate: int) -> None:
    """A cable or a head that rocks: a rhythm of 2 to 7 Hz over one region that neither spreads nor
    slows, as large as a seizure and a little smoother."""
    part = _place(rng, signal, int(between(rng, 5, 30) * rate))
    n = part.stop - part.start
    hertz = between(rng, 2, 7) * wander(rng, n, 2 * rate, 0.08)
    cycles = phase(hertz, rate) + rng.random()
    size = patient.microvolts * ratio_between(rng, 0.5, 1.8)
    field = reach(somewhere(rng), between(rng, 0.2, 0.45))
    signal[:, part] += (
        size * field[:, None] * sharp(cycles, between(rng, 0, 0.4)) * eased(n, rate, rate)
    )


def drowsiness(rng: np.random.Generator, patient: Patient, signal: Array, rate: int) -> None:
    """Irregular slow waves all over the head, as when falling asleep."""
    part = _place(rng, signal, int(between(rng, 10, 35) * rate))
    n = part.stop - part.start
    hertz = np.fft.rfftfreq(n, 1 / rate)
    shape = np.exp(-(((hertz - between(rng, 2.0, 6.0)) / 1.5) ** 2) / 2)
    fields = np.stack([reach(somewhere(rng), between(rng, 0.4, 0.8)) for _ in range(4)], axis=1)
    size = patient.microvolts * ratio_between(rng, 0.4, 1.2) * 0.6
    signal[:, part] += size * (fields @ coloured(rng, 4, n, shape)) * eased(n, 3 * rate, 3 * rate)


def spikes(rng: np.random.Generator, patient: Patient, signal: Array, rate: int) -> None:
    """Interictal spikes of one focus, each followed by a slow wave, at odd intervals."""
    field = reach(somewhere(rng), between(rng, 0.2, 0.4))
    at = int(rng.random() * signal.shape[1])
    n = int(0.45 * rate)
    time = np.arange(n) / rate
    shape = np.exp(-(((time - 0.06) / 0.014) ** 2) / 2) - 0.45 * np.exp(
        -(((time - 0.24) / 0.07) ** 2) / 2
    )
    for _ in range(1 + int(12 * rng.random())):
        if at + n > signal.shape[1]:
            return
        size = patient.microvolts * between(rng, 2.0, 5.0)
        signal[:, at : at + n] -= size * field[:, None] * shape
        at += n + int(ratio_between(rng, 0.3, 6) * rate)


def _tension(rng: np.random.Generator, n: int, rate: int) -> Array:
    hertz = np.fft.rfftfreq(n, 1 / rate)
    return coloured(rng, 1, n, np.clip((hertz - 15) / 15, 0, 1))[0]


#: How often each comes in ten minutes of an ordinary patient.
RATES: dict[Artefact, float] = {
    blinks: 12, muscle: 3, chewing: 1, pop: 3, sway: 4, drowsiness: 2, spikes: 4,
}  # fmt: skip


def add_all(rng: np.random.Generator, patient: Patient, signal: Array, rate: int) -> None:
    """As many of each as a patient's restlessness makes of its rate."""
    minutes = signal.shape[1] / rate / 60
    for artefact, often in RATES.items():
        for _ in range(int(rng.poisson(often * patient.restless * minutes / 10))):
            artefact(rng, patient, signal, rate)
