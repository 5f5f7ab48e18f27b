"""Is our index faster than the libraries of others at equal recall, on one core?

All are asked the same queries in turns (A B C ..., A B C ...), one thread pinned to one core, each
through one call from Python; peers in processes and environments of their own (annbench.peers).
Every build of a peer's grid is built with one thread and looked at once; those that come near the
peer's best at some recall are measured, with the settings around each recall. A speed at a recall
is read off the curve of a build, log-linear between two settings; a peer's is that of its best.

Prints one JSON object; exit code 1 when something falls short of its bar.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from jobkit import machine

from annbench import _core, facts
from annbench.data import datasets
from annbench.data.formats import hdf5
from annbench.implementations import IMPLEMENTATIONS
from annbench.measuring import measurement, memory
from annbench.measuring.measurement import Measured, Measurement, Setting
from annbench.peers import environment
from annbench.peers.index import PeerIndex
from annbench.peers.registry import CHILD, PEERS
from annbench.user.board import SharedFile
from annbench.user.sandbox_process import KilledFromOutside, Limits
from annbench.user.session import shared_rows
from annbench.user.verdict import Judged

RECALLS = (0.9, 0.95, 0.99, 0.999)
#: At least so many times the best peer, at these recalls.
BARS: dict[str, tuple[float, tuple[float, ...]]] = {
    "fashion-mnist-784-euclidean": (1.7, (0.95, 0.99, 0.999)),
    "glove-6b-100-angular": (1.4, (0.9, 0.95)),
}
OTHER_BAR = (1.3, (0.9, 0.95, 0.99))
AVX2_BAR = 1.2
#: What our index may weigh, times the best peer.
BYTES_BAR = 1.2
#: A build's 0.99 is as good as the peer's best within this; of those the fastest build counts.
EQUAL = 0.05
#: A build that is further behind the best of its peer everywhere is not measured.
NEAR = 0.15
#: Grids of one parameter go on by this factor until they are past the recalls, or passes are slow.
STEP, SLOWEST = 1.6, 20.0
#: Builds and searches of ours where the registered sweep, which is for a first look, is too narrow.
OURS: dict[str, tuple[list[dict[str, int]], dict[str, list[int]]]] = {
    "qg": (
        [{"R": 32, "efConstruction": 128}, {"R": 64, "efConstruction": 200}],
        {"effort": [850, 900, 950, 1000, 1050, 1100, 1150, 1200, 1300, 1400, 1600, 2000]},
    ),
}
#: Peers and builds of --quick.
QUICK: dict[str, list[dict[str, int]]] = {
    "rabitqlib": [{"degree": 32, "efConstruction": 200}, {"degree": 64, "efConstruction": 400}],
    "pyvsag": [{"degree": 32, "efConstruction": 300, "rerank": 1}],
    "hnswlib": [{"M": 16, "efConstruction": 200}],
    "scalable-vs": [{"degree": 64, "window": 200}],
}


@dataclass
class Build:
    """One index and what was found of it. `screened`: setting, recall, QPS of a first look."""

    impl: str
    params: dict[str, int]
    index: Any
    seconds: float
    cpu_seconds: float
    index_bytes: int
    reported_bytes: int = 0
    screened: dict[str, tuple[dict[str, int], float, float]] = field(default_factory=dict)
    measured: list[tuple[dict[str, int], Measured]] = field(default_factory=list)

    @property
    def label(self) -> str:
        return " ".join([self.impl, *(f"{n}={v}" for n, v in self.params.items())])

    def close(self) -> None:
        if isinstance(self.index, PeerIndex):
            self.index.close()
        self.index = None


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def at_recall(curve: list[tuple[float, float]], wanted: float) -> float | None:
    """QPS where the front of a (recall, QPS) curve crosses `wanted`; where all of it has more
    recall, that of the fastest setting; None where it does not get there."""
    front: list[tuple[float, float]] = []
    for point in sorted(curve, key=lambda p: (-p[1], -p[0])):  # the fastest first
        if not front or point[0] > front[-1][0]:
            front.append(point)
    if front and front[0][0] >= wanted:
        return front[0][1]
    for (r0, q0), (r1, q1) in itertools.pairwise(front):
        if r0 <= wanted <= r1:
            share = (wanted - r0) / (r1 - r0)
            return math.exp(math.log(q0) + share * (math.log(q1) - math.log(q0)))
    return None


def grid(lists: dict[str, list[int]]) -> list[dict[str, int]]:
    return [dict(zip(lists, each, strict=True)) for each in itertools.product(*lists.values())]


class Quiet:
    """Nobody wants to know how far it is."""

    def __getattr__(self, _name: str) -> Any:
        return lambda *_: None


class Bench:
    def __init__(self, data: Any, k: int, repeats: int, seed: int) -> None:
        self.data, self.k, self.repeats, self.seed = data, k, repeats, seed
        self.shared: SharedFile = shared_rows(data.train)
        self.verdicts: dict[str, str] = {}
        self.versions: dict[str, str] = {}

    # Building ------------------------------------------------------------------------------------

    def builds(self, impl: str, every: list[dict[str, int]]) -> Iterator[Build]:
        """Each of them, as far as the library lets it be built."""
        for params in every:
            try:
                build = self._peer(impl, params) if impl in PEERS else self._ours(impl, params)
            except (Judged, KilledFromOutside) as e:
                self.verdicts[impl] = str(e)
                say(f"{impl}: {e}")
                if getattr(e, "verdict", None) and e.verdict.word == "not-installed":
                    return
                continue
            took = f"{build.seconds:.1f} s, {build.cpu_seconds:.1f} s CPU"
            say(f"built {build.label}: {took}, {build.index_bytes / 1e6:.0f} MB")
            yield build

    def _ours(self, impl: str, given: dict[str, int]) -> Build:
        kind = IMPLEMENTATIONS[impl]
        params = {n: given.get(n, p.default) for n, p in kind.build_params.items()}
        memory.settled_bytes()
        start, cpu = time.perf_counter(), time.process_time()
        index = kind.build(
            self.data.train, self.data.distance, params, self.seed, 1, _core.Progress()
        )
        took, cpu = time.perf_counter() - start, time.process_time() - cpu
        return Build(impl, params, index, took, cpu, index.index_bytes)

    def _peer(self, impl: str, given: dict[str, int]) -> Build:
        peer = PEERS[impl]
        params = {n: given.get(n, p.default) for n, p in peer.build_params.items()}
        python = environment.ensure(peer, say)
        limits = Limits(
            memory_bytes=int(0.8 * machine.memory_bytes()), build_seconds=7200, threads=128
        )
        index = PeerIndex(peer, peer.adapter, python, self.data, self.shared, self.k, 1, 1, limits)
        self.versions[impl] = index.version
        try:
            built = index.build(params, self.seed, lambda _seconds: None)
        except BaseException:
            index.close()
            raise
        return Build(
            impl, params, index, built.seconds, built.cpu_seconds, built.index_bytes,
            built.reported_bytes,
        )  # fmt: skip

    # Looking -------------------------------------------------------------------------------------

    def measure(
        self, wanted: list[tuple[Build, dict[str, int]]], repeats: int
    ) -> list[tuple[Build, dict[str, int], Measured]]:
        run = Measurement(
            self.data, self.k,
            [Setting(b.impl, b.index, {**b.params, **search}) for b, search in wanted], 1, repeats,
        )  # fmt: skip
        found = [(*wanted[at], one) for at, one in run.run(Quiet())]
        for index, judged in run.lost.items():
            build = next(b for b, _ in wanted if b.index is index)
            self.verdicts[build.impl] = str(judged)
            say(f"{build.label}: {judged}")
        return found

    def screen(self, build: Build, searches: list[dict[str, int]]) -> None:
        """One pass of each setting, and of more where one parameter does not reach the recalls."""
        self._look(build, searches)
        kinds = (PEERS | IMPLEMENTATIONS)[build.impl].search_params
        if len(kinds) != 1 or not build.screened:
            return
        [(name, kind)] = kinds.items()
        queries = len(self.data.test)
        while True:
            by = sorted((s[name], r, q) for s, r, q in build.screened.values())
            (low, worst, _), (high, best, qps) = by[0], by[-1]
            if best < RECALLS[-1] and queries / qps < SLOWEST and high < kind.most:
                more = min(kind.most, math.ceil(high * STEP))
            elif worst > RECALLS[0] and low > kind.least:
                more = max(kind.least, int(low / STEP))
            else:
                return
            before = len(build.screened)
            self._look(build, [{name: more}])
            if len(build.screened) == before:
                return

    def _look(self, build: Build, searches: list[dict[str, int]]) -> None:
        for _, search, one in self.measure([(build, s) for s in searches], 1):
            build.screened[json.dumps(search)] = (search, one.recall.strict, one.passes[0].qps)


def curve(build: Build) -> list[tuple[float, float]]:
    return [(recall, qps) for _, recall, qps in build.screened.values()]


def around(build: Build) -> list[dict[str, int]]:
    """The settings between which the recalls lie: of those of one parameter the neighbours,
    whatever a first look says of their speed; of others those of the front."""
    settings = sorted(build.screened.values(), key=lambda s: (-s[2], -s[1]))
    if all(len(search) == 1 for search, _, _ in settings):
        settings.sort(key=lambda s: s[1])
    front: list[tuple[dict[str, int], float]] = []
    for search, recall, _ in settings:
        if not front or recall > front[-1][1]:
            front.append((search, recall))
    kept = {json.dumps(s): s for s, recall in front[:1] if recall >= RECALLS[0]}
    for (s0, r0), (s1, r1) in itertools.pairwise(front):
        if any(r0 <= wanted <= r1 for wanted in RECALLS):
            kept.update({json.dumps(s): s for s in (s0, s1)})
    return list(kept.values())


def near(builds: list[Build]) -> list[Build]:
    """Those that come near the best of all at some recall."""
    best = {r: max((at_recall(curve(b), r) or 0 for b in builds), default=0) for r in RECALLS}
    return [
        b for b in builds
        if any(best[r] and (at_recall(curve(b), r) or 0) >= (1 - NEAR) * best[r] for r in RECALLS)
    ]  # fmt: skip


def speeds(build: Build, wanted: float, turns: int, by_cpu: bool) -> list[float | None]:
    """QPS at this recall, of each turn."""

    def qps(one: Measured, turn: int) -> float:
        each = one.passes[min(turn, len(one.passes) - 1)]
        return each.queries * each.rounds / max(each.cpu if by_cpu else each.wall, 1e-9)

    return [
        at_recall([(one.recall.strict, qps(one, turn)) for _, one in build.measured], wanted)
        for turn in range(turns)
    ]


def middle(values: list[float | None]) -> float:
    known = [v for v in values if v is not None]
    return statistics.median(known) if len(known) == len(values) and known else 0.0


@dataclass(frozen=True)
class AtRecall:
    """An implementation's best at a recall."""

    build: Build
    qps: list[float]
    cpu: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.qps)


