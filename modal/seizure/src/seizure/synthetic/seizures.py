"""Three kinds of seizure: what each changes in a background [electrodes, n] in µV."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from seizure.recording import Seizure
from seizure.synthetic.head import reach, somewhere
from seizure.synthetic.patient import Patient
from seizure.synthetic.waves import (
    Array,
    between,
    coloured,
    eased,
    phase,
    ratio_between,
    sharp,
    spike_and_wave,
    wander,
)

#: Deviation of the ictal rhythm at its focus, in those of the background.
LEAST, MOST = 0.5, 1.0
#: No seizure begins or ends nearer to an end of the recording.
MARGIN_SECONDS = 12

Kind = Callable[[np.random.Generator, Patient, Array, int], Seizure]


def _time(rng: np.random.Generator, signal: Array, rate: int, least: float, most: float) -> slice:
    """Where it is; shorter where the recording has no room for it."""
    room = signal.shape[1] - 2 * MARGIN_SECONDS * rate
    n = min(room, int(between(rng, least, most) * rate))
    start = MARGIN_SECONDS * rate + int(rng.random() * (room - n))
    return slice(start, start + n)


def _size(rng: np.random.Generator, patient: Patient) -> float:
    return patient.microvolts * ratio_between(rng, LEAST, MOST)


def _event(part: slice, rate: int, kind: str) -> Seizure:
    return Seizure(round(part.start / rate, 2), round(part.stop / rate, 2), kind)


def generalised(rng: np.random.Generator, patient: Patient, signal: Array, rate: int) -> Seizure:
    """Spike and wave over the whole head, largest in front, 3.5 slowing to 2.5 Hz, 6 to 20 s; it
    ends as suddenly as it begins."""
    part = _time(rng, signal, rate, 6, 20)
    n = part.stop - part.start
    hertz = np.linspace(between(rng, 3.2, 3.7), between(rng, 2.4, 2.8), n)
    shape = spike_and_wave(phase(hertz * wander(rng, n, rate, 0.04), rate) + rng.random())
    field = reach(np.array((0.0, 0.4)), 0.6)
    size = _size(rng, patient) * wander(rng, n, rate, 0.1) * eased(n, rate // 2, rate // 2)
    signal[:, part] += field[:, None] * size * shape
    return _event(part, rate, "sz-gen")


def focal(rng: np.random.Generator, patient: Patient, signal: Array, rate: int) -> Seizure:
    """A rhythm of 4 to 8 Hz at one place that grows, spreads, sharpens and slows to 1.5 to 3 Hz in
    20 to 70 s; then suppression."""
    part = _time(rng, signal, rate, 20, 70)
    _rhythm(rng, patient, signal, part, rate, (4, 8), (1.5, 3), _size(rng, patient))
    _postictal(rng, patient, signal, part.stop, rate)
    return _event(part, rate, "sz-foc")


def low_voltage_fast(
    rng: np.random.Generator, patient: Patient, signal: Array, rate: int
) -> Seizure:
    """The background flattens under fast activity of 14 to 25 Hz for some seconds; a rhythm that
    slows and becomes bilateral follows."""
    part = _time(rng, signal, rate, 18, 50)
    fast = min((part.stop - part.start) // 2, int(between(rng, 4, 9) * rate))
    onset = slice(part.start, part.start + fast)
    size = _size(rng, patient)
    signal[:, onset] *= 1 - between(rng, 0.3, 0.55) * eased(fast, rate, rate // 2)
    hertz = np.linspace(between(rng, 20, 25), between(rng, 14, 17), fast)
    field = reach(somewhere(rng, 0.7), between(rng, 0.4, 0.6))
    rise = np.linspace(0.4, 0.9, fast) * eased(fast, rate, rate // 4)
    cycles = phase(hertz * wander(rng, fast, rate // 2, 0.05), rate)
    signal[:, onset] += size * rise * field[:, None] * sharp(cycles, 0.2)
    _rhythm(rng, patient, signal, slice(onset.stop, part.stop), rate, (6, 9), (2, 3.5), size)
    _postictal(rng, patient, signal, part.stop, rate)
    return _event(part, rate, "sz-foc-f2b")


def _rhythm(
    rng: np.random.Generator, patient: Patient, signal: Array, part: slice, rate: int,
    begin: tuple[float, float], end: tuple[float, float], size: float,
) -> None:  # fmt: skip
    """`begin`, `end`: ranges of its frequency, Hz. The focus is on one side; where it has spread
    to, it lags behind."""
    n = part.stop - part.start
    along = np.linspace(0, 1, n)
    first, last = between(rng, *begin), between(rng, *end)
    hertz = first * (last / first) ** along * wander(rng, n, 2 * rate, 0.05)
    centre = somewhere(rng, 0.75)
    near = reach(centre, between(rng, 0.22, 0.35))
    far = np.clip(reach(centre, between(rng, 0.6, 0.9)) - near, 0, 1)
    cycles = phase(hertz, rate) + rng.random()
    grown = (0.7 + 0.3 * along) * eased(n, 2 * rate, rate) * wander(rng, n, 2 * rate, 0.1)
    spread = np.clip((along - between(rng, 0.15, 0.4)) / 0.4, 0, 1)
    late = sharp(cycles - between(rng, 0.05, 0.2), 0.3)
    wave = sharp(cycles, between(rng, 0.2, 0.8))
    signal[:, part] += size * grown * (near[:, None] * wave + spread * far[:, None] * late)


def _postictal(
    rng: np.random.Generator, patient: Patient, signal: Array, start: int, rate: int
) -> None:
    """Smaller and slower than before, coming back within half a minute; it is not part of the
    seizure."""
    n = min(signal.shape[1] - start, int(between(rng, 10, 30) * rate))
    back = eased(n, rate // 4, int(0.7 * n))
    signal[:, start : start + n] *= 1 - between(rng, 0.2, 0.6) * back
    hertz = np.fft.rfftfreq(n, 1 / rate)
    slow = coloured(rng, 2, n, np.exp(-(((hertz - between(rng, 1.0, 2.0)) / 0.7) ** 2) / 2))
    fields = np.stack([reach(somewhere(rng), 0.6) for _ in range(2)], axis=1)
    signal[:, start : start + n] += (
        patient.microvolts * between(rng, 0.2, 0.7) * (fields @ slow) * back
    )


KINDS: tuple[Kind, ...] = (generalised, focal, low_voltage_fast)
