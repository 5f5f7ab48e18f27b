"""Ground truth by the core's exact search."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from jobkit.events.phase import Phase
from numpy.typing import NDArray

from annbench import _core
from annbench.core_call import watch

NEIGHBOURS = 100
LABEL = "true neighbours"


def exact(
    train: NDArray[np.float32],
    queries: NDArray[np.float32],
    metric: str,
    threads: int,
    phase: Phase,
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """(ids, distances), min(100, n) columns each, with progress in queries."""

    def tick(done: int, total: int) -> None:
        eta = phase.seconds / done * (total - done) if done else None
        phase.progress(done, total, "queries", eta)

    k = min(NEIGHBOURS, len(train))
    found = watch(
        lambda progress: _core.exact_neighbours(train, queries, metric, k, threads, progress), tick
    )
    phase.progress(len(queries), len(queries), "queries", 0.0, force=True)
    return found


#: Seconds a block is meant to take: what an interruption may cost.
BLOCK_SECONDS = 5.0
LEAST, MOST = 16, 4096


def in_blocks(
    train: NDArray[np.float32],
    queries: NDArray[np.float32],
    metric: str,
    threads: int,
    phase: Phase,
    begin: int = 0,
) -> Iterator[tuple[int, NDArray[np.int32], NDArray[np.float32]]]:
    """(first query, ids, distances) of one block of queries after another, from `begin` on."""
    k, total = min(NEIGHBOURS, len(train)), len(queries)
    size, start, first = 64, time.monotonic(), begin

    def tick(done: int, _total: int) -> None:
        worked = begin + done - first
        eta = (time.monotonic() - start) / worked * (total - begin - done) if worked > 0 else None
        phase.progress(begin + done, total, "queries", eta, LABEL)

    while begin < total:
        begun = time.monotonic()
        part = queries[begin : begin + size]
        found = watch(
            lambda progress, part=part: _core.exact_neighbours(  # type: ignore[misc]
                train, part, metric, k, threads, progress
            ),
            tick,
        )
        yield begin, found[0], found[1]
        begin += len(part)
        took = time.monotonic() - begun
        if took < BLOCK_SECONDS / 2:
            size = min(MOST, size * 2)
        elif took > BLOCK_SECONDS * 2:
            size = max(LEAST, size // 2)
    phase.progress(total, total, "queries", 0.0, LABEL, force=True)
