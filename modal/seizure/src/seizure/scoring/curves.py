"""Areas under curves over pooled seconds; ties are handled exactly. O(n log n) for n seconds."""

from __future__ import annotations

import numpy as np


def _steps(scores: np.ndarray, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For each distinct score, the highest first: seconds at or above it that are (seizure,
    not)."""
    order = np.argsort(scores, kind="stable")[::-1]
    ranked, positive = scores[order], np.cumsum(truth[order], dtype=np.int64)
    last = np.concatenate((ranked[1:] != ranked[:-1], [True]))
    seconds = np.flatnonzero(last) + 1
    return positive[last], seconds - positive[last]


def auroc(scores: np.ndarray, truth: np.ndarray) -> float | None:
    """The chance that a second of seizure scores higher than one without, a tie counting half
    (Mann-Whitney). `scores`: [n]; `truth`: bool [n]. None where either kind is absent."""
    if not truth.any() or truth.all():
        return None
    hits, misses = (np.concatenate(([0], s)) for s in _steps(scores, truth))
    area = np.sum(np.diff(misses) * (hits[1:] + hits[:-1]) / 2.0)
    return float(area / (float(hits[-1]) * float(misses[-1])))


def auprc(scores: np.ndarray, truth: np.ndarray) -> float | None:
    """Average precision: the sum over distinct scores of precision times gain in recall, without
    interpolation; a detector that knows nothing gets the share of seizure. None as with `auroc`."""
    if not truth.any() or truth.all():
        return None
    hits, misses = _steps(scores, truth)
    gained = np.diff(hits, prepend=0)
    return float(np.sum(gained * (hits / (hits + misses))) / hits[-1])
