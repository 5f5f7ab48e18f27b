"""Does an implementation search, or does it remember what it was asked before?

A table of earlier answers is worth nothing here: no measured pass asks a query that was asked
before. Each is changed by a hair, which needs the same work and the same neighbours, and they come
in another order each time. A memory shows all the same:

- Answers to known queries are better than those to changed ones.
- A few queries are new, from between those of the data set, so that nothing near them was asked
  before. Each is asked three times, with cold caches: at first, changed by a hair, and once more
  as it was. The hair makes it slower: it knows queries by their bits. The first time is slower:
  it knows them by what is near. Of several small groups of such queries three quarters have to
  show it, and again when more are asked.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

#: How much slower is too much.
SLOWER = 1.25
#: Groups that are asked at each point.
GROUPS = 6
#: Groups that are asked again before anything is said.
AGAIN = 16
#: A group is to take so many seconds, of so many queries at most.
GROUP_SECONDS, MOST_QUERIES = 0.003, 256
#: Recall of known queries above that of changed ones: less is nothing.
BETTER = 0.002
#: Memory that is read to make caches cold.
LEAST_CACHE, MOST_CACHE = 32 << 20, 256 << 20

Queries = NDArray[np.float32]


def changed(queries: Queries, rng: np.random.Generator) -> Queries:
    """Queries next to the given ones. Whole numbers stay whole, zeros zero, lengths as long:
    whatever is special about the data and handled apart stays so."""
    random = rng.random(queries.shape, dtype=np.float32)
    if np.array_equal(queries, np.rint(queries)):
        step = np.where(random < 0.025, np.float32(-1), np.float32(1))
        chosen = (random < 0.05) & (queries != 0)
        chosen[np.arange(len(queries)), np.abs(queries).argmax(axis=1)] = True
        moved = queries + chosen * step
        low, high = queries.min(), queries.max()
        # At a border, step the other way.
        return np.where((moved < low) | (moved > high), queries - chosen * step, moved)
    moved = queries * (1 + np.float32(3.5e-4) * (random - np.float32(0.5)))
    before = np.sqrt(np.einsum("ij,ij->i", queries, queries, dtype=np.float64))
    after = np.sqrt(np.einsum("ij,ij->i", moved, moved, dtype=np.float64))
    moved *= (before / np.where(after > 0, after, 1)).astype(np.float32)[:, None]
    return moved


def new(queries: Queries, count: int, rng: np.random.Generator) -> Queries:
    """Queries from between two of the given ones."""
    one = queries[rng.integers(0, len(queries), count)]
    other = queries[rng.integers(0, len(queries), count)]
    between = one + rng.uniform(0.2, 0.5, (count, 1)).astype(np.float32) * (other - one)
    whole = np.array_equal(queries, np.rint(queries))
    return (np.rint(between) if whole else between).astype(np.float32)


def suspicious(ratios: Sequence[float]) -> float | None:
    """How much slower, when three quarters of the groups were by more than SLOWER; else None."""
    quarter = float(np.quantile(ratios, 0.25))
    return quarter if quarter > SLOWER else None


def better(known: NDArray[np.float64], unknown: NDArray[np.float64]) -> bool:
    """Is recall, query by query, better for queries that were asked before?"""
    apart = known - unknown
    error = float(apart.std(ddof=1)) / np.sqrt(len(apart)) if len(apart) > 1 else np.inf
    return bool(apart.mean() > max(BETTER, 4 * error))


class Cold:
    """`cold.now(core)`: what the processor remembers of memory is gone, in all caches of a core."""

    def __init__(self) -> None:
        self._memory = np.ones(2 * _largest_cache() // 8)

    def now(self, core: int | None) -> None:
        with _on(core):
            float(self._memory.sum())


def _largest_cache() -> int:
    """In bytes, within reason."""
    found = LEAST_CACHE
    for size in Path("/sys/devices/system/cpu/cpu0/cache").glob("index*/size"):
        with contextlib.suppress(OSError, ValueError):
            found = max(found, int(size.read_text().strip().removesuffix("K")) << 10)
    return min(found, MOST_CACHE // 2)


@contextlib.contextmanager
def _on(core: int | None) -> Iterator[None]:
    if core is None or not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    try:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, {core})
        yield
    finally:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, before)
