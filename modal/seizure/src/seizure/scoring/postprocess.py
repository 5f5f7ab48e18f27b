"""Events of a track of scores: hysteresis, joining, shortest and longest duration. Pure
functions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seizure.recording import Seizure
from seizure.scoring.mask import runs_of
from seizure.scoring.matching import joined


@dataclass(frozen=True)
class PostProcess:
    """In this order: an event begins and ends where scores reach `threshold - hysteresis`, and
    holds at least one score of `threshold`; gaps shorter than `merge_seconds` are closed; what is
    shorter than `min_seconds` goes; what is longer than `max_seconds` (None: any) ends there.

    Without `max_seconds` a lower threshold never loses a second that a higher one marks."""

    hysteresis: float = 0.0
    merge_seconds: float = 0.0
    min_seconds: float = 0.0
    max_seconds: float | None = None

    def __post_init__(self) -> None:
        for name in ("hysteresis", "merge_seconds", "min_seconds"):
            if not getattr(self, name) >= 0:
                raise ValueError(f"{name} must be 0 or more")
        if self.max_seconds is not None and not self.max_seconds >= max(self.min_seconds, 1e-9):
            raise ValueError("max_seconds must be above 0, and not below min_seconds")


def marked(
    scores: np.ndarray, threshold: float, settings: PostProcess, rate: float = 1.0
) -> np.ndarray:
    """Events as stretches of samples, int [n, 2]. `scores`: float32 [samples] at `rate` Hz."""
    runs = runs_of(scores >= np.float32(threshold))
    if settings.hysteresis:
        sure, runs = runs, runs_of(scores >= np.float32(threshold - settings.hysteresis))
        kept = np.zeros(len(runs), dtype=bool)
        kept[np.searchsorted(runs[:, 0], sure[:, 0], side="right") - 1] = True
        runs = runs[kept]
    runs = joined(runs, settings.merge_seconds * rate)
    if settings.min_seconds:
        runs = runs[runs[:, 1] - runs[:, 0] >= settings.min_seconds * rate]
    if settings.max_seconds is not None:
        longest = max(1, int(settings.max_seconds * rate))
        runs = np.stack([runs[:, 0], np.minimum(runs[:, 1], runs[:, 0] + longest)], axis=1)
    return runs


def events_of(
    scores: np.ndarray, rate: float, threshold: float, settings: PostProcess | None = None
) -> list[Seizure]:
    """Events of one recording. `scores`: [samples] at `rate` Hz, sample i covering i/rate to
    (i+1)/rate seconds; `settings` None: every stretch at or above the threshold."""
    track = np.asarray(scores, dtype=np.float32)
    runs = marked(track, threshold, settings or PostProcess(), rate)
    return [Seizure(float(a) / rate, float(b) / rate) for a, b in runs]
