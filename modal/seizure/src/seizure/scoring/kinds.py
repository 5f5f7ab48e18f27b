"""How each kind of seizure is told from recordings without any."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from seizure.scoring.curves import auroc
from seizure.scoring.findings import Finding, by_kind
from seizure.scoring.mask import mask_of
from seizure.scoring.recording import Judged


def kinds(findings: Sequence[Finding], judged: Sequence[Judged]) -> list[dict[str, Any]]:
    """Of each kind, the most frequent first: `kind`, `seizures`, how many were `found`, and
    `auroc`, pooled over all seconds of recordings with such a seizure and of those without any;
    left out where it is undefined. Empty where no kind is known."""
    return [
        {"kind": one.kind, "seizures": one.seizures, "found": one.found, **_area(one.kind, judged)}
        for one in by_kind(findings)
    ]


def _area(kind: str, judged: Sequence[Judged]) -> dict[str, float]:
    of = [one for one in judged if not one.truth or any(s.kind == kind for s in one.truth)]
    scores = np.concatenate([one.scores for one in of])
    area = auroc(scores, np.concatenate([mask_of(one.truth, one.seconds) for one in of]))
    return {} if area is None else {"auroc": area}
