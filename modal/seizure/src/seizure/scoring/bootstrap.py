"""Intervals from patients drawn anew with replacement: patients differ, and their seconds do not
count as independent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from seizure.scoring.counts import DAY, Counts

DRAWS = 1000
LEVEL = 0.95

#: Of how often each patient was drawn, int [draws, patients], a figure of each draw [draws], NaN
#: where it is undefined.
Statistic = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Interval:
    """The middle 95 % of a figure over draws (percentiles, linear between neighbours). In
    `undefined` of the `draws` the figure could not be computed (no seizure drawn, say): they are
    left out."""

    low: float
    high: float
    draws: int
    undefined: int

    def to_json(self) -> dict[str, float | int]:
        return asdict(self)


def drawn(patients: int, draws: int, seed: int) -> np.ndarray:
    """How often each patient was drawn: int [draws, patients], rows sum to `patients`. The same for
    the same numbers, so that two detectors on the same patients can be compared draw by draw."""
    rng = np.random.default_rng(seed)
    picked = rng.integers(0, patients, (draws, patients)) + np.arange(draws)[:, None] * patients
    return np.bincount(picked.ravel(), minlength=draws * patients).reshape(draws, patients)


def interval(
    statistic: Statistic, patients: int, draws: int = DRAWS, seed: int = 0
) -> Interval | None:
    """None with fewer than two patients, and where no draw defines the figure."""
    if patients < 2 or draws < 1:
        return None
    values = np.asarray(statistic(drawn(patients, draws, seed)))
    defined = values[~np.isnan(values)]
    if not len(defined):
        return None
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Interval(float(low), float(high), draws, draws - len(defined))


def difference(one: Statistic, other: Statistic) -> Statistic:
    """`one` minus `other` in each draw: paired, since both see the same patients."""
    return lambda weights: one(weights) - other(weights)


def of_counts(counts: Sequence[Counts], figure: str) -> Statistic:
    """A pooled figure of `Counts` ("f1", "sensitivity", "precision", "fa_per_day") from the counts
    of each patient."""
    table = np.array(
        [(c.found, c.false, c.reference, c.seconds) for c in counts], dtype=np.float64
    ).reshape(-1, 4)

    def statistic(weights: np.ndarray) -> np.ndarray:
        found, false, reference, seconds = (weights @ table).T
        above, below = {
            "sensitivity": (found, reference),
            "precision": (found, found + false),
            "f1": (2 * found, np.where(reference + false > 0, found + false + reference, 0)),
            "fa_per_day": (false * DAY, seconds),
        }[figure]
        return np.divide(above, below, out=np.full(len(weights), np.nan), where=below > 0)

    return statistic
