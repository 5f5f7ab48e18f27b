"""Which detectors judge: trained ones where checkpoints are named, the baselines always."""

from __future__ import annotations

from collections.abc import Sequence

from seizure.checkpoints.chosen import Chosen
from seizure.detection.baselines import BASELINES
from seizure.detection.detector import Detector


def detectors(checkpoints: Sequence[Chosen], workers: int) -> tuple[Detector, ...]:
    """In the order in which they are told. `workers`: of a model, on a processor. Without a
    checkpoint nothing here asks for torch. Refused where a checkpoint cannot be used."""
    if not checkpoints:
        return BASELINES
    from seizure.inference.detectors import trained

    return (*trained(checkpoints, workers), *BASELINES)
