"""How long the rest will take."""

from __future__ import annotations

from collections import defaultdict


class Forecast:
    """Learns seconds per unit of guessed work, per kind of work, as the job goes.

    Work is planned as (kind, guessed units). A kind not yet measured takes the mean rate of those
    that are; before anything is measured, nothing is said.
    """

    def __init__(self) -> None:
        self._left: dict[str, float] = defaultdict(float)
        self._seconds: dict[str, float] = defaultdict(float)
        self._units: dict[str, float] = defaultdict(float)

    def plan(self, kind: str, units: float) -> None:
        """There is this much more to do."""
        self._left[kind] += units

    def drop(self, kind: str, units: float) -> None:
        """This much of the plan will not be done after all."""
        self._left[kind] = max(0.0, self._left[kind] - units)

    def done(self, kind: str, units: float, seconds: float) -> None:
        """This much of the plan was done, in so many seconds."""
        self.drop(kind, units)
        self._seconds[kind] += seconds
        self._units[kind] += units

    def remaining(self, kind: str = "", units: float = 0.0, seconds: float = 0.0) -> float | None:
        """Seconds left, given that `units` of the planned `kind` are done within an unfinished
        piece of work that has taken `seconds` so far."""
        took, did = dict(self._seconds), dict(self._units)
        if units > 0:
            took[kind] = took.get(kind, 0.0) + seconds
            did[kind] = did.get(kind, 0.0) + units
        if not any(did.values()):
            return None
        mean = sum(took.values()) / sum(did.values())
        total = 0.0
        for name, left in self._left.items():
            rate = took[name] / did[name] if did.get(name) else mean
            total += rate * max(0.0, left - (units if name == kind else 0.0))
        return total
