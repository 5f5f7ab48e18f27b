"""Counts as szcore_evaluation 0.0.7 makes them: a mask of whole seconds first, then timescoring.

Events (timescoring 0.0.7, a grid of 10 Hz): gaps under 90 s are closed, what is longer than 300 s
is cut, an annotated event is found when anything predicted overlaps it, widened by 30 s before and
60 s behind; a predicted event is false when it touches no widened event that was found. Samples:
seconds. This is not NEDC's scoring, and its figures cannot be compared with those."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from timescoring.annotations import Annotation
from timescoring.scoring import EventScoring, SampleScoring

from seizure.recording import Seizure
from seizure.scoring.counts import Counts
from seizure.scoring.mask import mask_of


def score_masks(truth: np.ndarray, predicted: np.ndarray) -> tuple[Counts, Counts]:
    """(events, samples) of a recording; both masks bool [whole seconds]."""
    if not len(truth):  # shorter than a second: nothing that could be scored
        return Counts(), Counts()
    reference, hypothesis = Annotation(truth, 1), Annotation(predicted, 1)
    events, samples = (
        Counts(int(s.tp), int(s.fp), int(s.refTrue), float(len(truth)))
        for s in (EventScoring(reference, hypothesis), SampleScoring(reference, hypothesis))
    )
    return events, samples


def score_events(
    truth: Iterable[Seizure], predicted: Iterable[Seizure], seconds: float
) -> tuple[Counts, Counts]:
    """(events, samples) of a recording of `seconds`. Lists may be in any order, and overlap."""
    return score_masks(mask_of(truth, seconds), mask_of(predicted, seconds))
