"""Results as ann-benchmarks stores them: its rules, written down here, find the same figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from conftest import annbench, write_job

#: attribute: kind; what the plots and tables of ann-benchmarks read.
ATTRIBUTES = {
    "algo": str, "batch_mode": np.bool_, "best_search_time": np.floating, "build_time": np.floating,
    "candidates": np.floating, "count": np.integer, "dataset": str, "distance": str,
    "expect_extra": np.bool_, "index_size": np.floating, "name": str, "run_count": np.integer,
}  # fmt: skip


def recall_by_their_rule(true: Any, found: Any, count: int) -> float:
    """A row counts when it is no farther than the count-th true one and a thousandth."""
    hits = [
        sum(d <= row[count - 1] + 1e-3 for d in one[:count])
        for row, one in zip(true, found, strict=True)
    ]
    return float(np.mean(hits) / count)


def files_of(out: Path) -> list[Path]:
    return sorted(p for p in (out / "results-hdf5").rglob("*") if p.is_file())


@pytest.mark.parametrize("threads", [1, 2])
def test_schema_and_figures(
    job: dict[str, Any], tmp_path: Path, data_dir: Path, threads: int
) -> None:
    job["threads"] = threads
    job["implementations"].append({"name": "dummy", "search": [{}]})
    done = annbench("run", write_job(tmp_path, job), "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    points = json.loads((tmp_path / "out" / "results.json").read_text())["points"]
    files = files_of(tmp_path / "out")
    assert len(files) == len(points) == 5
    with h5py.File(data_dir / "tiny.hdf5") as f:
        true = f["distances"][:]
    suffix = "-batch" if threads > 1 else ""
    by_name = {}
    for path in files:
        dataset, k, algorithm, _ = path.relative_to(
            tmp_path / "out" / "results-hdf5"
        ).parts
        assert (dataset, k) == ("tiny", "10") and algorithm.endswith(suffix)
        with h5py.File(path) as f:
            attributes = dict(f.attrs)
            assert {*ATTRIBUTES, "dist_comps"} == set(attributes)
            for name, kind in ATTRIBUTES.items():
                assert isinstance(attributes[name], kind), name
            assert algorithm == attributes["algo"] + suffix
            assert attributes["batch_mode"] == (threads > 1)
            assert f["times"].shape == (200,) and f["times"].dtype == np.float32
            assert (
                f["neighbors"].shape == (200, 10) and f["neighbors"].dtype == np.int32
            )
            assert (
                f["distances"].shape == (200, 10) and f["distances"].dtype == np.float32
            )
            by_name[attributes["name"]] = (attributes, f["times"][:], f["distances"][:])
    for point in points:
        params = ", ".join(f"{name}={value}" for name, value in point["params"].items())
        attributes, times, distances = by_name[f"{point['impl']}({params})"]
        assert recall_by_their_rule(true, distances, 10) == pytest.approx(
            point["recall_tolerant"], abs=1e-6
        )
        assert 1.0 / attributes["best_search_time"] == pytest.approx(point["qps"])
        for part in (50, 95, 99):
            theirs = np.percentile(times, part) * 1000
            assert theirs == pytest.approx(
                point["latency_ms"][f"p{part}"], rel=1e-5, abs=1e-6
            )
        if threads == 1:  # the loop around the queries costs next to nothing
            assert times.mean() <= attributes["best_search_time"]
        assert attributes["build_time"] == point["build_seconds"]
        assert attributes["index_size"] * 1024 == point["index_bytes"]
        assert attributes["candidates"] == 10
        run_comps = attributes["dist_comps"] / (attributes["run_count"] * 200)
        assert run_comps == pytest.approx(point["dist_comps"])
    exact = next(p for p in points if p["impl"] == "naive")
    assert exact["recall"] == 1.0


def test_missing_rows_and_names(tmp_path: Path) -> None:
    from annbench.results import hdf5_results

    point = {
        "dataset": "d", "subset": 50, "impl": "x", "k": 2, "threads": 1, "qps": 4.0,
        "qps_all": [4.0], "build_seconds": 1.0, "index_bytes": 2048,
        "params": {"a": 1, "b": 0.5, "long": "y" * 300},
    }  # fmt: skip
    build = {"a": 1, "long": "y" * 300}
    ids = np.array([[3, -1], [4, 5]])
    path = hdf5_results.write(
        tmp_path, point, build, "euclidean", np.array([0.2, 0.3]), ids,
        np.array([[1.0, np.inf], [1.0, 2.0]]),
    )  # fmt: skip
    assert path.parent == tmp_path / "results-hdf5" / "d-first-50" / "2" / "x"
    assert len(path.name) < 240
    other = {**point, "params": {**point["params"], "b": 0.25}}
    assert hdf5_results.path_of(tmp_path, other, build) != path
    with h5py.File(path) as f:
        assert f["neighbors"][0].tolist() == [3, -1] and np.isinf(f["distances"][0, 1])
        assert f.attrs["candidates"] == 1.5
    assert [p.name for p in path.parent.iterdir()] == [path.name], (
        "nothing half-written is left"
    )
