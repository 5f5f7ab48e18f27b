"""Which implementations there are, what parameters they take, and how to build and search them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from jobkit.errors import JobError
from numpy.typing import NDArray

from annbench import _core

Params = dict[str, Any]
#: ids [m, k], seconds of each query, wall seconds, distances computed
Pass = tuple[NDArray[np.int32], NDArray[np.float64], float, int]


class Index(Protocol):
    """A built index."""

    @property
    def index_bytes(self) -> int: ...


@dataclass(frozen=True)
class Whole:
    """A whole-number parameter."""

    default: int
    least: int
    most: int

    def read(self, value: object, key: str) -> int:
        """The value, or JobError naming the key."""
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not whole or not self.least <= value <= self.most:  # type: ignore[operator]
            raise JobError(key, f"must be a whole number from {self.least} to {self.most}")
        return int(value)  # type: ignore[call-overload,no-any-return]


@dataclass(frozen=True)
class Implementation:
    """One implementation. `build_visits` and `search_visits` guess how many rows are looked at per
    row inserted or query answered: only the forecast of the remaining time uses them. `row_bytes`
    guesses the memory of an index by the row, which decides what is built before it is swept."""

    build_params: dict[str, Whole]
    search_params: dict[str, Whole]
    build: Callable[[NDArray[np.float32], str, Params, int, int, _core.Progress], Index]
    search: Callable[[Any, NDArray[np.float32], int, Params, int, _core.Progress], Pass]
    build_visits: Callable[[Params], float]
    search_visits: Callable[[int, Params], float]
    row_bytes: Callable[[int, Params], float]  # by dimensions


def _build_naive(
    train: NDArray[np.float32], metric: str, _params: Params, _seed: int, threads: int,
    _progress: _core.Progress,
) -> Index:  # fmt: skip
    return _core.Naive(train, metric, threads)


def _search_plain(
    index: Any, queries: NDArray[np.float32], k: int, _params: Params, threads: int,
    progress: _core.Progress,
) -> Pass:  # fmt: skip
    return index.search(queries, k, threads, progress)


def _build_dummy(
    train: NDArray[np.float32], _metric: str, _params: Params, _seed: int, _threads: int,
    _progress: _core.Progress,
) -> Index:  # fmt: skip
    return _core.Dummy(train)


def _build_hnsw(
    train: NDArray[np.float32], metric: str, params: Params, seed: int, threads: int,
    progress: _core.Progress,
) -> Index:  # fmt: skip
    return _core.Hnsw(train, metric, params["M"], params["efConstruction"], seed, threads, progress)


def _search_hnsw(
    index: Any, queries: NDArray[np.float32], k: int, params: Params, threads: int,
    progress: _core.Progress,
) -> Pass:  # fmt: skip
    return index.search(queries, k, params["efSearch"], threads, progress)


IMPLEMENTATIONS: dict[str, Implementation] = {
    "naive": Implementation(
        build_params={},
        search_params={},
        build=_build_naive,
        search=_search_plain,
        build_visits=lambda _params: 1.0,
        # A scan in order is several times cheaper per row than a walk at random.
        search_visits=lambda n, _params: n / 3,
        row_bytes=lambda dim, _params: 4.0 * dim + 16,
    ),
    "hnsw": Implementation(
        build_params={"M": Whole(16, 2, 512), "efConstruction": Whole(200, 1, 10_000)},
        search_params={"efSearch": Whole(50, 1, 100_000)},
        build=_build_hnsw,
        search=_search_hnsw,
        build_visits=lambda p: 100 * p["efConstruction"] ** 0.58,
        search_visits=lambda n, p: min(n, 60 * p["efSearch"] ** 0.58),
        # The rows, 2 M links in the lowest layer and their count, and the layers above.
        row_bytes=lambda dim, p: 4.0 * dim + 16 + 1.1 * 4 * (2 * p["M"] + 4),
    ),
    # Answers at once, and wrongly: its queries a second are the most that can be measured here.
    "dummy": Implementation(
        build_params={},
        search_params={},
        build=_build_dummy,
        search=_search_plain,
        build_visits=lambda _params: 0.01,
        search_visits=lambda _n, _params: 0.01,
        row_bytes=lambda _dim, _params: 1.0,
    ),
}


def read_params(kinds: dict[str, Whole], given: object, key: str) -> Params:
    """Validated parameters with the defaults filled in; JobError names the offending key."""
    if not isinstance(given, dict):
        raise JobError(key, "must be an object of parameters")
    for name in given:
        if name not in kinds:
            known = ", ".join(kinds) or "none"
            raise JobError(f"{key}.{name}", f"is no parameter here (known: {known})")
    return {n: k.read(given.get(n, k.default), f"{key}.{n}") for n, k in kinds.items()}
