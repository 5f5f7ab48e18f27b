"""How many times as fast do two threads search a graph on codes as one? By the clock, in turns."""

from __future__ import annotations

import statistics
from typing import Any

import numpy as np
from jobkit import machine
from numpy.typing import NDArray

from annbench.measuring import affinity

BAR = 1.8
TURNS = 9
EFFORT = 1100
#: Cores that others leave idle, so that two threads each have one all but always.
IDLE = 1.9


def measure(graph: Any, queries: NDArray[np.float32], k: int) -> dict[str, Any]:
    """Ratio of QPS, the median of `TURNS`, and a verdict: `ok`, `short`, `busy` where others took
    too much of the cores meanwhile to judge, `one core` where nothing is measured."""
    cores = machine.cores()
    found: dict[str, Any] = {"bar": BAR, "effort": EFFORT, "cores": cores}
    if cores < 2:
        return {**found, "verdict": "one core"}
    core, watched = affinity.quietest(), machine.OthersBusy()
    ratios = []
    for _ in range(TURNS):
        with affinity.pinned(core):
            one = graph.search(queries, k, EFFORT, 1)[2]
        ratios.append(one / graph.search(queries, k, EFFORT, 2)[2])
    others, ratio = watched.cores(), statistics.median(ratios)
    return {
        **found, "ratio": ratio, "ratios": ratios, "others_busy_cores": others,
        "verdict": verdict(ratio, cores, others),
    }  # fmt: skip


def verdict(ratio: float, cores: int, others: float | None) -> str:
    """`others`: cores that they kept busy; None where the system does not tell."""
    if cores - (others or 0.0) < IDLE:
        return "busy"
    return "ok" if ratio >= BAR else "short"
