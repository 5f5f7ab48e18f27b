"""What a detector's score of each second tells, before any threshold and at one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from seizure.scoring.calibration import Bin, ece, reliability
from seizure.scoring.curves import auprc
from seizure.scoring.mask import mask_of
from seizure.scoring.pairs import Pairs
from seizure.scoring.postprocess import PostProcess, events_of
from seizure.scoring.recording import Judged, Marked
from seizure.scoring.thresholds import sensitivity_at, sweep


@dataclass(frozen=True, eq=False)
class Curves:
    """Pooled over seconds; None where undefined. `patients`: by name, as in `pairs`."""

    patients: tuple[str, ...]
    pairs: Pairs
    auroc: float | None
    auprc: float | None
    reliability: tuple[Bin, ...]
    sensitivity_at: list[dict[str, float | None]]
    threshold: float

    @property
    def ece(self) -> float | None:
        return ece(self.reliability)

    def to_json(self) -> dict[str, Any]:
        return {
            "threshold": self.threshold,
            "auroc": self.auroc,
            "auprc": self.auprc,
            "ece": self.ece,
            "reliability": [one.to_json() for one in self.reliability],
            "sensitivity_at": self.sensitivity_at,
        }


def curves(
    judged: Sequence[Judged], threshold: float, settings: PostProcess | None = None
) -> Curves:
    """Of the recordings that are scored; `threshold`: the one chosen elsewhere, told along."""
    by_name: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
    for one in judged:
        by_name.setdefault(one.patient, []).append((one.scores, mask_of(one.truth, one.seconds)))
    names = sorted(by_name)
    each = [
        (np.concatenate([s for s, _ in by_name[n]]), np.concatenate([t for _, t in by_name[n]]))
        for n in names
    ]
    scores = np.concatenate([s for s, _ in each]) if each else np.zeros(0, dtype=np.float32)
    truth = np.concatenate([t for _, t in each]) if each else np.zeros(0, dtype=bool)
    pairs = Pairs.of(each)
    return Curves(
        tuple(names),
        pairs,
        pairs.pooled(),
        auprc(scores, truth),
        reliability(scores, truth),
        sensitivity_at(sweep(judged, settings)),
        threshold,
    )


def marked_at(
    judged: Sequence[Judged], threshold: float, settings: PostProcess | None = None
) -> list[Marked]:
    """The same recordings with the events that a threshold makes."""
    return [
        Marked(
            one.patient,
            one.recording,
            one.seconds,
            one.truth,
            tuple(events_of(one.scores, 1.0, threshold, settings)),
        )
        for one in judged
    ]
