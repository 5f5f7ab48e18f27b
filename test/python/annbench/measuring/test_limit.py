"""How near the points of a search are to what random reads of this machine give."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from conftest import annbench, clustered, events_of, write_job

from annbench import _core, api
from annbench.data.formats.hdf5 import Data
from annbench.measuring import limit


def points_of(folder: Path, job: dict[str, Any], threads: int) -> list[dict[str, Any]]:
    job["threads"] = threads
    job["implementations"] = [
        {"name": "qg", "build": {}, "search": [{"effort": 1000}, {"effort": 1200}]},
        {"name": "hnsw", "build": {}, "search": [{"efSearch": 20}]},
    ]
    folder.mkdir()
    done = annbench("run", write_job(folder, job), "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads((folder / "out/results.json").read_text())["points"]
    early = [e for e in events_of(folder / "out") if e["type"] == "provisional"]
    told = [("limit_share" in one, "query_bytes" in one) for one in (*early, *found)]
    own = threads == 1
    assert told == [(own, True), (own, True), (False, False)] * 2
    return found


def test_points_of_one_thread_tell_their_share_where_bytes_are_counted(
    job: dict[str, Any], tmp_path: Path
) -> None:
    *ours, _hnsw = points_of(tmp_path / "one", job, 1)
    assert all(0 < one["limit_share"] < 5 for one in ours)
    points_of(tmp_path / "two", job, 2)


def test_a_share_is_of_the_point_s_own_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_core, "random_bandwidth", lambda _size, _item: 1e6)
    train, test = clustered(5, 500, 8, 100)
    ids, distances = _core.exact_neighbours(train, test, "euclidean", 20)
    data = Data("d", "0" * 64, "euclidean", train, test, ids, distances)
    points = api.measure(api.build("qg", data), data, settings=[{"effort": e} for e in (900, 1300)])
    for one in points:
        assert one["limit_share"] == round(one["query_bytes"] * one["qps"] / 1e6, 4) > 0


def test_each_index_is_asked_for_once_on_its_core_and_none_for_more_than_a_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[int, int]] = []
    cores: list[set[int]] = []

    def random_bandwidth(size: int, item: int) -> float:
        asked.append((size, item))
        cores.append(os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else {0})
        return float(size)

    monkeypatch.setattr(_core, "random_bandwidth", random_bandwidth)
    core = max(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None
    small, large = _Index(5000), _Index(1 << 40)
    found = limit.of_indexes([small, large, small], core)
    assert found == {small: 5000.0, large: float(limit.MOST)}
    assert asked == [(5000, limit.ITEM), (limit.MOST, limit.ITEM)]
    assert cores == [{0 if core is None else core}] * 2


class _Index:
    def __init__(self, index_bytes: int) -> None:
        self.index_bytes = index_bytes
