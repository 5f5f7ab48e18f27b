"""Stretches of recordings around misses and false alarms, to be looked at."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from math import gcd
from typing import Any

import numpy as np
from numpy.typing import NDArray

from seizure.detection.signal import Signal
from seizure.recording import Seizure

FOLDER = "traces"
#: What a terminal and a page can show; EEG's own rhythms lie below its half.
RATE = 64
AROUND_SECONDS = 60.0
#: A stretch is cut here, however long its event is.
MOST_SECONDS = 600.0


def window(event: Seizure, seconds: int) -> tuple[int, int]:
    """Whole seconds [start, end) around an event, within a recording."""
    start = max(0, int(event.start - AROUND_SECONDS))
    end = min(seconds, int(np.ceil(event.end + AROUND_SECONDS)))
    return start, min(end, start + int(MOST_SECONDS))


def trace(
    signal: Signal, start: int, end: int, *, clip: float, recording: str, patient: str,
    channels: Sequence[str], truth: Sequence[Seizure], predicted: Sequence[Seizure],
    scores: NDArray[np.float32], threshold: float,
) -> dict[str, Any]:  # fmt: skip
    """The file's content (src/workloads/evaluate/trace-file.ts). `clip`: robust units of the
    largest sample."""
    step = clip / 127
    cut = np.asarray(signal.samples[:, start * signal.rate : end * signal.rate], np.float32)
    small = np.rint(_at_rate(cut, signal.rate) / step).clip(-127, 127).astype(np.int8)
    inside = [s for s in truth if s.end > start and s.start < end]
    alarms = [s for s in predicted if s.end > start and s.start < end]
    return {
        "v": 1, "recording": recording, "patient": patient, "start": start, "rate": RATE,
        "channels": list(channels), "samples": base64.b64encode(small.tobytes()).decode("ascii"),
        "step": step, "microvolts": [round(float(x), 4) for x in signal.microvolts],
        "truth": [{"start": s.start, "end": s.end, "kind": s.kind} for s in inside],
        "prediction": [{"start": s.start, "end": s.end} for s in alarms],
        "scores": [round(float(x), 4) for x in scores[start:end]],
        "threshold": round(float(threshold), 4),
    }  # fmt: skip


def _at_rate(samples: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """[channels, samples] at RATE, what is above its half filtered away."""
    if rate == RATE:
        return samples
    from scipy.signal import resample_poly

    common = gcd(rate, RATE)
    return resample_poly(samples, RATE // common, rate // common, axis=1).astype(np.float32)
