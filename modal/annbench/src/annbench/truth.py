"""Ground truth by the core's exact search."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annbench import _core
from annbench.events import Phase
from annbench.watch import watch

NEIGHBOURS = 100


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
