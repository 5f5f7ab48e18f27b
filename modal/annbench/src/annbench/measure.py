"""Measuring the points of one index: warm-up, passes in turns, recall.

The settings of a sweep take turns (A B C A B C ...), so that a disturbance of the machine falls on
all of them instead of on one. Settings that take long go in groups of about twenty seconds: a kill
then costs no more, and points come in as the sweep goes.

The warm-up asks the first half of the queries only. The other half is asked for the first time in
the first measured pass, whose speed on that half alone is `qps_unseen`. An index of the core could
not remember a query if it wanted to: it is const while it is searched, and searchers live for one
pass. So for these the figure shows how warm caches flatter the best pass, and no more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from annbench import affinity, machine, recall
from annbench.hdf5 import Data
from annbench.implementations import IMPLEMENTATIONS, Params
from annbench.watch import watch

#: A pass that takes longer than this is not repeated as often as asked for ...
SLOW_PASS = 10.0
#: ... but as often as fits into this, at least once.
SLOW_BUDGET = 50.0
#: Share of the queries that tells whether a pass will be slow.
PROBE = 0.02
#: Share of the queries that a warm-up asks.
WARM = 0.5
#: Settings take turns in groups that are expected to take so long.
GROUP_SECONDS = 20.0


class Told(Protocol):
    """Who wants to know how far it is. Settings are numbered; a warm-up counts as a pass."""

    def planned(self, setting: int, passes: int, seconds: float) -> None:
        """So many passes of it are to come; its probe took so long."""

    def at(self, setting: int, passes: float) -> None:
        """So many passes of it are done."""

    def passed(self, setting: int, passes: int, share: float, seconds: float) -> None:
        """One more is done: it asked this share of the queries in so many seconds."""


@dataclass(frozen=True)
class Measured:
    recall: recall.Recall
    qps: list[float]  # of each pass
    qps_unseen: float | None  # of the second half, when first asked
    latency_ms: dict[str, float]  # of the best pass
    dist_comps: float  # a query
    repeats: int
    others_busy: float | None  # cores that others used during its passes
    core: int | None  # it was kept on
    seconds: NDArray[np.float64]  # of each query in the best pass
    ids: NDArray[np.int32]
    distances: NDArray[np.float64]  # recomputed; inf where nothing was found


def repeats_for(pass_seconds: float, wanted: int) -> int:
    """How often a pass of this length is repeated."""
    if pass_seconds <= SLOW_PASS:
        return wanted
    return max(1, min(wanted, int(SLOW_BUDGET / pass_seconds)))


def summary(seconds: NDArray[np.float64]) -> dict[str, float]:
    """Latencies of one pass in milliseconds."""
    p50, p95, p99 = np.percentile(seconds, [50, 95, 99])
    values = {"mean": seconds.mean(), "p50": p50, "p95": p95, "p99": p99, "max": seconds.max()}
    return {name: round(float(value) * 1e3, 6) for name, value in values.items()}


@dataclass
class _Setting:
    """One point in the making."""

    number: int
    params: Params
    repeats: int
    warm: bool
    expected: float  # seconds of a pass
    done: int = 0  # passes, the warm-up included
    walls: list[float] = field(default_factory=list)
    best: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    unseen: float | None = None
    ids: NDArray[np.int32] | None = None
    comps: int = 0
    watched: float = 0.0  # seconds during which others were watched
    others: float = 0.0  # CPU seconds they used meanwhile

    @property
    def passes(self) -> int:
        return self.repeats + self.warm

    @property
    def seconds(self) -> float:
        """All of it, as expected."""
        return self.expected * (self.repeats + WARM * self.warm)


def groups(seconds: list[float], most: float) -> list[range]:
    """Neighbouring settings that take turns, by how long each takes."""
    found, begin, total = [], 0, 0.0
    for i, each in enumerate(seconds):
        if i > begin and total + each > most:
            found.append(range(begin, i))
            begin, total = i, 0.0
        total += each
    return [*found, range(begin, len(seconds))] if seconds else []


class Measurement:
    """`for number, measured in Measurement(...).run(told)`: each setting once, a group at a time.
    Each answer of each pass is validated."""

    def __init__(
        self, impl: str, index: Any, data: Data, k: int, settings: list[Params], threads: int,
        repeats: int, look: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        """`look` is called ten times a second while queries are asked."""
        self._look = look
        self._search = IMPLEMENTATIONS[impl].search
        self._index, self._data, self._k = index, data, k
        self._params, self._threads, self._wanted = settings, threads, repeats
        self._core = affinity.quietest() if threads == 1 else None
        self._held = self._core is not None
        self._half = max(1, int(len(data.test) * WARM))

    def run(self, told: Told) -> Iterator[tuple[int, Measured]]:
        settings = [self._probe(i, params, told) for i, params in enumerate(self._params)]
        for group in groups([s.seconds for s in settings], GROUP_SECONDS):
            turns = [settings[i] for i in group]
            for setting in turns:
                if setting.warm:
                    self._turn(setting, told)
            for turn in range(max(s.repeats for s in turns)):
                for setting in turns:
                    if turn < setting.repeats:
                        self._turn(setting, told)
            for setting in turns:
                yield setting.number, self._measured(setting)

    def _probe(self, number: int, params: Params, told: Told) -> _Setting:
        queries = len(self._data.test)
        few = max(1, int(queries * PROBE))
        seconds = self._ask(params, few, lambda _share: None)[2]
        expected = seconds / few * queries
        setting = _Setting(
            number, params, repeats_for(expected, self._wanted), expected <= SLOW_PASS, expected
        )
        told.planned(number, setting.passes, seconds)
        return setting

    def _turn(self, setting: _Setting, told: Told) -> None:
        """The next pass of a setting."""
        data, number = self._data, setting.number
        warming = setting.warm and setting.done == 0
        count = self._half if warming else len(data.test)
        before = machine.OthersBusy()
        ids, latencies, wall, comps = self._ask(
            setting.params, count, lambda share: told.at(number, setting.done + share)
        )
        recall.validate(ids, len(data.train), self._k, count)
        setting.done += 1
        told.passed(number, setting.done, count / len(data.test), wall)
        if warming:
            return
        watched, others = before.so_far()
        setting.watched += watched
        setting.others += others
        if setting.ids is None:
            setting.ids = ids
            unseen = latencies[self._half :].sum()
            if self._threads == 1 and unseen > 0:
                setting.unseen = round((count - self._half) / float(unseen), 3)
        if not setting.walls or wall < min(setting.walls):
            setting.best = latencies
        setting.walls.append(wall)
        setting.comps = comps

    def _ask(self, params: Params, count: int, at: Callable[[float], None]) -> Any:
        """One pass over the first `count` queries."""
        queries = self._data.test[:count]

        def call(progress: Any) -> Any:
            with affinity.pinned(self._core) as held:
                self._held = held
                return self._search(
                    self._index, queries, self._k, params, self._threads, progress
                )  # fmt: skip

        def tick(done: int, total: int) -> None:
            self._look()
            at(done / total if total else 0.0)

        return watch(call, tick)

    def _measured(self, setting: _Setting) -> Measured:
        data, queries = self._data, len(self._data.test)
        assert setting.ids is not None
        found = recall.found_distances(data.train, data.test, setting.ids, data.distance)
        return Measured(
            recall=recall.share(found, data.true_distances, self._k, data.distance),
            qps=[round(queries / wall, 3) for wall in setting.walls],
            qps_unseen=setting.unseen,
            latency_ms=summary(setting.best),
            dist_comps=round(setting.comps / queries, 2),
            repeats=setting.repeats,
            others_busy=machine.cores_of(setting.watched, setting.others),
            core=self._core if self._held else None,
            seconds=setting.best,
            ids=setting.ids,
            distances=found,
        )
