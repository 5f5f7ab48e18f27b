"""Why and when a worker leaves: it is asked to, its time is over, the money would be gone, all of
the run would cost more than there is, or somebody else does its part."""

from __future__ import annotations

import time
from collections.abc import Callable

from jobkit.cloud.container.container_start import container_start
from jobkit.cloud.control import Control
from jobkit.cloud.lease import Lease
from jobkit.cloud.worker.limits import Limits

#: Seconds without a word of anybody, after which a worker reckons for itself.
_ALONE = 60.0
#: Every so many looks a worker says that it is alive.
_BEAT = 5

#: Words of why it left. TIME: that of this container; FORECAST: the run would cost more than its
#: budget; SUPERSEDED: somebody else does this part, and nothing of ours counts any more.
TIME, BUDGET, FORECAST, SUPERSEDED = "time", "budget", "forecast", "superseded"

#: (when it was told, by the monotonic clock; seconds that the whole job still takes)
Eta = tuple[float, float]


class Leaving:
    """Made when the call begins. `look` and `reckon` are called now and then, each in a thread of
    its own, once there is a job to attend to."""

    def __init__(self, control: Control, limits: Limits, lease: Lease) -> None:
        self.began = container_start()
        self._begun = time.monotonic()
        self._control, self._limits, self._lease = control, limits, lease
        self._stop: Callable[[], None] = lambda: None
        self._eta: Callable[[], tuple[Eta, Eta] | None] = lambda: None
        self._before = max(0.0, time.time() - self.began)  # this container's life until here
        self._heard = self._begun
        self._looks = 0
        self._raised: float | None = None
        self._judged = False
        #: Why, and since when (Unix seconds).
        self.reason: tuple[str, float] | None = None
        #: Dollars that the run would cost, where it leaves for that.
        self.projected: float | None = None

    def attend(self, stop: Callable[[], None], eta: Callable[[], tuple[Eta, Eta] | None]) -> None:
        """`stop` is called once, when it is time to leave. `eta`: the job's first and newest word
        about its end, or None before there is one."""
        self._stop, self._eta = stop, eta

    @property
    def superseded(self) -> bool:
        return self.reason is not None and self.reason[0] == SUPERSEDED

    def leave(self, word: str) -> None:
        if self.reason is None:
            self.reason = word, time.time()
            self._stop()

    def reckon(self) -> None:
        """Whatever becomes of the network."""
        worked = time.monotonic() - self._begun
        if self._limits.over_time(worked):
            self.leave(TIME)
        alone = time.monotonic() - self._heard > _ALONE
        if alone and self._limits.over_budget(self._before + worked):
            self.leave(BUDGET)
        self._project(self._before + worked)

    def look(self, part: str, holder: str, task: str) -> None:
        word, self._raised = self._control.orders()
        self._heard = time.monotonic()
        if word is not None:
            self.leave(word)
        if self._looks % _BEAT == 0:
            self._control.claim(part, holder, self.began, task)
            if not self._lease.renew():
                self.leave(SUPERSEDED)
        self._looks += 1  # only once it was said: the first word of a container is waited for

    def _project(self, lived: float) -> None:
        """Once, when the job has told of its end for long enough that it can be believed."""
        told, after = self._eta(), self._limits.judged_after
        if self._judged or after is None or told is None:
            return
        first, (at, left) = told
        now = time.monotonic()
        if now - first[0] < after:
            return
        self._judged = True
        dollars = self._limits.projected(lived, max(0.0, left - (now - at)))
        if dollars is not None and self._limits.is_over(dollars, self._raised):
            self.projected = dollars
            self.leave(FORECAST)
