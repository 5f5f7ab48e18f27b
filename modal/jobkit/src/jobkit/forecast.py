"""How long the rest will take."""

from __future__ import annotations

from collections import defaultdict

#: What work is of, the general before the particular: ("hnsw", "pass", "efSearch=20", "quick").
Kind = tuple[str, ...]

#: What is known of similar work counts as much as this share of a kind's own.
PRIOR = 0.05


class Forecast:
    """Learns seconds per unit of guessed work, per kind of work, as the job goes.

    Work is planned as (kind, guessed units). A kind that was not measured yet goes at the rate of
    what shares most of its beginning and was; one that was measured a little is drawn towards that.
    Before anything is measured, nothing is said.
    """

    def __init__(self) -> None:
        self._planned: dict[Kind, float] = defaultdict(float)
        self._left: dict[Kind, float] = defaultdict(float)
        self._seconds: dict[Kind, float] = defaultdict(float)
        self._units: dict[Kind, float] = defaultdict(float)

    def plan(self, kind: Kind, units: float) -> None:
        """There is this much more to do."""
        self._planned[kind] += units
        self._left[kind] += units

    def drop(self, kind: Kind, units: float) -> None:
        """This much of the plan will not be done after all."""
        self._left[kind] = max(0.0, self._left[kind] - units)

    def done(self, kind: Kind, units: float, seconds: float) -> None:
        """This much of the plan was done, in so many seconds."""
        self.drop(kind, units)
        self._learn(kind, units, seconds)

    def remaining(self, kind: Kind = (), units: float = 0.0, seconds: float = 0.0) -> float | None:
        """Seconds left, given that `units` of the planned `kind` are done within an unfinished
        piece of work that has taken `seconds` so far. Where such a piece does not tell how far it
        is (no units), it is taken to be on plan: what it has taken is not left."""
        if units > 0:
            self._learn(kind, units, seconds)
        try:
            total = 0.0
            for name, left in self._left.items():
                if left <= 0:
                    continue
                rate = self._rate(name)
                if rate is None:
                    return None
                own = rate * max(0.0, left - (units if name == kind else 0.0))
                total += max(0.0, own - seconds) if name == kind and units <= 0 else own
            return total if any(self._units.values()) else None
        finally:
            if units > 0:
                self._learn(kind, -units, -seconds)

    def _learn(self, kind: Kind, units: float, seconds: float) -> None:
        """Also what the beginnings of the kind are measured by."""
        for length in range(len(kind) + 1):
            self._units[kind[:length]] += units
            self._seconds[kind[:length]] += seconds

    def _rate(self, kind: Kind) -> float | None:
        """Seconds a unit; None when nothing was measured at all."""
        known = [kind[:n] for n in range(len(kind) + 1) if self._units[kind[:n]] > 0]
        if not known:
            return None
        best = known[-1]
        rate = self._seconds[best] / self._units[best]
        others = next(
            (name for name in reversed(known) if self._units[name] > self._units[best]), None
        )
        if best != kind or others is None:
            return rate
        # Little of its own may mislead.
        units = self._units[others] - self._units[kind]
        around = max(0.0, self._seconds[others] - self._seconds[kind]) / units
        weight = PRIOR * self._planned[kind]
        return (self._seconds[kind] + around * weight) / (self._units[kind] + weight)
