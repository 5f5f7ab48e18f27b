"""By how much trained detectors are better than the best of the baselines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seizure.evaluation.verdicts import Verdict, best
from seizure.scoring.table import differences


def gain(one: Verdict, every: Sequence[Verdict]) -> dict[str, Any]:
    """The fields of `detector` that tell it: `against`, the name of the baseline that is the best
    on dev; `gain`, the difference in AUROC on test, and its interval over draws of patients that
    both are scored on. Empty of a baseline, and where dev cannot tell which is best."""
    baselines = [other for other in every if other.detector.trained is None]
    if one.detector.trained is None or not baselines:
        return {}
    base = best(baselines)
    if base.dev_auroc is None:
        return {}
    told = differences(one.scores, base.scores)["auroc"]
    ends = told["interval"]
    return {
        "against": base.detector.name,
        "gain": told["difference"],
        "gain_interval": [ends["low"], ends["high"]] if ends else None,
    }
