"""Recall as ann-benchmarks defines it (`knn` in its metrics, threshold absolute epsilon 1e-3).

A returned row is a hit when its distance, computed again from the data by this harness, is at most
the k-th true distance + 1e-3. So ties at rank k count whichever of them is returned.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annbench import distance
from annbench.errors import Problem

EPSILON = 1e-3
#: True distances are stored as float32; beyond about 4000 their own rounding exceeds EPSILON.
STORED = 2.0**-22


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
    """Of what was returned, computed again; inf where nothing was (-1)."""
    found = distance.to_rows(train, queries, np.maximum(ids, 0), metric)
    return np.where(ids >= 0, found, np.inf)


def share(found: NDArray[np.float64], true_distances: NDArray[np.floating], k: int) -> float:
    """Mean share of the k returned rows that are hits; a missing row is none."""
    kth = true_distances[:, k - 1].astype(np.float64)
    limit = kth + np.maximum(EPSILON, kth * STORED)
    return float((found <= limit[:, None]).sum() / found.size)


def recall(
    train: NDArray[np.float32],
    queries: NDArray[np.float32],
    ids: NDArray[np.integer],
    true_distances: NDArray[np.floating],
    k: int,
    metric: str,
) -> float:
    """Both of these in one."""
    return share(found_distances(train, queries, ids, metric), true_distances, k)
