"""Events as a mask of whole seconds, and back."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from seizure.recording import Seizure


def mask_of(events: Iterable[Seizure], seconds: float) -> np.ndarray:
    """bool [int(seconds)]. Times are cut to whole seconds as the leaderboard does (epilepsy2bids
    0.0.7, getMask at 1 Hz): 10.2 to 10.7 s marks nothing, 10.7 to 11.2 s marks second 10; what lies
    beyond the end is dropped; events that overlap are one."""
    mask = np.zeros(int(seconds), dtype=bool)
    for event in events:
        mask[int(event.start) : int(event.end)] = True
    return mask


def runs_of(mask: np.ndarray) -> np.ndarray:
    """Stretches of True: int [n, 2], first index and the one behind the last, in order."""
    if not len(mask):
        return np.zeros((0, 2), dtype=np.int64)
    edges = np.flatnonzero(mask[1:] != mask[:-1]) + 1
    outer = [np.zeros(int(mask[0]), dtype=np.int64), np.full(int(mask[-1]), len(mask))]
    return np.concatenate((outer[0], edges, outer[1])).reshape(-1, 2)
