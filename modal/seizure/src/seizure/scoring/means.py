"""Means over patients of figures that are undefined for some of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np


@dataclass(frozen=True)
class Mean:
    """`mean` ± `sd` over the `defined` patients, as szcore_evaluation tells it (nanmean, nanstd:
    the spread of these patients, divided by their number); `zero_mean` ± `zero_sd`: the same with
    every undefined figure counted as 0. None where there is none to average."""

    mean: float | None
    sd: float | None
    defined: int
    undefined: int
    zero_mean: float | None
    zero_sd: float | None

    def to_json(self) -> dict[str, float | int | None]:
        return asdict(self)


def over(values: Sequence[float | None]) -> Mean:
    known = [v for v in values if v is not None]
    zeroed = [v or 0.0 for v in values]
    return Mean(*_spread(known), len(known), len(values) - len(known), *_spread(zeroed))


def _spread(values: Sequence[float]) -> tuple[float | None, float | None]:
    return (float(np.mean(values)), float(np.std(values))) if values else (None, None)
