"""How far scores are from chances: reliability table and expected calibration error."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np

#: Bins of equal width over [0, 1], the last with its upper edge (Guo et al., 2017, use 15 as well).
BINS = 15


@dataclass(frozen=True)
class Bin:
    """`seconds` with a score in [low, high): their mean `score`, and the share that is `seizure`;
    None where there are none."""

    low: float
    high: float
    seconds: int
    score: float | None
    seizure: float | None

    def to_json(self) -> dict[str, float | int | None]:
        return asdict(self)


def reliability(scores: np.ndarray, truth: np.ndarray, bins: int = BINS) -> tuple[Bin, ...]:
    """Empty when a score lies outside [0, 1]: then scores are no chances. `scores`: [n]; `truth`:
    bool [n]."""
    if not len(scores) or scores.min() < 0 or scores.max() > 1:
        return ()
    which = np.minimum((scores * bins).astype(np.int64), bins - 1)
    count = np.bincount(which, minlength=bins)
    score = np.bincount(which, weights=scores, minlength=bins)
    seizure = np.bincount(which, weights=truth, minlength=bins)
    return tuple(
        Bin(
            i / bins,
            (i + 1) / bins,
            int(n),
            float(score[i] / n) if n else None,
            float(seizure[i] / n) if n else None,
        )
        for i, n in enumerate(count)
    )


def ece(table: tuple[Bin, ...]) -> float | None:
    """Mean distance between score and share of seizure over bins, weighted by their seconds; None
    where there is no table."""
    seconds = sum(b.seconds for b in table)
    if not seconds:
        return None
    return (
        sum(
            b.seconds * abs(b.score - b.seizure)
            for b in table
            if b.score is not None and b.seizure is not None
        )
        / seconds
    )
