"""What scoring is given of each recording."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from seizure.recording import Seizure


@dataclass(frozen=True)
class Marked:
    """A recording with what was annotated and what was predicted in it. `seconds`: its length; a
    part of a second at its end is not scored, as at the leaderboard."""

    patient: str
    recording: str
    seconds: float
    truth: tuple[Seizure, ...]
    predicted: tuple[Seizure, ...]


@dataclass(frozen=True, eq=False)
class Judged:
    """A recording with a detector's scores: `scores`, float32 [int(seconds)], one for each whole
    second, higher where a seizure is more likely. ValueError for another shape, or for a score that
    is no number."""

    patient: str
    recording: str
    seconds: float
    truth: tuple[Seizure, ...]
    scores: np.ndarray

    def __post_init__(self) -> None:
        scores = np.ascontiguousarray(self.scores, dtype=np.float32)
        if scores.shape != (int(self.seconds),):
            raise ValueError(
                f"{self.recording}: {scores.shape} scores for {int(self.seconds)} whole seconds"
            )
        if not np.isfinite(scores).all():
            second = int(np.argmin(np.isfinite(scores)))
            raise ValueError(f"{self.recording}: the score of second {second} is no number")
        object.__setattr__(self, "scores", scores)
