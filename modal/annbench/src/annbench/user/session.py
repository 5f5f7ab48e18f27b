"""One implementation on one data set: built once in its child, then measured point by point."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annbench import recall
from annbench.hdf5 import Data
from annbench.measure import PROBE, SLOW_PASS, repeats_for, summary
from annbench.user import remembering, walls
from annbench.user.board import UNWRITTEN, Board, SharedFile
from annbench.user.child import STACK, Child, Limits, environment, runner, seal_library
from annbench.user.verdict import Judged

#: So many queries are also asked changed by a hair, ...
CHANGED = 256
#: ... or as many as fit into this.
CHANGED_SECONDS = 2.0

#: Bits of the board's `sealed`, as in board.hpp.
CALLS, FILES, NO_CAPABILITIES, CLOSED = 1, 2, 4, 8
SEALS = {CALLS: "calls", FILES: "files", NO_CAPABILITIES: "capabilities", CLOSED: "no-open"}

#: tick(passes done, of how many, seconds of the pass so far)
Tick = Callable[[float, int, float], None]


@dataclass(frozen=True)
class Point:
    """What one setting of the search parameters came to."""

    recall: recall.Recall
    qps: list[float]  # of each repeated pass
    qps_unseen: float | None
    latency_ms: dict[str, float]
    repeats: int
    mode: str
    train_bytes: int  # of the rows, when the index still looks at them
    seconds: NDArray[np.float64]  # of each query: of the best pass, or of the one that asked it
    ids: NDArray[np.int32]
    distances: NDArray[np.float64]  # recomputed; inf where nothing was found


@dataclass(frozen=True)
class Index:
    """What building came to."""

    seconds: float
    index_bytes: int
    peak_bytes: int
    reported_bytes: int


def check_ids(ids: NDArray[np.int32], rows: int, order: NDArray[np.intp], overrun: bool) -> None:
    """k different rows a query; -1 only at the end, where nothing more was found."""
    k = ids.shape[1]
    what = "It returned an impossible answer"
    hint = f"write exactly {k} different row numbers from 0 to {rows - 1}"
    if overrun:
        raise Judged("bad-ids", what, f"it wrote more than k={k} ids", hint)

    def judge(wrong: NDArray[np.bool_], why: str) -> None:
        if wrong.any():
            at = int(np.argmax(wrong))
            shown = ["-" if x == UNWRITTEN else str(x) for x in ids[at].tolist()]
            raise Judged("bad-ids", what, f"query {order[at]}: {why}: [{', '.join(shown)}]", hint)

    judge((ids == UNWRITTEN).any(axis=1), f"fewer than k={k} ids")
    judge(((ids < -1) | (ids >= rows)).any(axis=1), f"an id outside 0..{rows - 1}")
    missing = ids < 0
    judge((missing[:, :-1] & ~missing[:, 1:]).any(axis=1), "a row behind a missing one (-1)")
    ordered = np.sort(ids, axis=1)
    twice = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)
    judge(twice.any(axis=1), "the same id twice")


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
        count = len(data.test)
        self._order = self._rng.permutation(count)
        self._seen = count - count // 2
        self._changed = min(self._seen, CHANGED)
        dim = data.test.shape[1]
        self._file = SharedFile((count + self._changed) * dim * 4)
        self._queries = self._file.array((count + self._changed, dim), np.float32)
        self._board = Board(count + self._changed, k)
        most = max(threads, build_threads)
        self._child = Child(
            command, self._board, train, self._file,
            {
                "rows": len(data.train), "dim": dim, "queries": count + self._changed, "k": k,
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
    def child(self) -> Child:
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
            told += ", only libraries and its own folder readable"
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
            self._child.pin()
        seen = self._order[: self._seen]
        self._queries[: self._seen] = self._data.test[seen]
        return Index(float(seconds), max(0, after - before), max(0, peak - before), int(reported))

    def point(self, search: dict[str, Any], repeats: int, tick: Tick) -> Point:
        """Warm-up and repeats on the one half, the other half once."""
        self._queries[self._seen :] = 0
        self.set(search)
        seen, count = self._seen, len(self._order)
        probe = max(1, int(seen * PROBE))
        expected = self._pass(0, probe)[0] / probe * seen
        repeats = repeats_for(expected, repeats)
        warm = expected <= SLOW_PASS
        total = repeats + warm
        tick(0, total, expected)

        ids = np.full((count, self._k), -1, np.int32)
        walls: list[float] = []
        best: NDArray[np.float64] = np.empty(0)
        mode = ""
        for i in range(total):
            wall, times, mode = self._pass(
                0, seen, lambda done, i=i: tick(i + done / seen, total, expected)
            )
            tick(i + 1, total, wall)
            if i == 0:  # recall is that of the first answer, not of a later, better one
                ids[self._order[:seen]] = self._board.ids[:seen]
            if warm and i == 0:
                continue
            if not walls or wall < min(walls):
                best = times.copy()
            walls.append(wall)
        seconds = np.zeros(count)
        seconds[self._order[:seen]] = best
        unseen = self._unseen(ids, best, seconds)
        data = self._data
        found = recall.found_distances(data.train, data.test, ids, data.distance)
        return Point(
            recall=recall.share(found, data.true_distances, self._k, data.distance),
            qps=[round(seen / wall, 3) for wall in walls],
            qps_unseen=unseen,
            latency_ms=summary(best),
            repeats=repeats,
            mode=mode,
            train_bytes=self._data.train.nbytes if self._board.head().uses_train else 0,
            seconds=seconds,
            ids=ids,
            distances=found,
        )

    def _pass(
        self, first: int, count: int, tick: Callable[[int], None] | None = None
    ) -> tuple[float, NDArray[np.float64], str]:
        """(seconds, those of each query, mode); the ids are checked and stay on the board."""
        wall, mode = self._child.ask(
            f"pass {first} {count} {self._threads}", "searching", self._limits.search_seconds,
            None if tick is None else lambda _took, done: tick(done),
        )  # fmt: skip
        order = self._order[(first + np.arange(count)) % len(self._order)]
        overrun = self._board.head().overrun != 0
        check_ids(self._board.ids[first : first + count], len(self._data.train), order, overrun)
        times = self._board.latencies[first : first + count].copy()
        return max(float(wall), 1e-9), times, mode

    # Remembering ---------------------------------------------------------------------------------

    def _unseen(
        self, ids: NDArray[np.int32], seen_times: NDArray[np.float64],
        all_times: NDArray[np.float64],
    ) -> float | None:  # fmt: skip
        """Asks the other half, and changed queries. Queries a second of the other half, whose ids
        and times are filled in."""
        seen, count = self._seen, len(self._order)
        few = min(self._changed, max(1, int(CHANGED_SECONDS / max(seen_times.mean(), 1e-9))))
        ratio = self._changed_ratio(few)
        if ratio > remembering.CHANGED:
            # Once may be bad luck.
            ratios = [ratio, *(self._changed_ratio(few) for _ in range(remembering.ROUNDS - 1))]
            if min(ratios) > remembering.CHANGED:
                raise _remembers(f"a query changed by a hair takes {min(ratios):.1f} times as long")
        ratios, seconds = [], 0.0
        middle = seen + (count - seen) // 2
        for first, last in ((seen, middle), (middle, count)):
            if last == first:
                continue
            self._queries[first:last] = self._data.test[self._order[first:last]]
            wall, times, _ = self._pass(first, last - first)
            ids[self._order[first:last]] = self._board.ids[first:last]
            all_times[self._order[first:last]] = times
            seconds += wall
            repeated = self._pass(0, few)[1]
            ratios.append(remembering.apart(repeated, times))
        if len(ratios) == 2 and min(ratios) > remembering.UNSEEN:
            raise _remembers(f"queries never asked before take {min(ratios):.1f} times as long")
        return round((count - seen) / seconds, 3) if seconds else None

    def _changed_ratio(self, few: int) -> float:
        """Repeated and changed queries in turn."""
        base = len(self._order)
        original = self._queries[:few]
        self._queries[base : base + few] = remembering.changed(original, self._rng)
        again_wall, again, mode = self._pass(0, few)
        fresh_wall, fresh, _ = self._pass(base, few)
        if mode == "batch":  # it has no times of single queries
            return fresh_wall / again_wall if few >= remembering.LEAST else 1.0
        return remembering.pairwise(again, fresh)


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
        [sys.executable, "-I", "-B", "-u", "-m", "annbench.user.python_child"],
        {
            "source": source,
            "seal-library": seal_library(),
            "readable": walls.lines(walls.for_python(source, hidden)),
        },
    )
