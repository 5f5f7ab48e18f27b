"""What a worker may spend when nobody is there to say so."""

from __future__ import annotations

from dataclasses import dataclass

from jobkit.budget.ledger import Terms

#: Seconds before the platform's own timer at which a worker leaves, results in hand.
_MARGIN = 30.0


@dataclass(frozen=True)
class Limits:
    """`seconds`: the platform's timer for one call. `containers`: how many work side by side."""

    seconds: float | None = None
    terms: Terms | None = None
    containers: int = 1

    def over_time(self, worked: float) -> bool:
        """Soon it would be ended, in the middle of something."""
        if self.seconds is None:
            return False
        return worked >= self.seconds - min(_MARGIN, self.seconds / 4)

    def over_budget(self, lived: float) -> bool:
        """The money would be gone if all containers had been billed for as long as this one."""
        if self.terms is None:
            return False
        rate = self.containers * self.terms.worker_rate + self.terms.coordinator_rate
        return lived * rate / 3600 >= self.terms.dollars - self.terms.spent
