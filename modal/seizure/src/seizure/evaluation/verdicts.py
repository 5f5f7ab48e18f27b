"""How each detector fared: thresholds from dev or a checkpoint, used once on test."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from seizure.detection.detector import UNCHOSEN_THRESHOLD, Detector
from seizure.evaluation.judge import Scored
from seizure.scoring.curves import auroc
from seizure.scoring.detector import curves, marked_at
from seizure.scoring.kinds import kinds
from seizure.scoring.latency import latency
from seizure.scoring.mask import mask_of
from seizure.scoring.recording import Judged
from seizure.scoring.table import Scores, score
from seizure.scoring.thresholds import choose


@dataclass(frozen=True, eq=False)
class Verdict:
    """`threshold_from`: "checkpoint", where it was chosen in training; "dev", of this dataset;
    "test", where there is no other split, so that figures at it are too good; "nothing" where no
    seizure was there to choose by: it is UNCHOSEN_THRESHOLD then. `dev_auroc`: None where dev has
    no seizure. `marked`: share of test's seconds that are predicted to be seizure; near 1 the
    events tell nothing but that something was predicted everywhere. `kinds`: as scoring.kinds has
    them."""

    detector: Detector
    threshold: float
    threshold_from: str
    dev_auroc: float | None
    scores: Scores
    marked: float
    kinds: list[dict[str, Any]]

    @property
    def chosen(self) -> bool:
        return self.threshold_from != "nothing"


def verdict(scored: Sequence[Scored], detector: Detector, draws: int, seed: int) -> Verdict:
    """On the test recordings among `scored`, or on those of dev where there is no other. Recordings
    of both splits are there."""
    dev, test = (judged(scored, split, detector.name) for split in ("dev", "test"))
    both = not test
    test = test or dev
    threshold, source = _threshold(detector, dev, both)
    found = score(
        marked_at(test, threshold, detector.events), draws, seed,
        curves(test, threshold, detector.events),
    )  # fmt: skip
    findings = [f for _, outcome in found.outcomes for f in outcome.findings]
    share = _share(test, threshold)
    return Verdict(detector, threshold, source, _auroc(dev), found, share, kinds(findings, test))


def _threshold(detector: Detector, dev: Sequence[Judged], both: bool) -> tuple[float, str]:
    """The threshold, and where it is from. `both`: dev is scored as well."""
    if detector.trained is not None and detector.trained.threshold is not None:
        return detector.trained.threshold, "test" if both else "checkpoint"
    chosen = choose(dev, detector.events)
    if chosen is None:
        return UNCHOSEN_THRESHOLD, "nothing"
    return chosen, "test" if both else "dev"


def best(found: Sequence[Verdict]) -> Verdict:
    """By AUROC on dev; the first where that says nothing. Test has no part in it."""
    return max(found, key=lambda one: -1.0 if one.dev_auroc is None else one.dev_auroc)


def judged(scored: Sequence[Scored], split: str, name: str) -> list[Judged]:
    """What detector `name` said of the recordings of a split."""
    return [
        Judged(s.patient, s.id, s.seconds, s.seizures, one.scores[name])
        for one in scored
        if (s := one.stored).split == split
    ]


def _share(every: Sequence[Judged], threshold: float) -> float:
    seconds = sum(len(one.scores) for one in every)
    marked = sum(int((one.scores >= np.float32(threshold)).sum()) for one in every)
    return marked / seconds if seconds else 0.0


def _auroc(every: Sequence[Judged]) -> float | None:
    if not every:
        return None
    truth = np.concatenate([mask_of(one.truth, one.seconds) for one in every])
    return auroc(np.concatenate([one.scores for one in every]), truth)


def detector_event(dataset: str, one: Verdict, is_best: bool) -> dict[str, Any]:
    """The fields of `detector`; what is undefined is None, and left out of the event."""
    curve, pooled = one.scores.curves, one.scores.events
    assert curve is not None
    late = latency([f for _, outcome in one.scores.outcomes for f in outcome.findings])
    return {
        "dataset": dataset, "detector": one.detector.name, "title": one.detector.title,
        "best": is_best, **_training(one),
        "auroc": curve.auroc, "auroc_interval": _ends(one, "auroc"), "auprc": curve.auprc,
        "dev_auroc": one.dev_auroc, "kinds": one.kinds or None,
        "ece": curve.ece, "threshold": one.threshold, "threshold_from": one.threshold_from,
        "f1": pooled.f1, "f1_interval": _ends(one, "f1"), "sensitivity": pooled.sensitivity,
        "precision": pooled.precision, "fa_per_day": pooled.fa_per_day,
        "sensitivity_at": [
            {name: at[name] for name in ("fa_per_day", "sensitivity") if at[name] is not None}
            for at in curve.sensitivity_at
        ],
        "latency_seconds": late.median if late else None,
    }  # fmt: skip


def _training(one: Verdict) -> dict[str, Any]:
    trained = one.detector.trained
    return {} if trained is None else {"seed": trained.seed, "checkpoint": trained.checkpoint}


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
