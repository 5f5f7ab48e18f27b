"""Several trained detectors on several datasets: who was trained where, and tested where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from seizure.detection.detector import Detector

_FIGURES = ("auroc", "auroc_interval", "f1")


def matrix(
    detectors: Sequence[Detector], datasets: Sequence[str], told: Sequence[Mapping[str, Any]]
) -> dict[str, Any] | None:
    """A row of each trained detector, a column of each dataset; None without a trained one. `own`:
    it was trained on that dataset's training split. `told`: the fields of all `detector` events."""
    by_place = {(one["detector"], one["dataset"]): one for one in told}
    rows = [
        {
            "detector": one.name, "title": one.title, "trained_on": list(one.trained.on),
            "cells": [
                {
                    "dataset": dataset, "own": dataset in one.trained.on,
                    **{n: by_place[one.name, dataset].get(n) for n in _FIGURES},
                }
                for dataset in datasets
            ],
        }
        for one in detectors
        if one.trained is not None
    ]  # fmt: skip
    return {"datasets": list(datasets), "rows": rows} if rows else None