def best_at(builds: list[Build], wanted: float, turns: int) -> AtRecall | None:
    found = []
    for build in builds:
        wall, cpu = (speeds(build, wanted, turns, by_cpu) for by_cpu in (False, True))
        if None not in (*wall, *cpu):
            found.append(AtRecall(build, wall, cpu))
    return max(found, key=lambda one: one.median, default=None)


def build_of(builds: list[Build], turns: int) -> Build | None:
    """Of the builds whose 0.99 is within 5 % of the best one's, the fastest to build."""
    found = [(b, middle(speeds(b, 0.99, turns, False))) for b in builds]
    most = max((qps for _, qps in found), default=0.0)
    good = [b for b, qps in found if most and qps >= (1 - EQUAL) * most]
    return min(good, key=lambda b: b.cpu_seconds, default=None)


def overhead(bench: Bench) -> dict[str, float]:
    """Microseconds a query of answering nothing: the core's one call for all queries, and a child's
    call for each."""
    limits = Limits(memory_bytes=1 << 32, threads=128)
    child = PeerIndex(
        None, CHILD / "adapters" / "dummy.py", Path(sys.executable), bench.data, bench.shared,
        bench.k, 1, 1, limits,
    )  # fmt: skip
    try:
        child.build({}, 0, lambda _seconds: None)
        one = min(child.search(bench.data.test, {}, 1, lambda _s: None)[2] for _ in range(5))
    finally:
        child.close()
    dummy = IMPLEMENTATIONS["dummy"].build(
        bench.data.train, bench.data.distance, {}, 0, 1, _core.Progress()
    )
    begun = []
    for _ in range(5):
        start = time.perf_counter()
        IMPLEMENTATIONS["dummy"].search(dummy, bench.data.test, bench.k, {}, 1, _core.Progress())
        begun.append(time.perf_counter() - start)
    scale = 1e6 / len(bench.data.test)
    return {"batch": round(min(begun) * scale, 3), "one": round(one * scale, 3)}


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with NAME.hdf5")
    parser.add_argument("--dataset", default="fashion-mnist-784-euclidean")
    parser.add_argument("--peers", help="only these, separated by commas")
    parser.add_argument("--ours", help="our index (default: qg, else hnsw)")
    parser.add_argument("--quick", action="store_true", help="four peers, a build or two of each")
    parser.add_argument("--queries", type=int, default=2000)
    parser.add_argument("--repeats", type=int, default=5)
    args = parser.parse_args()

    stamp = datasets.stamp_of(args.data, args.dataset)
    if stamp is None:
        say(f"{args.dataset} is not verified in {args.data}: annbench sync it")
        return 2
    os.environ["ANNBENCH_MORE_SECONDS"] = "0"
    measurement.GROUP_SECONDS = math.inf  # all take turns
    whole = hdf5.load(args.data / stamp["file"], args.dataset, stamp["sha256"])
    few = slice(0, args.queries)
    data = replace(
        whole, test=np.ascontiguousarray(whole.test[few]), neighbors=whole.neighbors[few],
        distances=whole.distances[few],
    )  # fmt: skip
    bench = Bench(data, 10, args.repeats, 42)
    ours = args.ours or ("qg" if "qg" in IMPLEMENTATIONS else "hnsw")
    names = args.peers.split(",") if args.peers else list(QUICK if args.quick else PEERS)
    calls = overhead(bench)

    chosen: dict[str, list[Build]] = {}
    for impl in [ours, *names]:
        entry = (PEERS | IMPLEMENTATIONS)[impl]
        every, searches = OURS.get(impl) or (grid(entry.sweep["build"]), entry.sweep["search"])
        if args.quick:
            every = QUICK.get(impl, every)
        found: list[Build] = []
        for build in bench.builds(impl, every):
            bench.screen(build, grid(searches))
            found.append(build)
            for far in [b for b in found if b not in near(found)]:
                far.close()
                found.remove(far)
        chosen[impl] = found

    alive = [b for builds in chosen.values() for b in builds]
    say(f"measuring {len(alive)} builds in turns, {args.repeats} passes")
    for build, search, one in bench.measure(
        [(b, s) for b in alive for s in around(b)], args.repeats
    ):
        build.measured.append((search, one))

    result = summary(bench, chosen, ours, args.dataset, calls)
    for build in alive:
        build.close()
    print(json.dumps(result))
    return 0 if result["verdict"] == "ok" else 1


