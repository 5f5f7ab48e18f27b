"""Why and when a worker leaves: it is asked to, its time is over, or the money would be gone."""

from __future__ import annotations

import time
from collections.abc import Callable

from jobkit.cloud.container.container_start import container_start
from jobkit.cloud.control import Control
from jobkit.cloud.worker.limits import Limits

#: Seconds without a word of anybody, after which a worker reckons for itself.
_ALONE = 60.0
#: Every so many looks a worker says that it is alive.
_BEAT = 5


class Leaving:
    """`look` and `reckon` are called now and then, each in a thread of its own; `stop` is called
    once, when it is time to leave."""

    def __init__(self, control: Control, limits: Limits, stop: Callable[[], None]) -> None:
        self.began = container_start()
        self._control, self._limits, self._stop = control, limits, stop
        self._begun = time.monotonic()
        self._before = max(0.0, time.time() - self.began)  # this container's life until here
        self._heard = self._begun
        self._looks = 0
        #: Why, and since when (Unix seconds).
        self.reason: tuple[str, float] | None = None

    def leave(self, word: str) -> None:
        if self.reason is None:
            self.reason = word, time.time()
            self._stop()

    def reckon(self) -> None:
        """Whatever becomes of the network."""
        worked = time.monotonic() - self._begun
        if self._limits.over_time(worked):
            self.leave("time")
        alone = time.monotonic() - self._heard > _ALONE
        if alone and self._limits.over_budget(self._before + worked):
            self.leave("budget")

    def look(self, part: str, holder: str, task: str) -> None:
        word = self._control.stop()
        self._heard = time.monotonic()
        if word is not None:
            self.leave(word)
        if self._looks % _BEAT == 0:
            self._control.claim(part, holder, self.began, task)
        self._looks += 1  # only once it was said: the first word of a container is waited for
