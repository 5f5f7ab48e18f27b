"""What `import annbench` offers: load data, build an index, search it, measure it."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jobkit import machine
from jobkit.errors import JobError
from jobkit.events.phase import Phase
from numpy.typing import ArrayLike, NDArray

from annbench import job
from annbench.core_call import watch
from annbench.data import datasets
from annbench.data.formats.hdf5 import Data
from annbench.events import Events
from annbench.implementations import IMPLEMENTATIONS
from annbench.measuring.measurement import Measurement, Setting
from annbench.registered import Params, read_params
from annbench.results import results


def default_data_dir() -> Path:
    """Where data sets are kept when nothing else is said."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache).absolute() / "annbench"


def load(
    name: str, *, source: str | Path | None = None, url: str | None = None,
    data_dir: str | Path | None = None, subset: int | None = None, threads: int | None = None,
) -> Data:  # fmt: skip
    """A data set by its name: `train` [n, d] and `test` [m, d] float32, the true `neighbors`
    [m, 100] int32 and their `distances`. It is made (`quick`), read from `source` or fetched from
    `url` when it is not in `data_dir` yet. `subset`: only the first rows, with their own true
    neighbours. Raises errors.Problem, or errors.JobError for a name that cannot be one."""
    spec = job.DatasetSpec(
        name=job.check_name(name, "name"),
        url=job.check_url(url, "url"),
        source=Path(source).absolute() if source else None,
    )
    folder = Path(data_dir).absolute() if data_dir else default_data_dir()
    with Phase(Events(human=None), "data", name) as phase:
        return datasets.load(spec, folder, subset, threads or machine.cores(), phase)


class Index:
    """A built index. `impl` and `params` say of what, `build_seconds` how long it took, `bytes` how
    much memory it has."""

    def __init__(self, impl: str, params: Params, built: Any, build_seconds: float) -> None:
        self.impl, self.params, self.build_seconds = impl, params, build_seconds
        self.built = built

    @property
    def bytes(self) -> int:
        return int(self.built.index_bytes)

    def search(
        self, queries: ArrayLike, k: int = 10, threads: int = 1, **params: int
    ) -> NDArray[np.int32]:
        """Ids [m, k] of the rows found, nearest first; -1 where fewer were found. `queries` [m, d];
        `params`: those of a search, such as efSearch."""
        wanted = np.ascontiguousarray(queries, np.float32)
        settings = {**self.params, **self.setting(params)}
        search = IMPLEMENTATIONS[self.impl].search
        ids: NDArray[np.int32] = watch(
            lambda progress: search(self.built, wanted, k, settings, threads, progress)
        )[0]
        return ids

    def setting(self, params: Params) -> Params:
        """Checked, with defaults filled in. Raises errors.JobError that names the parameter."""
        return read_params(IMPLEMENTATIONS[self.impl].search_params, params, "search")


def build(
    impl: str, data: Data, *, threads: int | None = None, seed: int = 42, **params: int
) -> Index:
    """Builds `naive`, `hnsw` (M, efConstruction) or `qg` (R, efConstruction) on the rows of `data`, with all cores when nothing
    else is said. Raises errors.JobError for an unknown name or parameter."""
    kind = IMPLEMENTATIONS.get(impl)
    if kind is None:
        raise JobError("impl", f"{impl!r} is unknown (known: {', '.join(IMPLEMENTATIONS)})")
    wanted = read_params(kind.build_params, params, "build")
    begun = time.monotonic()
    built = watch(
        lambda progress: kind.build(
            data.train, data.distance, wanted, seed, threads or machine.cores(), progress
        )
    )
    return Index(impl, wanted, built, time.monotonic() - begun)


class _Silent:
    """Nobody wants to know how far it is."""

    def planned(self, setting: int, passes: int, seconds: float) -> None: ...
    def more(self, setting: int) -> None: ...
    def at(self, setting: int, passes: float) -> None: ...
    def passed(self, setting: int, passes: int, share: float, seconds: float) -> None: ...
    def lost(self, setting: int) -> None: ...


def measure(
    indexes: Index | Sequence[Index], data: Data, *, k: int = 10,
    settings: Sequence[Params] = ({},), threads: int = 1, repeats: int = 3,
) -> list[dict[str, Any]]:  # fmt: skip
    """A point for each index and each of its `settings` ({"efSearch": 40}, ...), as README says how.
    All of them take turns. A point has `impl`, `params`, `recall`, `qps`, `qps_interval`,
    `latency_ms` and all that a job's points have of a search. Raises errors.JobError, or
    errors.Problem where an answer cannot be one."""
    several = [indexes] if isinstance(indexes, Index) else list(indexes)
    turns = [
        Setting(index.impl, index.built, {**index.params, **index.setting(dict(each))})
        for index in several
        for each in (settings if IMPLEMENTATIONS[index.impl].search_params else ({},))
    ]
    found = dict(Measurement(data, k, turns, threads, repeats).run(_Silent()))
    cores = machine.cores()
    return [
        {
            "dataset": data.name, "impl": one.impl, "params": one.params, "k": k,
            "threads": threads,
            **results.figures(found[i], found[i].others_busy, threads, cores),
        }
        for i, one in enumerate(turns)
    ]  # fmt: skip
