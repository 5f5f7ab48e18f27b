"""How each detector fared: thresholds from dev, used once on test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from seizure.detection.detector import UNCHOSEN_THRESHOLD, Detector
from seizure.evaluation.judge import Scored
from seizure.scoring.curves import auroc
from seizure.scoring.detector import curves, marked_at
from seizure.scoring.latency import latency
from seizure.scoring.mask import mask_of
from seizure.scoring.recording import Judged
from seizure.scoring.table import Scores, score
from seizure.scoring.thresholds import choose


@dataclass(frozen=True, eq=False)
class Verdict:
    """`threshold`: chosen on dev, or UNCHOSEN_THRESHOLD where dev has no seizure (`chosen` False).
    `dev_auroc`: None likewise. `marked`: share of test's seconds that are predicted to be seizure;
    near 1 the events tell nothing but that something was predicted everywhere."""

    detector: Detector
    threshold: float
    chosen: bool
    dev_auroc: float | None
    scores: Scores
    marked: float


def verdict(scored: Sequence[Scored], detector: Detector, draws: int, seed: int) -> Verdict:
    """On the test recordings among `scored`, at a threshold chosen on those of dev."""
    dev, test = (_judged(scored, split, detector.name) for split in ("dev", "test"))
    chosen = choose(dev)
    threshold = UNCHOSEN_THRESHOLD if chosen is None else chosen
    found = score(marked_at(test, threshold), draws, seed, curves(test, threshold))
    share = _share(test, threshold)
    return Verdict(detector, threshold, chosen is not None, _auroc(dev), found, share)


def best(found: Sequence[Verdict]) -> Verdict:
    """By AUROC on dev; the first where that says nothing. Test has no part in it."""
    return max(found, key=lambda one: -1.0 if one.dev_auroc is None else one.dev_auroc)


def _judged(scored: Sequence[Scored], split: str, name: str) -> list[Judged]:
    return [
        Judged(s.patient, s.id, s.seconds, s.seizures, one.scores[name])
        for one in scored
        if (s := one.stored).split == split
    ]


def _share(judged: Sequence[Judged], threshold: float) -> float:
    seconds = sum(len(one.scores) for one in judged)
    marked = sum(int((one.scores >= np.float32(threshold)).sum()) for one in judged)
    return marked / seconds if seconds else 0.0


def _auroc(judged: Sequence[Judged]) -> float | None:
    if not judged:
        return None
    truth = np.concatenate([mask_of(one.truth, one.seconds) for one in judged])
    return auroc(np.concatenate([one.scores for one in judged]), truth)


def detector_event(dataset: str, one: Verdict, is_best: bool) -> dict[str, Any]:
    """The fields of `detector`; what is undefined is None, and left out of the event."""
    curve, pooled = one.scores.curves, one.scores.events
    assert curve is not None
    late = latency([f for _, outcome in one.scores.outcomes for f in outcome.findings])
    return {
        "dataset": dataset, "detector": one.detector.name, "title": one.detector.title,
        "best": is_best,
        "auroc": curve.auroc, "auroc_interval": _ends(one, "auroc"), "auprc": curve.auprc,
        "ece": curve.ece, "threshold": one.threshold,
        "f1": pooled.f1, "f1_interval": _ends(one, "f1"), "sensitivity": pooled.sensitivity,
        "precision": pooled.precision, "fa_per_day": pooled.fa_per_day,
        "sensitivity_at": [
            {name: at[name] for name in ("fa_per_day", "sensitivity") if at[name] is not None}
            for at in curve.sensitivity_at
        ],
        "latency_seconds": late.median if late else None,
    }  # fmt: skip


def _ends(one: Verdict, figure: str) -> list[float] | None:
    found = one.scores.intervals.get(figure)
    return [found.low, found.high] if found else None


def patient_events(dataset: str, one: Verdict) -> list[dict[str, Any]]:
    """The fields of `patient`, of each patient of test."""
    return [
        {
            "dataset": dataset, "detector": one.detector.name, "patient": p.patient,
            "hours": round(p.events.seconds / 3600, 5), "seizures": p.events.reference,
            "found": p.events.found, "alarms": p.events.false, "auroc": p.auroc,
        }
        for p in one.scores.patients
    ]  # fmt: skip
