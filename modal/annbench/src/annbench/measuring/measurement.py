"""Measuring the points of built indexes: warm-up, passes in turns, recall.

The settings of a sweep take turns (A B C A B C ...), those of several implementations too, so that
a disturbance of the machine falls on all of them instead of on one. Settings that take long go in
groups of about twenty seconds: a kill then costs no more, and points come in as the sweep goes.

A setting is asked for as many passes as were wanted, and for more until they agree or a stated time
is spent on them. A pass that would be too short to be timed asks its queries several times.
What a setting's first pass says is told at once, as provisional.

The warm-up asks the first half of the queries only. The other half is asked for the first time in
the first measured pass, whose speed on that half alone is `qps_unseen`. An index of the core could
not remember a query if it wanted to: it is const while it is searched, and searchers live for one
pass. So for these the figure shows how warm caches flatter the best pass, and no more.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol, TypeVar

import numpy as np
from jobkit import machine
from jobkit.errors import Problem
from numpy.typing import NDArray

from annbench import implementations
from annbench.core_call import watch
from annbench.data.formats.hdf5 import Data
from annbench.implementations import IMPLEMENTATIONS
from annbench.measuring import affinity, limit, memory
from annbench.measuring.interval import within
from annbench.peers.index import PeerIndex
from annbench.recall import recall
from annbench.registered import Params
from annbench.user.sandbox_process import KilledFromOutside
from annbench.user.verdict import Judged

#: A pass that takes longer than this is not repeated as often as asked for ...
SLOW_PASS = 10.0
#: ... but as often as fits into this, at least once.
SLOW_BUDGET = 50.0
#: What takes less is no pass: clocks, caches and the start of threads weigh too much in it. Its
#: queries are asked again, so often that it is one ...
LEAST_PASS = 0.010
#: ... or for so many seconds of our own clock, whatever else is said that they took.
MOST_WAIT = 0.25
#: Passes agree when the interval that they leave open themselves reaches no further than this to
#: either side (natural logarithm: about 5 %).
NARROW = 0.05
#: Until they do there are more of them than asked for, for so many seconds of a point, or as many
#: as ANNBENCH_MORE_SECONDS says.
MORE_SECONDS = 1.0
#: So few have no interval that needs no distribution; as many are made where that time allows it.
FEW_PASSES = 6
#: Share of the queries that tells whether a pass will be slow.
PROBE = 0.02
#: Share of the queries that a warm-up asks.
WARM = 0.5
#: Queries whose bytes are counted.
COUNTED = 200
#: Settings take turns in groups that are expected to take so long.
GROUP_SECONDS = 20.0

T = TypeVar("T")


class Told(Protocol):
    """Who wants to know how far it is. Settings are numbered; a warm-up counts as a pass."""

    def planned(self, setting: int, passes: int, seconds: float) -> None:
        """So many passes of it are to come; its probe took so long."""

    def more(self, setting: int) -> None:
        """One more than planned."""

    def at(self, setting: int, passes: float) -> None:
        """So many passes of it are done."""

    def passed(self, setting: int, passes: int, share: float, seconds: float) -> None:
        """One more is done: it asked this share of the queries in so many seconds."""

    def lost(self, setting: int) -> None:
        """No more of it is to come: its index could not go on."""


@dataclass(frozen=True)
class Setting:
    """What is measured: an index, and the parameters it was built and is searched with."""

    impl: str
    index: Any
    params: Params


@dataclass
class Pass:
    """One measured pass: the same queries, asked in one round or more."""

    queries: int  # of a round
    rounds: int = 0
    wall: float = 0.0  # seconds by the clock
    cpu: float = 0.0  # seconds of processor time, of all threads; 0 where it is not known
    #: Seconds of each query, a round after the other.
    latencies: list[NDArray[np.float64]] = field(default_factory=list)
    took: float = 0.0  # seconds from its beginning to the end of its last round, all told
    begun: float = field(default_factory=time.monotonic)

    def add(self, wall: float, cpu: float, latencies: NDArray[np.float64]) -> None:
        """One more round."""
        self.rounds += 1
        self.took = time.monotonic() - self.begun
        self.wall += wall
        self.cpu += cpu
        self.latencies.append(latencies)

    @property
    def is_whole(self) -> bool:
        """Whether it took long enough to be one."""
        return self.wall >= LEAST_PASS or self.took >= MOST_WAIT

    @property
    def qps(self) -> float:
        return round(self.queries * self.rounds / max(self.wall, 1e-9), 3)

    def summary(self) -> dict[str, float] | None:
        """Latencies of single queries in milliseconds; none where all are asked at once."""
        seconds = self.seconds()
        return None if np.isnan(seconds).any() else summary(seconds)

    def seconds(self) -> NDArray[np.float64]:
        """The mean of its rounds, for each query."""
        return np.mean(self.latencies, axis=0)  # type: ignore[no-any-return]


def best_of(passes: Sequence[Pass]) -> Pass:
    return max(passes, key=lambda one: one.qps)


@dataclass(frozen=True)
class Measured:
    recall: recall.Recall
    passes: list[Pass]
    qps_unseen: float | None  # of the second half, when first asked
    latency_ms: dict[str, float] | None  # of the best pass; none where all are asked at once
    dist_comps: float | None  # a query
    query_bytes: float | None  # of the index that a query reads, where the core counts them
    random_reads: float | None  # bytes a second that the core it was kept on reads at random places
    repeats: int
    others_busy: float | None  # cores that others used during its passes
    core: int | None  # it was kept on
    peak_bytes: int | None  # by how much this process grew while it was searched, at most
    seconds: NDArray[np.float64]  # of each query in the best pass
    ids: NDArray[np.int32]
    distances: NDArray[np.float64]  # recomputed; inf where nothing was found


def more_seconds() -> float:
    """How long a point may go on beyond what was asked for. Raises Problem."""
    told = os.environ.get("ANNBENCH_MORE_SECONDS", "")
    try:
        seconds = float(told or MORE_SECONDS)
    except ValueError:
        seconds = -1.0
    if not 0.0 <= seconds <= 3600.0:
        raise Problem(
            "ANNBENCH_MORE_SECONDS cannot be used", f"{told!r} is no number from 0 to 3600",
            "unset it",
        )  # fmt: skip
    return seconds


def repeats_for(pass_seconds: float, wanted: int) -> int:
    """How often a pass of this length is repeated at first."""
    if pass_seconds > SLOW_PASS:
        return max(1, min(wanted, int(SLOW_BUDGET / pass_seconds)))
    more = int(more_seconds() / max(pass_seconds, LEAST_PASS))
    return max(wanted, min(FEW_PASSES, wanted + more))


def wants_more(passes: Sequence[Pass], asked: int, pass_seconds: float) -> bool:
    """Whether one more pass is worth its time: those so far do not agree, and it still fits into
    the time that a point has beyond the `asked` ones."""
    spent = sum(one.took for one in passes[asked:])
    if pass_seconds > SLOW_PASS or spent + pass_seconds > more_seconds():
        return False
    open_to = within(passes)
    return open_to is None or open_to > NARROW


def summary(seconds: NDArray[np.float64]) -> dict[str, float]:
    """Latencies of one pass in milliseconds."""
    p50, p95, p99 = np.percentile(seconds, [50, 95, 99])
    values = {"mean": seconds.mean(), "p50": p50, "p95": p95, "p99": p99, "max": seconds.max()}
    return {name: round(float(value) * 1e3, 6) for name, value in values.items()}


@dataclass
class _Open:
    """One point in the making."""

    number: int
    setting: Setting
    repeats: int
    warm: bool
    expected: float  # seconds of a pass
    done: int = 0  # passes, the warm-up included
    measured: list[Pass] = field(default_factory=list)
    unseen: float | None = None
    ids: NDArray[np.int32] | None = None
    found: NDArray[np.float64] | None = None  # distances of `ids`
    comps: int = 0
    watched: float = 0.0  # seconds during which others were watched
    others: float = 0.0  # CPU seconds they used meanwhile
    peak: int = 0

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


def _counted(impl: str) -> Callable[..., float] | None:
    """What counts the bytes that a query reads of its index, where the core does."""
    known = IMPLEMENTATIONS.get(impl)
    return None if known is None else known.query_bytes


class Measurement:
    """`for number, measured in Measurement(...).run(told)`: each setting once, a group at a time.
    Each answer of each pass is validated."""

    def __init__(
        self, data: Data, k: int, settings: Sequence[Setting], threads: int, repeats: int
    ) -> None:
        self._data, self._k = data, k
        self._settings, self._threads, self._wanted = settings, threads, repeats
        self._core = affinity.quietest() if threads == 1 else None
        self._held = self._core is not None
        self._half = max(1, int(len(data.test) * WARM))
        #: Indexes of peers that could not go on, and why; their other settings are passed over.
        self.lost: dict[PeerIndex, Judged | KilledFromOutside] = {}
        #: What random reads give, by index; of one thread, which is what that is measured with.
        self._random_reads = (
            limit.of_indexes([one.index for one in settings if _counted(one.impl)], self._core)
            if threads == 1
            else {}
        )
        data.true_distances  # noqa: B018 - what these take is no growth of a search
        self._memory = memory.settled_bytes()

    def run(
        self, told: Told, early: Callable[[int, Measured], None] | None = None
    ) -> Iterator[tuple[int, Measured]]:
        """Number and figures of each setting whose passes are over. `early`: is told what the first
        pass of each says, when more are to come."""
        opened = [
            one
            for i, setting in enumerate(self._settings)
            if (one := self._going_on(setting, told, partial(self._probe, i, setting, told)))
        ]
        for group in groups([s.seconds for s in opened], GROUP_SECONDS):
            turns = [opened[i] for i in group]
            for one in turns:
                if one.warm:
                    self._turn(one, told)
            for turn in range(max(one.repeats for one in turns)):
                for one in turns:
                    if turn < one.repeats:
                        self._turn(one, told)
                    more = len(turns) > 1 or one.repeats > 1
                    if turn == 0 and early is not None and more and one.measured:
                        early(one.number, self._measured(one))
            self._more(turns, told)
            for one in turns:
                if one.setting.index not in self.lost:
                    yield one.number, self._measured(one)

    def _going_on(self, setting: Setting, told: Told, call: Callable[[], T]) -> T | None:
        """What it returns. A peer's process that ends ends its settings, not the sweep."""
        if setting.index in self.lost:
            return None
        try:
            return call()
        except (Judged, KilledFromOutside) as e:
            self.lost[setting.index] = e
            for number, other in enumerate(self._settings):
                if other.index is setting.index:
                    told.lost(number)
            return None

    def _more(self, turns: list[_Open], told: Told) -> None:
        """More turns of those whose passes do not agree yet."""
        while turns := [
            one for one in turns
            if one.setting.index not in self.lost
            and wants_more(one.measured, self._wanted, one.expected)
        ]:  # fmt: skip
            for one in turns:
                told.more(one.number)
                one.repeats += 1
                self._turn(one, told)

    def _probe(self, number: int, setting: Setting, told: Told) -> _Open:
        queries = len(self._data.test)
        few = max(1, int(queries * PROBE))
        seconds = self._ask(setting, few, lambda _share: None, once=True)[0].wall
        expected = seconds / few * queries
        one = _Open(
            number, setting, repeats_for(expected, self._wanted), expected <= SLOW_PASS,
            max(expected, LEAST_PASS),
        )  # fmt: skip
        told.planned(number, one.passes, seconds)
        return one

    def _turn(self, one: _Open, told: Told) -> None:
        """The next pass of a setting."""
        self._going_on(one.setting, told, partial(self._pass, one, told))

    def _pass(self, one: _Open, told: Told) -> None:
        data, number = self._data, one.number
        warming = one.warm and one.done == 0
        count = self._half if warming else len(data.test)
        before, peak = machine.OthersBusy(), memory.Peak()

        def at(share: float) -> None:
            peak.look()
            told.at(number, one.done + share)

        taken, answers, comps = self._ask(one.setting, count, at, once=warming)
        for ids in answers:
            recall.validate(ids, len(data.train), self._k, count)
        one.done += 1
        one.peak = max(one.peak, peak.bytes() - self._memory)
        told.passed(number, one.done, count / len(data.test), taken.wall)
        if warming:
            return
        if one.ids is None:
            one.ids = answers[0]
            unseen = taken.latencies[0][self._half :].sum()
            if self._threads == 1 and unseen > 0:
                one.unseen = round((count - self._half) / float(unseen), 3)
        one.comps = comps
        watched, others = before.so_far()
        one.watched += watched
        # The process of a peer is not one of the others.
        one.others += others - (taken.cpu if isinstance(one.setting.index, PeerIndex) else 0.0)
        one.measured.append(taken)
        best = best_of(one.measured)
        for other in one.measured:
            if other is not best:
                other.latencies.clear()

    def _ask(
        self, setting: Setting, count: int, at: Callable[[float], None], once: bool
    ) -> tuple[Pass, list[NDArray[np.int32]], int]:
        """A pass over the first `count` queries (`once`: one round of it), the ids of each round,
        and the distances of the last one."""
        queries, index = self._data.test[:count], setting.index
        taken, answers, comps = Pass(count), [], 0

        def call(ask: Callable[[], implementations.Pass], clock: Callable[[], float]) -> None:
            nonlocal comps
            while not taken.is_whole and not (once and answers):
                begun = clock()
                ids, latencies, wall, comps = ask()
                taken.add(wall, clock() - begun, latencies)
                answers.append(ids)

        def ask_core(progress: Any) -> None:
            search = IMPLEMENTATIONS[setting.impl].search
            with affinity.pinned(self._core) as self._held:
                call(
                    lambda: search(
                        index, queries, self._k, setting.params, self._threads, progress
                    ),
                    time.thread_time if self._threads == 1 else time.process_time,
                )

        if isinstance(index, PeerIndex):  # which watches by itself
            with index.pinned(self._core) as self._held:
                call(
                    lambda: index.search(queries, setting.params, self._threads, at),
                    index.processor_seconds,
                )
        else:
            watch(ask_core, lambda done, total: at(min(1.0, done / total) if total else 0.0))
        return taken, answers, comps

    def _query_bytes(self, setting: Setting) -> float | None:
        count = _counted(setting.impl)
        if count is None:
            return None
        return round(count(setting.index, self._data.test[:COUNTED], self._k, setting.params), 1)

    def _measured(self, one: _Open) -> Measured:
        """Its figures, of the passes so far."""
        data, queries = self._data, len(self._data.test)
        assert one.ids is not None
        is_peer = isinstance(one.setting.index, PeerIndex)
        best = best_of(one.measured)
        if one.found is None:
            one.found = recall.found_distances(data.train, data.test, one.ids, data.distance)
        return Measured(
            recall=recall.share(one.found, data.true_distances, self._k, data.distance),
            passes=list(one.measured),
            qps_unseen=one.unseen,
            latency_ms=best.summary(),
            dist_comps=None if is_peer else round(one.comps / queries, 2),
            query_bytes=self._query_bytes(one.setting),
            random_reads=self._random_reads.get(one.setting.index),
            repeats=len(one.measured),
            others_busy=machine.cores_of(one.watched, one.others),
            core=self._core if self._held else None,
            peak_bytes=None if is_peer else max(0, one.peak),
            seconds=best.seconds(),
            ids=one.ids,
            distances=one.found,
        )
