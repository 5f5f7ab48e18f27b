"""Recall: the share of the k returned rows that are hits.

Both rules compare distances that this harness computes again from the rows, in float64, with the
distance of the k-th true neighbour, computed the same way. So a tie at rank k counts whichever of
the rows is returned, and what a file stores of its distances (float32) does not matter.

- strict, `recall`: no farther than the k-th, but for the rounding of float64;
- tolerant, `recall_tolerant`: ann-benchmarks' rule (`knn` in its metrics): no farther than the k-th
  + 1e-3, whatever the scale of the data. Where many rows lie that close, it counts wrong answers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jobkit.errors import Problem
from numpy.typing import NDArray

from annbench.data.formats.hdf5 import Data
from annbench.recall import distance

#: What the tolerant rule allows: absolute, in the metric's unit.
TOLERANCE = 1e-3
#: A sum of d squares in float64 is off by d * 2^-53 of itself at most, mostly by far less.
ROUNDING = 1e-12
#: |a/|a| - b/|b|| is off by so much however small it is: both have length 1 before they are
#: subtracted.
CHORD_ROUNDING = 1e-14


@dataclass(frozen=True)
class Recall:
    """By either rule, 0 to 1; the tolerant one is never the smaller."""

    strict: float
    tolerant: float

    def fields(self) -> dict[str, float]:
        """As a point has them."""
        return {"recall": round(self.strict, 6), "recall_tolerant": round(self.tolerant, 6)}


def validate(ids: NDArray[np.integer], rows: int, k: int, queries: int) -> None:
    """k ids a query, each a row, none twice; -1 only at the end, where fewer were found."""
    what = "The implementation returned an impossible answer"
    if ids.shape != (queries, k):
        raise Problem(what, f"shape {ids.shape}, not ({queries}, {k})")
    if ids.size and (ids.min() < -1 or ids.max() >= rows):
        at = int(np.argmax(((ids < -1) | (ids >= rows)).any(axis=1)))
        raise Problem(what, f"query {at}: an id outside 0..{rows - 1}: {ids[at].tolist()}")
    missing = ids < 0
    if (missing[:, :-1] & ~missing[:, 1:]).any():
        raise Problem(what, "a found row stands behind a missing one")
    ordered = np.sort(ids, axis=1)
    twice = ((ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)).any(axis=1)
    if twice.any():
        at = int(np.argmax(twice))
        raise Problem(what, f"query {at}: the same row twice: {ids[at].tolist()}")


def found_distances(
    train: NDArray[np.float32], queries: NDArray[np.float32], ids: NDArray[np.integer], metric: str
) -> NDArray[np.float64]:
    """Distances of what was returned, computed again; inf where nothing was (-1)."""
    found = distance.to_rows(train, queries, np.maximum(ids, 0), metric)
    return np.where(ids >= 0, found, np.inf)


def farthest_hit(kth: NDArray[np.float64], metric: str) -> NDArray[np.float64]:
    """The largest distance that still is the k-th true one, but for rounding."""
    if metric == "euclidean":
        return kth * (1.0 + ROUNDING)
    return (np.sqrt(2.0 * kth) * (1.0 + ROUNDING) + CHORD_ROUNDING) ** 2 / 2.0


def share(
    found: NDArray[np.float64], true_distances: NDArray[np.float64], k: int, metric: str
) -> Recall:
    """Recall of `found` (m x k, inf where nothing was) against the true distances, ascending (m x at
    least k); both recomputed (`found_distances`, `Data.true_distances`)."""
    kth = true_distances[:, k - 1]
    limits = farthest_hit(kth, metric), np.maximum(kth + TOLERANCE, farthest_hit(kth, metric))
    return Recall(*(float((found <= limit[:, None]).sum() / found.size) for limit in limits))


def of(data: Data, ids: NDArray[np.integer], k: int) -> Recall:
    """Recall of the ids that all queries of `data` were answered with (m x k)."""
    found = found_distances(data.train, data.test, ids, data.distance)
    return share(found, data.true_distances, k, data.distance)
