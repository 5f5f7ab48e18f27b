"""Does an implementation search, or does it remember what it was asked before?

Repeated queries measure speed well, and a table of earlier answers best of all. Two observations
speak against one, and each is made again before anything is said:

- A query changed by a hair needs the same work as the original, yet no table knows it. Both are
  timed in turn, so the rows they look at are equally warm, and compared pair by pair. Slower by
  more than CHANGED, in the median and in every one of ROUNDS rounds: remembered.
- A half of the queries is shown once, in two parts, apart in time. Both slower than the repeated
  half by more than UNSEEN: remembered. The bar is high, since rows that nobody looked at lately
  come from main memory and not from a cache, which honest searches pay for too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CHANGED = 1.6
UNSEEN = 12.0
ROUNDS = 5
#: Fewer queries say nothing.
LEAST = 16
#: Differences below this are the clock's.
LEAST_SECONDS = 0.4e-6

Times = NDArray[np.float64]


def changed(queries: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Queries next to the given ones. Whole numbers stay whole, zeros zero, lengths as long:
    whatever is special about the data and handled apart stays so."""
    if np.array_equal(queries, np.rint(queries)):
        step = rng.integers(0, 2, queries.shape) * 2 - 1
        chosen = (rng.random(queries.shape) < 0.05) & (queries != 0)
        chosen[np.arange(len(queries)), np.abs(queries).argmax(axis=1)] = True
        moved = queries + chosen * step
        low, high = queries.min(), queries.max()
        # At a border, step the other way.
        moved = np.where((moved < low) | (moved > high), queries - chosen * step, moved)
        return moved.astype(np.float32)
    wide = queries.astype(np.float64)
    moved = wide * (1 + 1e-4 * rng.standard_normal(queries.shape))
    before, after = np.linalg.norm(wide, axis=1), np.linalg.norm(moved, axis=1)
    moved *= (before / np.where(after > 0, after, 1))[:, None]
    return moved.astype(np.float32)


def pairwise(again: Times, fresh: Times) -> float:
    """How much slower the changed queries were than the same ones repeated; 1 when it is not
    worth telling."""
    if len(again) < LEAST or np.median(fresh) - np.median(again) < LEAST_SECONDS:
        return 1.0
    return float(np.median(fresh / np.maximum(again, 1e-9)))


def apart(seen: Times, unseen: Times) -> float:
    """How much slower the unseen queries were than repeated ones, in the median."""
    if len(unseen) < LEAST or np.median(unseen) - np.median(seen) < LEAST_SECONDS:
        return 1.0
    return float(np.median(unseen) / max(float(np.median(seen)), 1e-9))
