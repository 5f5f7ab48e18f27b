"""How far the search for operating points is: from passes to progress events, and to what the
forecast learns."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from jobkit.events.phase import Phase
from jobkit.forecast import Forecast, Kind

Eta = Callable[[Kind, float, float], float | None]


class FindProgress:
    """Counted in targets, each in shares of the passes that it took and about still takes: how many
    these are is known only once the target lies between two values."""

    def __init__(
        self, phase: Phase, forecast: Forecast, kind: Kind, work: Callable[[int], float],
        planned: Sequence[float], eta: Eta,
    ) -> None:  # fmt: skip
        """`work` of a pass at a value, in the forecast's units; `planned`: of a target's passes."""
        self._phase, self._forecast, self._kind, self._work = phase, forecast, kind, work
        self._left, self._eta = list(planned), eta
        self._target = self._passes = 0
        self._share = 0.0
        self._begun = time.monotonic()

    def begin(self) -> None:
        """The next pass begins."""
        self._begun = time.monotonic()

    def at(self, value: int, left: float, share: float) -> None:
        """Of the pass that goes on this share is done; `left` passes are to come, with it."""
        units = share * self._work(value)
        eta = self._eta(self._kind, units, time.monotonic() - self._begun)
        self._tell((self._passes + share) / (self._passes + max(1.0, left)), eta)

    def tried(self, value: int, left: float, next_value: int) -> None:
        """The pass at the value is over; about `left` are to come, at about the next one."""
        units = self._work(value)
        self._forecast.done(self._kind, units, time.monotonic() - self._begun)
        self._passes += 1
        self._replan(units, left * self._work(next_value))
        self._tell(self._passes / (self._passes + left), self._eta((), 0.0, 0.0))

    def found(self) -> None:
        """The target is done with, reached or not."""
        self._replan(0.0, 0.0)
        self._target, self._passes, self._share = self._target + 1, 0, 0.0
        self._tell(0.0, self._eta((), 0.0, 0.0))

    def lost(self) -> None:
        """No more of it is to come: the index could not go on."""
        for left in self._left[self._target :]:
            self._forecast.drop(self._kind, left)

    def _replan(self, done: float, left: float) -> None:
        self._forecast.drop(self._kind, max(0.0, self._left[self._target] - done))
        self._forecast.plan(self._kind, left)
        self._left[self._target] = left

    def _tell(self, share: float, eta: float | None) -> None:
        self._share = max(self._share, min(1.0, share))  # what was done stays done
        total = len(self._left)
        done = round(self._target + self._share, 2)
        self._phase.progress(done, total, "targets", eta, force=done >= total, job_eta=eta)
