"""One implementation on one data set: built once in its child, then measured point by point."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annbench.data.formats.hdf5 import Data
from annbench.measuring.measurement import PROBE, Pass, best_of, repeats_for, summary, wants_more
from annbench.recall import recall
from annbench.user import clock, remembering, walls
from annbench.user.answers import check_ids
from annbench.user.board import UNWRITTEN, Board, SharedFile
from annbench.user.clock import Timed
from annbench.user.sandbox_process import (
    STACK,
    Limits,
    SandboxProcess,
    environment,
    runner,
    seal_library,
)
from annbench.user.verdict import Judged

#: Room for so many queries at once, or all of the data set: short passes ask each several times.
MOST_SLOTS, MOST_BYTES = 20_000, 48 << 20
#: A short pass is asked in so many commands at most.
MOST_EXCHANGES = 200
#: The answers to so many queries are compared with those to the same changed by a hair.
COMPARED = 512
#: Telling a search from a memory may take so many seconds a point, or this share of a pass.
NEW_SECONDS, NEW_SHARE = 1.0, 0.2

#: Bits of the board's `sealed`, as in board.hpp.
CALLS, FILES, NO_CAPABILITIES, CLOSED = 1, 2, 4, 8
SEALS = {CALLS: "calls", FILES: "files", NO_CAPABILITIES: "capabilities", CLOSED: "no-open"}

#: tick(passes done, of how many, seconds of the pass so far)
Tick = Callable[[float, int, float], None]


@dataclass(frozen=True)
class Point:
    """What one setting of the search parameters came to."""

    recall: recall.Recall
    passes: list[Pass]  # the repeated ones
    qps_unseen: float | None  # as fast as queries of a kind that was never asked before
    latency_ms: dict[str, float] | None  # none where queries are answered all at once
    repeats: int
    mode: str
    train_bytes: int  # of the rows, when the index still looks at them
    #: Seconds of each query in the best pass; NaN where all are asked at once.
    seconds: NDArray[np.float64]
    ids: NDArray[np.int32]
    distances: NDArray[np.float64]  # recomputed; inf where nothing was found


@dataclass(frozen=True)
class Index:
    """What building came to."""

    seconds: float
    index_bytes: int
    peak_bytes: int
    reported_bytes: int


def shared_rows(rows: NDArray[np.float32]) -> SharedFile:
    """A copy that a child can map and only read."""
    file = SharedFile(rows.nbytes)
    file.array(rows.shape, np.float32)[:] = rows
    return file


class Session:
    """`with Session(...) as session: session.build(...); session.point(...)`"""

    def __init__(
        self, command: list[str], options: dict[str, Any], data: Data, train: SharedFile, k: int,
        threads: int, build_threads: int, seed: int, limits: Limits,
        said: Callable[[str], None] | None = None, env: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        self._data, self._k = data, k
        self._threads, self._build_threads = threads, build_threads
        self._limits = limits
        self._rng = np.random.default_rng(seed)
        count, dim = data.test.shape
        self._slots = max(count, min(MOST_SLOTS, MOST_BYTES // (dim * 4)))
        self._file = SharedFile(self._slots * dim * 4)
        self._queries = self._file.array((self._slots, dim), np.float32)
        self._board = Board(self._slots, k)
        self._core: int | None = None
        self._checking = bool(options.get("check"))
        self._cold = None if self._checking else remembering.Cold()
        most = max(threads, build_threads)
        self._child = SandboxProcess(
            command, self._board, train, self._file,
            {
                "rows": len(data.train), "dim": dim, "queries": self._slots, "k": k,
                "metric": data.distance, "memory": limits.memory_bytes + most * STACK,
                "cpu-seconds": limits.cpu_seconds, "seal": 1, "check": 0, **options,
            },
            limits, env or environment(most), said,
        )  # fmt: skip

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self._child.close()
        self._board.file.close()
        self._file.close()

    @property
    def child(self) -> SandboxProcess:
        return self._child

    @property
    def seal(self) -> list[str]:
        """What is in force on this system, as a point keeps it."""
        bits = self._board.head().sealed
        return [name for bit, name in SEALS.items() if bits & bit]

    @property
    def sealed(self) -> str:
        """The same in words, and what is not."""
        bits = self._board.head().sealed
        if not bits & CALLS:
            return "not sealed: this system does not restrict system calls"
        told = "sealed: only listed system calls"
        if bits & FILES:
            told += ", only libraries and what it is made of readable"
        elif bits & CLOSED:
            told += ", no file opened after loading"
        told += ", no capabilities" if bits & NO_CAPABILITIES else ""
        missing = "" if bits & (FILES | CLOSED) else ("; it could read files")
        return told + missing

    def load(self) -> None:
        self._child.ask("", "loading", 120.0)

    def set(self, params: dict[str, Any]) -> None:
        for name, value in params.items():
            self._child.ask(f"set {name} {value!r}", "setting parameters", 60.0)

    def build(self, tick: Callable[[float], None]) -> Index:
        """Only afterwards does the child get to see a query."""
        before = self._child.private_bytes()
        self._child.peak_bytes = before
        seconds, reported = self._child.ask(
            f"build {self._build_threads}", "building", self._limits.build_seconds,
            lambda took, _done: tick(took),
        )  # fmt: skip
        after = self._child.private_bytes()
        peak = max(self._child.peak_bytes, after)
        if self._threads == 1:
            self._core = self._child.pin()
        return Index(float(seconds), max(0, after - before), max(0, peak - before), int(reported))

    def point(self, search: dict[str, Any], repeats: int, tick: Tick) -> Point:
        """All queries once as they are, which gives the recall; then passes over all of them, each
        changed by a hair, in another order each time, which give the speed."""
        self.set(search)
        data, count = self._data, len(self._data.test)
        order = self._rng.permutation(count)
        probe = max(1, int(count * PROBE))
        few = order[:probe]
        expected = self._pass(self._changed(few), few).wall / probe * count
        whole = max(expected, clock.SHORTEST)
        asked, repeats = repeats, repeats_for(whole, repeats)
        total = repeats + 1
        tick(0, total, expected)

        def ticked(done: int, number: int) -> None:
            tick(min(number + min(1.0, done / count), total - 0.01), total, expected)

        ids = np.empty((count, self._k), np.int32)
        self._pass(data.test[order], order, lambda done: ticked(done, 0))
        ids[order] = self._board.ids[:count]
        found = recall.found_distances(data.train, data.test, ids, data.distance)
        tick(1, total, expected)
        passes: list[Pass] = []
        mode, best = "", np.empty(0)
        while len(passes) < repeats or wants_more(passes, asked, whole):
            number, order = len(passes) + 1, self._rng.permutation(count)
            now, times = self._measured(order, expected, lambda done, n=number: ticked(done, n))
            if not passes:
                self._compare_recall(order, found)
            passes.append(
                Pass(count, now.queries // count, now.wall, now.cpu or 0.0, took=now.wall)
            )
            if best_of(passes) is passes[-1]:
                mode, best = now.mode, times
        tick(total, total, expected)
        qps = best_of(passes).qps
        # On a busy machine a query takes longer than it works.
        works = [one.cpu / (one.queries * one.rounds) for one in passes if one.cpu > 0]
        slower = self._new_queries(1 / qps, min([1 / qps, *works]))
        return Point(
            recall=recall.share(found, data.true_distances, self._k, data.distance),
            passes=passes,
            qps_unseen=None if slower is None else round(qps / slower, 3),
            latency_ms=None if mode == "batch" else summary(best),
            repeats=len(passes),
            mode=mode,
            train_bytes=data.train.nbytes if self._board.head().uses_train else 0,
            seconds=np.full(count, np.nan) if mode == "batch" else best,
            ids=ids,
            distances=found,
        )

    # Passes --------------------------------------------------------------------------------------

    def _changed(self, order: NDArray[np.intp]) -> NDArray[np.float32]:
        return remembering.changed(self._data.test[order], self._rng)

    def _pass(
        self, queries: NDArray[np.float32], order: NDArray[np.intp] | None = None,
        tick: Callable[[int], None] | None = None,
    ) -> Timed:  # fmt: skip
        """Asks these, timed; the ids are checked and stay on the board. `order`: their numbers.
        What was on the board is wiped, and the child stands still until it is asked."""
        count = len(queries)
        self._queries[:count] = queries
        self._board.ids[:count] = UNWRITTEN
        before = clock.cpu_seconds(self._child.pid)
        claimed, mode = self._child.ask(
            f"pass 0 {count} {self._threads}", "searching", self._limits.search_seconds,
            None if tick is None else lambda _took, done: tick(done),
        )  # fmt: skip
        wall, after = self._child.took, clock.cpu_seconds(self._child.pid)
        overrun = self._board.head().overrun != 0
        numbers = np.arange(count) if order is None else order
        check_ids(self._board.ids[:count], len(self._data.train), numbers, overrun)
        alone = mode in ("single", "serial", "python")
        return Timed(
            wall, max(float(claimed), 1e-9), count, mode,
            cpu=None if before is None or after is None else after - before,
            cores=self._child.most_threads if self._core is None else 1,
            answering=float(self._board.latencies[:count].sum()) if alone else None,
        )  # fmt: skip

    def _measured(
        self, order: NDArray[np.intp], expected: float, tick: Callable[[int], None]
    ) -> tuple[Timed, NDArray[np.float64]]:
        """A pass over all queries, changed, as often as makes it long enough to be timed; and the
        seconds of each. The clocks have to agree."""
        least, doubt = clock.SHORTEST, None
        for _ in range(clock.TRIES):
            rounds = max(1, int(least / max(expected, 1e-9)))
            timed, times = self._long_pass(order, rounds, least, tick)
            doubt = timed.doubt()
            if doubt is None or self._checking:
                seconds = np.empty(len(order))
                seconds[order] = times
                return timed, seconds
            least *= 2
        raise Judged(
            "dishonest-clock", "The time that it tells is not the time that passed", f"{doubt}",
            "an index leaves the clock, the runner and what it reports alone",
        )  # fmt: skip

    def _long_pass(
        self, order: NDArray[np.intp], rounds: int, least: float, tick: Callable[[int], None]
    ) -> tuple[Timed, NDArray[np.float64]]:
        """Until `least` seconds are over, at most `rounds` at once: one figure for all of it."""
        count = len(order)
        rounds = min(rounds, self._slots // count)
        whole: Timed | None = None
        times = np.zeros(count)
        asked = 0
        while whole is None or (whole.wall < least and whole.exchanges < MOST_EXCHANGES):
            queries = np.concatenate([self._changed(order) for _ in range(rounds)])
            timed = self._pass(queries, np.tile(order, rounds), tick)
            times += self._board.latencies[: count * rounds].reshape(rounds, count).sum(axis=0)
            asked += rounds
            whole = timed if whole is None else whole + timed
        return whole, times / asked

    # Remembering ---------------------------------------------------------------------------------

    def _compare_recall(self, order: NDArray[np.intp], found: NDArray[np.float64]) -> None:
        """Judges the pass just asked: are answers to changed queries as good as those to known ones?"""
        data, k = self._data, self._k
        few = order[:COMPARED]
        queries, ids = self._queries[: len(few)].copy(), self._board.ids[: len(few)]
        mine = recall.found_distances(data.train, queries, ids, data.distance)
        # Neighbours of a query are those of what is next to it, in another order.
        near = recall.found_distances(data.train, queries, data.neighbors[few], data.distance)
        kth = np.sort(near, axis=1)[:, k - 1]
        unknown = (mine <= recall.farthest_hit(kth, data.distance)[:, None]).mean(axis=1)
        limit = recall.farthest_hit(data.true_distances[few, k - 1], data.distance)
        known = (found[few] <= limit[:, None]).mean(axis=1)
        if remembering.better(known, unknown) and not self._checking:
            raise _remembers(
                f"recall is {known.mean():.3f} for queries that it knows, "
                f"{unknown.mean():.3f} when they are changed by a hair"
            )

    def _new_queries(self, seconds: float, works: float) -> float | None:
        """How much slower a query is that nothing like it was asked before; one took so many
        `seconds` and worked for so many. None where that cannot be told."""
        if self._cold is None:
            return None
        most = max(NEW_SECONDS, NEW_SHARE * seconds * len(self._data.test))
        each = int(np.clip(remembering.GROUP_SECONDS / works, 4, remembering.MOST_QUERIES))
        if 3 * each * remembering.GROUPS * seconds > most:
            each = max(1, int(most / (3 * remembering.GROUPS * seconds)))
        groups = [self._group(each) for _ in range(remembering.GROUPS)]
        for which, what in enumerate(("a query changed by a hair", "a query that is new to it")):
            if remembering.suspicious([group[which] for group in groups]) is None:
                continue
            again = [self._group(each) for _ in range(remembering.AGAIN)]
            slower = remembering.suspicious([group[which] for group in again])
            if slower is not None:
                raise _remembers(f"{what} takes {slower:.1f} times as long")
        return max(1.0, float(np.median([first for _hair, first in groups])))

    def _group(self, count: int) -> tuple[float, float]:
        """A few new queries: how much slower a hair makes them, and how much the first time was."""
        assert self._cold is not None
        queries = remembering.new(self._data.test, count, self._rng)
        took = []
        for asked in (queries, remembering.changed(queries, self._rng), queries):
            self._cold.now(self._core)
            took.append(self._pass(asked).worked)
        first, near, same = took
        return near / same, first / near


def _remembers(why: str) -> Judged:
    return Judged(
        "remembers-queries", "It answers from memory what it was asked before", why,
        "an index may keep what build() saw, not what was asked",
    )  # fmt: skip


def command_for(
    source: Path, library: Path | None, hidden: Iterable[Path] = ()
) -> tuple[list[str], dict[str, Any]]:
    """What to start, and what to tell it. It cannot read what is below `hidden`."""
    if library is not None:
        readable = walls.lines(walls.for_library(library, hidden))
        return [str(runner())], {"library": library, "readable": readable}
    return (
        [sys.executable, "-I", "-B", "-u", "-m", "annbench.user.python_sandbox"],
        {
            "source": source,
            "seal-library": seal_library(),
            "readable": walls.lines(walls.for_python(source, hidden)),
        },
    )
