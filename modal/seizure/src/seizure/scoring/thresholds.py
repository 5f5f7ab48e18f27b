"""A threshold chosen on dev, and sensitivity at given rates of false alarms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seizure.scoring.counts import Counts
from seizure.scoring.postprocess import PostProcess
from seizure.scoring.recording import Judged
from seizure.scoring.timeline import Timeline

#: Thresholds tried at most; with no more distinct scores than this a sweep is exact.
LEVELS = 1024
#: Of them: the highest distinct scores, each tried.
TOP = 256
#: False alarms in 24 hours at which sensitivity is told.
RATES = (10.0, 5.0, 2.5, 1.0)


@dataclass(frozen=True)
class Point:
    """A threshold and what it gives; the threshold None marks nothing."""

    threshold: float | None
    counts: Counts


def levels(scores: np.ndarray) -> np.ndarray:
    """Thresholds to try, float32, the highest first. Every distinct score when they are at most
    `LEVELS`. Otherwise the `TOP` highest, and below them distinct scores at ranks that grow by one
    ratio down to the lowest: less than 2 % a step for up to ten million of them."""
    distinct = np.unique(scores[np.isfinite(scores)])[::-1]
    if len(distinct) <= LEVELS:
        return distinct
    ranks = np.geomspace(TOP, len(distinct) - 1, LEVELS - TOP).astype(np.int64)
    return distinct[np.unique(np.concatenate((np.arange(TOP), ranks)))]


def sweep(judged: Sequence[Judged], settings: PostProcess | None = None) -> tuple[Point, ...]:
    """Pooled event counts at every level, the highest threshold first, before it the empty
    prediction. Time: O(levels * seconds), one vectorised pass a level; memory: O(seconds)."""
    line = Timeline.of(judged, settings or PostProcess())
    nothing = Counts(0, 0, len(line.reference.events), float(line.seconds))
    tried = (Point(float(t), line.counts_at(float(t))) for t in levels(line.scores))
    return (Point(None, nothing), *tried)


def best(points: Sequence[Point]) -> Point | None:
    """The point of the highest event F1; of equal ones that of the higher threshold. None where the
    set has no seizure: every threshold would be as good. Never the empty prediction."""
    tried = [p for p in points if p.threshold is not None]
    if not tried or not tried[0].counts.reference:
        return None
    return max(tried, key=lambda p: p.counts.f1 or 0.0)


def choose(judged: Sequence[Judged], settings: PostProcess | None = None) -> float | None:
    """A threshold for use on other recordings, by the rule of `best`: pass dev, never test."""
    found = best(sweep(judged, settings))
    return None if found is None else found.threshold


def sensitivity_at(
    points: Sequence[Point], rates: Sequence[float] = RATES
) -> list[dict[str, float | None]]:
    """For each rate the highest sensitivity among thresholds with no more false alarms in 24 hours;
    of equal ones the higher threshold. `sensitivity` None: nothing to find; `threshold` None: only
    the empty prediction makes so few."""
    told: list[dict[str, float | None]] = []
    for rate in rates:
        fit = [p for p in points if (p.counts.fa_per_day or 0.0) <= rate]
        one = max(fit, key=lambda p: p.counts.found)
        told.append(
            {
                "fa_per_day": rate,
                "sensitivity": one.counts.sensitivity,
                "threshold": one.threshold,
                "made": one.counts.fa_per_day,
            }
        )
    return told
