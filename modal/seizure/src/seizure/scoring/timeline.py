"""Recordings of a set one behind the other, so that one pass over an array scores them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seizure.scoring.counts import Counts
from seizure.scoring.mask import mask_of, runs_of
from seizure.scoring.matching import CLOSED_BELOW, Reference, events, match
from seizure.scoring.postprocess import PostProcess, marked
from seizure.scoring.recording import Judged


@dataclass(frozen=True, eq=False)
class Timeline:
    """`scores`: float32, one a second, and -inf between recordings for so long that no event is
    joined across. `begin`, `end`: where each recording lies."""

    scores: np.ndarray
    begin: np.ndarray
    end: np.ndarray
    reference: Reference
    settings: PostProcess

    @property
    def seconds(self) -> int:
        return int((self.end - self.begin).sum())

    @classmethod
    def of(cls, judged: Sequence[Judged], settings: PostProcess) -> Timeline:
        between = int(max(CLOSED_BELOW, settings.merge_seconds)) + 1
        lengths = np.array([len(one.scores) for one in judged], dtype=np.int64)
        end = np.cumsum(lengths + between) - between
        begin = end - lengths
        scores = np.full(int(end[-1]) if len(end) else 0, -np.inf, dtype=np.float32)
        truth = np.zeros(len(scores), dtype=bool)
        for one, a, b in zip(judged, begin, end, strict=True):
            scores[a:b] = one.scores
            truth[a:b] = mask_of(one.truth, one.seconds)
        return cls(scores, begin, end, Reference.of(runs_of(truth)), settings)

    def counts_at(self, threshold: float) -> Counts:
        """Events of all recordings, pooled."""
        predicted = events(marked(self.scores, threshold, self.settings))
        found, false = match(self.reference, predicted)
        return Counts(int(found.sum()), int(false.sum()), len(found), float(self.seconds))