def summary(
    bench: Bench, chosen: dict[str, list[Build]], ours: str, dataset: str, calls: dict[str, float]
) -> dict[str, Any]:
    """What was found, held against the bars."""
    turns = bench.repeats
    bar, where = BARS.get(dataset, OTHER_BAR)
    bar = AVX2_BAR if os.environ.get("ANNBENCH_ISA") == "avx2" else bar
    rows, short = [], []
    for wanted in RECALLS:
        told = {n: one for n, b in chosen.items() if (one := best_at(b, wanted, turns)) is not None}
        mine = told.get(ours)
        best = max((n for n in told if n != ours), key=lambda n: told[n].median, default=None)
        row: dict[str, Any] = {
            "recall": wanted,
            "qps": {n: round(one.median, 1) for n, one in told.items()},
            "cpu_qps": {n: round(statistics.median(one.cpu), 1) for n, one in told.items()},
            "builds": {n: one.build.params for n, one in told.items()},
            "best": best,
        }
        if mine is not None and best is not None:
            ratios = [a / b for a, b in zip(mine.qps, told[best].qps, strict=True)]
            by_cpu = [a / b for a, b in zip(mine.cpu, told[best].cpu, strict=True)]
            row.update(
                ratio=round(statistics.median(ratios), 3), ratio_min=round(min(ratios), 3),
                ratio_max=round(max(ratios), 3), cpu_ratio=round(statistics.median(by_cpu), 3),
            )  # fmt: skip
        rows.append(row)
        if wanted in where and row.get("ratio", 0.0) < bar:
            short.append(f"{row.get('ratio', 'no')} times the best at recall {wanted}, not {bar}")
    builds = {}
    for name, found in chosen.items():
        best_build = build_of(found, turns)
        if best_build is not None:
            builds[name] = {
                "params": best_build.params, "seconds": round(best_build.seconds, 2),
                "cpu_seconds": round(best_build.cpu_seconds, 2),
                "index_bytes": best_build.index_bytes,
                "reported_bytes": best_build.reported_bytes or None,
            }  # fmt: skip
    short += judge_builds(builds, ours, rows)
    ratios = [row.get("ratio", 0.0) for row in rows if row["recall"] in where]
    return {
        "name": "ann-peers",
        "what": f"queries/s of {ours} over the best peer's, equal recall@{bench.k}, one thread",
        "dataset": dataset, "rows_dim": list(bench.data.train.shape),
        "queries": len(bench.data.test), "repeats": turns, "ours": ours, "rows": rows,
        "builds": builds, "overhead_us": calls, "versions": bench.versions,
        "verdicts": bench.verdicts, "ratio": min(ratios), "bar": bar, "short": short,
        "verdict": "short" if short else "ok",
        "sweep": [
            {
                "impl": b.impl, "build": b.params, "search": search,
                "recall": round(one.recall.strict, 5),
                "qps": round(statistics.median(p.qps for p in one.passes), 1),
            }
            for found in chosen.values() for b in found for search, one in b.measured
        ],
        "machine": facts.describe(),
    }  # fmt: skip


def judge_builds(
    builds: dict[str, dict[str, Any]], ours: str, rows: list[dict[str, Any]]
) -> list[str]:
    """Ours is built at least as fast as the fastest graph, and is not much larger than the best."""
    mine = builds.get(ours)
    if mine is None:
        return [f"{ours} does not reach recall 0.99"]
    short = []
    graphs = {n: b for n, b in builds.items() if n != ours and n not in ("faiss-ivfpqfs", "scann")}
    fastest = min(graphs, key=lambda n: graphs[n]["cpu_seconds"], default=None)
    if fastest is not None and mine["cpu_seconds"] > graphs[fastest]["cpu_seconds"]:
        theirs = graphs[fastest]["cpu_seconds"]
        short.append(f"building takes {mine['cpu_seconds']} s, {fastest} {theirs} s")
    best = next((row["best"] for row in rows if row["recall"] == 0.99), None)
    if best in builds and mine["index_bytes"] > BYTES_BAR * builds[best]["index_bytes"]:
        more = mine["index_bytes"] / builds[best]["index_bytes"]
        short.append(f"the index has {more:.2f} times the bytes of {best}'s")
    return short


if __name__ == "__main__":
    sys.exit(main())
