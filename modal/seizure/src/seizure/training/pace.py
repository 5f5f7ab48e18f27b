"""How fast it goes: windows a second, what limits it, and how long the rest takes. Does without
torch."""

from __future__ import annotations

import statistics
from collections import deque

#: Steps that are looked back at.
RECENT = 100
#: The first steps of a process allocate, compile, fill caches.
WARM_UP = 2
#: A step that took so many times the usual was no step: a laptop slept, a debugger waited.
ODD = 10.0
#: Share of a step's time that goes by in waiting for its windows, from which on reading limits it.
DATA_BOUND = 0.2


class Pace:
    """Of the last RECENT steps of this process, by a clock that stands still while the machine
    sleeps where the system has one. `windows`: of a step."""

    def __init__(self, windows: int) -> None:
        self._windows = windows
        self._steps: deque[tuple[float, float]] = deque(maxlen=RECENT)
        self._looks: deque[float] = deque(maxlen=5)
        self._seen = 0

    def step(self, seconds: float, waited: float) -> None:
        """`waited`: of `seconds`, for windows."""
        self._seen += 1
        if self._seen > WARM_UP:
            self._steps.append((seconds, waited))

    def look(self, seconds: float) -> None:
        self._looks.append(seconds)

    def _usual(self) -> list[tuple[float, float]]:
        if not self._steps:
            return []
        most = ODD * statistics.median(seconds for seconds, _ in self._steps)
        return [one for one in self._steps if one[0] <= most]

    @property
    def step_seconds(self) -> float | None:
        """None until there is one to tell of."""
        usual = self._usual()
        return sum(seconds for seconds, _ in usual) / len(usual) if usual else None

    @property
    def windows_per_s(self) -> float | None:
        seconds = self.step_seconds
        return self._windows / seconds if seconds else None

    @property
    def data_share(self) -> float | None:
        """0 to 1."""
        usual = self._usual()
        total = sum(seconds for seconds, _ in usual)
        return min(1.0, sum(waited for _, waited in usual) / total) if total else None

    def eta(self, steps: int, looks: float, windows: float) -> float | None:
        """Seconds for so many more of both. `windows`: of a look. Until there was one a window of
        it takes a third of a step's: it has no way back, which takes twice as long."""
        step = self.step_seconds
        if step is None:
            return None
        guess = windows / self._windows * step / 3
        look = statistics.median(self._looks) if self._looks else guess
        return steps * step + looks * look

    def said(self) -> str:
        """For the log."""
        rate, share = self.windows_per_s or 0.0, self.data_share or 0.0
        bound = "data-bound" if share >= DATA_BOUND else "compute-bound"
        return f"{rate:.1f} windows/s, {bound}: {100 * share:.0f} % of the time waits for data"
