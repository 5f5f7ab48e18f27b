"""How far a sweep is: from passes to progress events, and to what the forecast learns."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from annbench.events import Phase
from annbench.forecast import Forecast
from annbench.measure import PROBE, WARM

#: What a whole setting is worth in passes beyond its repeats.
EXTRA = WARM + PROBE

Eta = Callable[[str, float, float], float | None]


class SweepProgress:
    """Of the settings of one index. Each counts for as many passes as were asked for and one for
    the warm-up, so that the total does not change on the way."""

    def __init__(
        self, phase: Phase, forecast: Forecast, kind: str, work: Sequence[float], repeats: int,
        eta: Eta,
    ) -> None:  # fmt: skip
        self._phase, self._forecast, self._kind, self._eta = phase, forecast, kind, eta
        self._work = work  # of a pass, as planned, of each setting
        self._each = repeats + 1
        self._passes = [self._each] * len(work)
        self._done = [0.0] * len(work)
        self._begun = time.monotonic()

    def planned(self, setting: int, passes: int, seconds: float) -> None:
        self._passes[setting] = passes
        work = self._work[setting]
        self._forecast.done(self._kind, work * PROBE, seconds)
        if passes < self._each:  # a slow one is repeated less often, and not warmed up
            self._forecast.drop(self._kind, work * (self._each - 1 - passes + WARM))
        self._tell(None, 0.0)
        self._begun = time.monotonic()

    def at(self, setting: int, passes: float) -> None:
        share = passes - int(passes)
        self._done[setting] = passes
        self._tell(setting, share)

    def passed(self, setting: int, passes: int, share: float, seconds: float) -> None:
        self._forecast.done(self._kind, self._work[setting] * share, seconds)
        self._done[setting] = passes
        self._tell(None, 0.0)
        self._begun = time.monotonic()

    def _tell(self, setting: int | None, share: float) -> None:
        units = 0.0 if setting is None else share * self._work[setting]
        eta = self._eta(self._kind, units, time.monotonic() - self._begun if units else 0.0)
        done = sum(
            part / whole * self._each
            for part, whole in zip(self._done, self._passes, strict=True)
        )  # fmt: skip
        total = self._each * len(self._work)
        self._phase.progress(round(done, 2), total, "passes", eta, force=round(done, 2) >= total)
