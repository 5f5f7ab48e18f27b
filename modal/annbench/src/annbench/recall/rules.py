"""By how much the two rules of recall (recall.py) can differ on a data set: where rows lie between
the k-th true distance and that plus the tolerance, wrong answers count by the tolerant rule.

Of some queries, spread over all, the 2k nearest rows are found exactly. Those behind the k-th but
within the tolerance are answers that only one of the rules counts: their share of k, on average,
is the most by which recall can differ.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annbench import _core
from annbench.core_call import watch
from annbench.recall import distance, recall

#: Queries that are looked at.
SAMPLE = 64
#: The k that a stamp tells of.
TOLD = (1, 10, 100)
#: Less than this is not worth a word; more than that is a warning.
WORTH, GRAVE = 0.001, 0.01
#: Rows that are looked at in one go.
BLOCK_BYTES = 1 << 28

#: rows(begin, end): float32, C order
Rows = Callable[[int, int], NDArray[np.float32]]


def sampled(queries: int) -> NDArray[np.intp]:
    """Which queries are looked at."""
    return np.unique(np.linspace(0, queries - 1, min(SAMPLE, queries)).astype(np.intp))


def nearest(
    rows: Rows, count: int, queries: NDArray[np.float32], metric: str, wanted: int, threads: int,
    tick: Callable[[int, int], None] = lambda _done, _total: None,
) -> NDArray[np.float64]:  # fmt: skip
    """Distances of each query to its `wanted` nearest of `count` rows, in float64, ascending (m x
    wanted, fewer where there are fewer rows). A block of rows at a time."""
    size = max(wanted, BLOCK_BYTES // (4 * queries.shape[1]))
    found = np.empty((len(queries), 0))
    for begin in range(0, count, size):
        part = rows(begin, min(begin + size, count))
        few = min(wanted, len(part))
        ids = watch(
            lambda progress, part=part, few=few: _core.exact_neighbours(  # type: ignore[misc]
                part, queries, metric, few, threads, progress
            ),
            lambda _done, _total, begin=begin: tick(begin, count),  # type: ignore[misc]
        )[0]
        found = np.concatenate((found, distance.to_rows(part, queries, ids, metric)), axis=1)
        found = np.sort(found, axis=1)[:, :wanted]
    tick(count, count)
    return found


def difference(near: NDArray[np.float64], k: int, metric: str) -> float:
    """By how much recall@k can differ, from the distances of the nearest (m x 2k or more, fewer
    where there are fewer rows)."""
    beyond, kth = near[:, k : 2 * k], near[:, k - 1]
    between = beyond > recall.farthest_hit(kth, metric)[:, None]
    between &= beyond <= (kth + recall.TOLERANCE)[:, None]
    return round(float(between.sum() / (k * len(near))), 4)


def told(near: NDArray[np.float64], most: int, metric: str) -> dict[str, float]:
    """As a stamp has it: of each k that `most` true neighbours a query allow."""
    return {str(k): difference(near, k, metric) for k in TOLD if k <= most}


def of_stamp(stamp: dict[str, Any], k: int) -> float | None:
    """What a stamp says of this k; None where it does not."""
    found = stamp.get("rules_differ")
    value = found.get(str(k)) if isinstance(found, dict) else None
    return float(value) if isinstance(value, (int, float)) else None


def sentence(name: str, k: int, most: float) -> str:
    """What is said of data on which the rules can differ."""
    return (
        f"{name}: recall@{k} by ann-benchmarks' tolerance of 0.001 can be {most:.3f} above the "
        "strict one that is shown"
    )
