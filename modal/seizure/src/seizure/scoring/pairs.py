"""Comparisons of seconds between patients, of which every AUROC of redrawn patients follows
exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Pairs:
    """`wins[i, j]`: of all pairs of a second of seizure of patient i and a second without of
    patient j, how many the first wins, a tie counting half. `positives`, `negatives`: seconds of
    each. The AUROC of patients drawn w times is w' wins w / (w' positives · w' negatives)."""

    wins: np.ndarray
    positives: np.ndarray
    negatives: np.ndarray

    @classmethod
    def of(cls, patients: Sequence[tuple[np.ndarray, np.ndarray]]) -> Pairs:
        """Of each patient's (scores [n], truth bool [n]). O(n log n + patients · seizure seconds ·
        log n): an hour of seizures among a thousand hours costs little more than a sort."""
        seizure = [np.sort(scores[truth]) for scores, truth in patients]
        quiet = [np.sort(scores[~truth]) for scores, truth in patients]
        own = np.repeat(np.arange(len(patients)), [len(s) for s in seizure])
        every = np.concatenate(seizure) if patients else np.zeros(0, dtype=np.float32)
        order = np.argsort(every, kind="stable")  # queries in order find their place in the cache
        every, own = every[order], own[order]
        wins = np.zeros((len(patients), len(patients)))
        for j, others in enumerate(quiet):
            below = np.searchsorted(others, every, side="left")
            upto = np.searchsorted(others, every, side="right")
            wins[:, j] = np.bincount(own, weights=(below + upto) / 2.0, minlength=len(patients))
        return cls(
            wins,
            np.array([len(s) for s in seizure], dtype=np.float64),
            np.array([len(q) for q in quiet], dtype=np.float64),
        )

    def auroc(self, weights: np.ndarray) -> np.ndarray:
        """[draws], NaN where undefined. `weights`: [draws, patients], how often each was drawn."""
        w = weights.astype(np.float64)
        pairs = (w @ self.positives) * (w @ self.negatives)
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(pairs > 0, ((w @ self.wins) * w).sum(axis=1) / pairs, np.nan)

    def pooled(self) -> float | None:
        return _defined(self.auroc(np.ones((1, len(self.positives))))[0])

    def each(self) -> list[float | None]:
        """Of each patient alone."""
        return [_defined(value) for value in self.auroc(np.eye(len(self.positives)))]


def _defined(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
