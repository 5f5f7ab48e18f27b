"""Measuring one point: warm-up, repeated passes, recall."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annbench import recall
from annbench.hdf5 import Data
from annbench.implementations import IMPLEMENTATIONS, Params
from annbench.watch import watch

#: A pass that takes longer than this is not repeated as often as asked for ...
SLOW_PASS = 10.0
#: ... but as often as fits into this, at least once.
SLOW_BUDGET = 50.0
#: Share of the queries that tells whether a pass will be slow.
PROBE = 0.02

#: tick(passes done, of how many, seconds of the pass so far)
Tick = Callable[[float, int, float], None]


@dataclass(frozen=True)
class Measured:
    recall: float
    qps: list[float]  # of each pass
    latency_ms: dict[str, float]  # of the best pass
    dist_comps: float  # a query
    repeats: int


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


def measure(
    impl: str,
    index: Any,
    data: Data,
    k: int,
    params: Params,
    threads: int,
    repeats: int,
    tick: Tick,
) -> Measured:
    """One warm-up pass, then `repeats` passes over all queries; fewer of a slow implementation,
    whose warm-up is then only the probe. Each answer of each pass is validated."""
    search = IMPLEMENTATIONS[impl].search
    queries = data.test

    def one_pass(part: NDArray[np.float32], told: Callable[[float], None]) -> Any:
        return watch(
            lambda progress: search(index, part, k, params, threads, progress),
            lambda done, total: told(done / total if total else 0.0),
        )

    probe = queries[: max(1, int(len(queries) * PROBE))]
    probe_seconds = one_pass(probe, lambda _share: None)[2]
    expected = probe_seconds / len(probe) * len(queries)
    repeats = repeats_for(expected, repeats)
    warm = expected <= SLOW_PASS
    total = repeats + warm
    tick(0, total, expected)

    def told_from(done: int) -> Callable[[float], None]:
        return lambda share: tick(done + share, total, expected)

    qps: list[float] = []
    best_seconds, best_latency = float("inf"), np.empty(0)
    comps, ids = 0, np.empty(0, np.int32)
    for i in range(total):
        ids, latency, wall, comps = one_pass(queries, told_from(i))
        recall.validate(ids, len(data.train), k, len(queries))
        tick(i + 1, total, wall)
        if warm and i == 0:
            continue
        qps.append(round(len(queries) / wall, 3))
        if wall < best_seconds:
            best_seconds, best_latency = wall, latency
    return Measured(
        recall=recall.recall(data.train, queries, ids, data.distances, k, data.distance),
        qps=qps,
        latency_ms=summary(best_latency),
        dist_comps=round(comps / len(queries), 2),
        repeats=repeats,
    )
