"""Which implementations there are: what implementations.json says of them, and the code of the core
that builds and searches them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from annbench import _core
from annbench.registered import Params, Registered, fields_of

#: ids [m, k], seconds of each query, wall seconds, distances computed
Pass = tuple[NDArray[np.int32], NDArray[np.float64], float, int]


class Index(Protocol):
    """A built index."""

    @property
    def index_bytes(self) -> int: ...


@dataclass(frozen=True)
class Implementation(Registered):
    """One implementation: what implementations.json says of it, and the code that does it."""

    default: bool  # measured when nothing is named
    build: Callable[[NDArray[np.float32], str, Params, int, int, _core.Progress], Index]
    search: Callable[[Any, NDArray[np.float32], int, Params, int, _core.Progress], Pass]
    #: bytes of the index that a query reads, the mean of some; where the core counts them
    query_bytes: Callable[[Any, NDArray[np.float32], int, Params], float] | None = None


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


def _build_qg(
    train: NDArray[np.float32], metric: str, params: Params, seed: int, threads: int,
    progress: _core.Progress,
) -> Index:  # fmt: skip
    return _core.QuantizedGraph(
        train, metric, params["R"], params["efConstruction"], seed, threads, progress
    )


def _search_qg(
    index: Any, queries: NDArray[np.float32], k: int, params: Params, threads: int,
    progress: _core.Progress,
) -> Pass:  # fmt: skip
    return index.search(queries, k, params["effort"], threads, progress)


def _query_bytes_qg(index: Any, queries: NDArray[np.float32], k: int, params: Params) -> float:
    return float(index.query_bytes(queries, k, params["effort"]))


#: How each implementation is built and searched, and what a query reads of it.
_CODE: dict[str, tuple[Any, ...]] = {
    "naive": (_build_naive, _search_plain),
    "hnsw": (_build_hnsw, _search_hnsw),
    "qg": (_build_qg, _search_qg, _query_bytes_qg),
    "dummy": (_build_dummy, _search_plain),
}


def _implementation(name: str, facts: dict[str, Any]) -> Implementation:
    return Implementation(
        **fields_of(facts),
        **dict(zip(("build", "search", "query_bytes"), _CODE[name], strict=False)),
        default=facts.get("default", False),
    )


#: Implementations are registered there, for this side and the other.
_REGISTERED: dict[str, Any] = json.loads(
    files("annbench").joinpath("implementations.json").read_text(encoding="utf-8")
)
IMPLEMENTATIONS: dict[str, Implementation] = {
    name: _implementation(name, facts) for name, facts in _REGISTERED["implementations"].items()
}
#: k, repeats and seed when nothing is said.
DEFAULTS: dict[str, int] = _REGISTERED["sweep"]
