"""How soon after its onset a seizure is detected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from seizure.scoring.findings import Finding


@dataclass(frozen=True)
class Latency:
    """Over `seizures` with a predicted second from onset to 60 s behind their end: `median` and
    quartiles, seconds (linear between neighbours); 0: predicted already at the onset. `early`:
    found only before their onset, and in no figure here."""

    seizures: int
    early: int
    median: float
    quartiles: tuple[float, float]

    def to_json(self) -> dict[str, object]:
        return {**asdict(self), "quartiles": list(self.quartiles)}


def latency(findings: Sequence[Finding]) -> Latency | None:
    """None where no seizure has a latency."""
    seconds = [one.latency for one in findings if one.latency is not None]
    if not seconds:
        return None
    low, middle, high = (float(q) for q in np.quantile(seconds, [0.25, 0.5, 0.75]))
    early = sum(1 for one in findings if one.found and one.latency is None)
    return Latency(len(seconds), early, middle, (low, high))
