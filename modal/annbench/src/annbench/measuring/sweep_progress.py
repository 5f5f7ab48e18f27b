"""How far a sweep is: from passes to progress events, and to what the forecast learns."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from jobkit.events.phase import Phase
from jobkit.forecast import Forecast, Kind

from annbench.measuring.measurement import PROBE, WARM

#: What a whole setting is worth in passes beyond its repeats.
EXTRA = WARM + PROBE

Eta = Callable[[Kind, float, float], float | None]


class SweepProgress:
    """Progress of settings that take turns. Each counts for as many passes as were asked for and one for the
    warm-up, however many it takes, so that the total does not change on the way; and what was done
    stays done."""

    def __init__(
        self, phase: Phase, forecast: Forecast, work: Sequence[tuple[Kind, float]], repeats: int,
        eta: Eta,
    ) -> None:  # fmt: skip
        """`work` of a pass of each setting, as planned: its kind and units."""
        self._phase, self._forecast, self._eta = phase, forecast, eta
        self._work = work
        self._each = repeats + 1
        self._passes = [self._each] * len(work)
        self._share = [0.0] * len(work)
        self._begun = time.monotonic()

    def planned(self, setting: int, passes: int, seconds: float) -> None:
        self._passes[setting] = passes
        kind, work = self._work[setting]
        self._forecast.done(kind, work * PROBE, seconds)
        if passes < self._each:  # a slow one is repeated less often, and not warmed up
            self._forecast.drop(kind, work * (self._each - 1 - passes + WARM))
        else:
            self._forecast.plan(kind, work * (passes - self._each))
        self._tell(None, 0.0)
        self._begun = time.monotonic()

    def more(self, setting: int) -> None:
        self._passes[setting] += 1
        self._forecast.plan(*self._work[setting])

    def at(self, setting: int, passes: float) -> None:
        self._at(setting, passes)
        self._tell(setting, passes - int(passes))

    def passed(self, setting: int, passes: int, share: float, seconds: float) -> None:
        kind, work = self._work[setting]
        self._forecast.done(kind, work * share, seconds)
        self._at(setting, passes)
        self._tell(None, 0.0)
        self._begun = time.monotonic()

    def lost(self, setting: int) -> None:
        kind, work = self._work[setting]
        self._forecast.drop(kind, work * self._passes[setting] * (1 - self._share[setting]))
        self._share[setting] = 1.0

    def _at(self, setting: int, passes: float) -> None:
        self._share[setting] = max(self._share[setting], passes / self._passes[setting])

    def _tell(self, setting: int | None, share: float) -> None:
        kind, work = self._work[setting or 0]
        units = 0.0 if setting is None else share * work
        eta = self._eta(kind, units, time.monotonic() - self._begun if units else 0.0)
        done = round(sum(self._share) * self._each, 2)
        total = self._each * len(self._work)
        self._phase.progress(done, total, "passes", eta, force=done >= total, job_eta=eta)
