"""The windows of a recording one after the other, as an evaluation looks at them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from seizure.store.store import Store


@dataclass(frozen=True)
class Window:
    """`start`: seconds. `signal`: float16 [C, T]; where the recording ends earlier, zeros after its
    `samples`."""

    start: float
    signal: np.ndarray
    samples: int


def windows(store: Store, recording: str, seconds: float, step: float) -> Iterator[Window]:
    """Windows of `seconds`, every `step` seconds, until one has reached the recording's end: no
    sample is left out for `step` up to `seconds`."""
    rate, samples = store.settings.rate, store.recording(recording).samples
    length, hop = round(seconds * rate), round(step * rate)
    for start in range(0, max(1, samples - length + hop), hop):
        count = min(length, samples - start)
        signal = np.zeros((store.settings.channels, length), np.float16)
        store.read(recording, start, signal[:, :count])
        yield Window(start / rate, signal, count)
