"""What a worker may spend when nobody is there to say so."""

from __future__ import annotations

from dataclasses import dataclass

from jobkit.budget.ledger import Terms

#: Seconds before the platform's own timer at which a worker leaves, results in hand.
_MARGIN = 30.0
#: What a forecast may be wrong by after a minute: within it a run goes on.
_FORECAST_ERROR = 0.1


@dataclass(frozen=True)
class Limits:
    """`seconds`: the platform's timer for one call. `containers`: how many work side by side.
    `project_after`: seconds after the job's first word about its end at which the cost of the whole
    run is judged, sooner where the timer leaves less than that; None: it is not."""

    seconds: float | None = None
    terms: Terms | None = None
    containers: int = 1
    project_after: float | None = None

    @property
    def judged_after(self) -> float | None:
        """A little money buys a short timer: a container that left before it judged would hand on
        to one that does not judge, until all of the money were gone."""
        if self.project_after is None or self.seconds is None:
            return self.project_after
        return min(self.project_after, self.seconds / 4)

    def over_time(self, worked: float) -> bool:
        """Soon it would be ended, in the middle of something."""
        if self.seconds is None:
            return False
        return worked >= self.seconds - min(_MARGIN, self.seconds / 4)

    def over_budget(self, lived: float) -> bool:
        """The money would be gone if all containers had been billed for as long as this one."""
        if self.terms is None:
            return False
        return lived * self._rate / 3600 >= self.terms.dollars - self.terms.spent

    def projected(self, lived: float, left: float) -> float | None:
        """Dollars of the whole run, when this container has lived so long and works on for `left`
        seconds. None without a budget."""
        if self.terms is None:
            return None
        return self.terms.spent + (lived + left) * self._rate / 3600

    def is_over(self, dollars: float, raised: float | None) -> bool:
        """Whether a forecast is above the budget by more than it may be wrong. `raised`: the budget
        that somebody set since."""
        budget = raised or (self.terms.dollars if self.terms else float("inf"))
        return dollars > budget * (1 + _FORECAST_ERROR)

    @property
    def _rate(self) -> float:
        assert self.terms is not None
        return self.containers * self.terms.worker_rate + self.terms.coordinator_rate
