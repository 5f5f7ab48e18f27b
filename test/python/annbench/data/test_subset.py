"""Any number of first rows: exact search among them scores exactly 1."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import annbench, clustered, write_job

from annbench import job as jobs
from annbench.data import datasets
from annbench.events import Events
from annbench.measuring import sweep


def rows_of(kind: str) -> tuple[np.ndarray, np.ndarray]:
    train, test = clustered(8, 2_000, 10, 60)
    if kind == "duplicates":  # each row up to ten times, queries among them
        train = train[np.arange(2_000) % 211]
        test = train[:60].copy()
    elif kind == "whole numbers":
        train, test = np.rint(train), np.rint(test)
    elif kind == "zeros":
        train[::7], test[::5] = 0, 0
    elif kind == "large":
        train, test = train * 1e4, test * 1e4
    return train, test


@pytest.mark.parametrize("metric", ["euclidean", "angular"])
@pytest.mark.parametrize("kind", ["clusters", "duplicates", "whole numbers", "large", "zeros"])
def test_exact_search_on_any_subset(tmp_path: Path, kind: str, metric: str) -> None:
    train, test = rows_of(kind)
    np.save(tmp_path / "a.npy", train)
    np.save(tmp_path / "q.npy", test)
    data = tmp_path / "d"
    done = annbench("sync", "mine", "--data", data, "--from", tmp_path / "a.npy",
                    "--queries", tmp_path / "q.npy", "--distance", metric)  # fmt: skip
    assert done.returncode == 0, done.stderr
    for subset, k in ((None, 100), (1_999, 10), (1_000, 100), (137, 10), (10, 10), (1, 1)):
        job: dict[str, Any] = {
            "v": 1, "job": "bench", "datasets": [{"name": "mine"}], "data_dir": str(data),
            "k": k, "subset": subset, "repeats": 1,
            "implementations": [{"name": "naive", "build": {}, "search": [{}]}],
        }  # fmt: skip
        out = tmp_path / f"out-{subset}"
        out.mkdir()
        sweep.Run(jobs.parse(job), out, Events(human=None)).run()
        (point,) = json.loads((out / "results.json").read_text())["points"]
        assert point["recall"] == 1.0, (subset, k)
    assert datasets.stamp_of(data, "mine")


def test_too_small_a_subset_is_told(data_dir: Path, job: dict[str, Any], tmp_path: Path) -> None:
    job.update(subset=9, k=10)
    done = annbench("run", write_job(tmp_path, job), "--out", tmp_path / "out")
    assert done.returncode == 2 and "at least k=10" in done.stderr


def test_too_few_rows_are_told(tmp_path: Path, job: dict[str, Any]) -> None:
    np.save(tmp_path / "a.npy", clustered(1, 20, 3)[0])
    assert annbench("sync", "few", "--data", tmp_path, "--from", tmp_path / "a.npy").returncode == 0
    job.update(datasets=[{"name": "few"}], data_dir=str(tmp_path), k=19)
    done = annbench("run", write_job(tmp_path, job), "--out", tmp_path / "out")
    assert done.returncode == 1 and "18 true neighbours" in done.stderr
