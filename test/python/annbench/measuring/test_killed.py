"""A sweep killed again and again ends with the points of one that was not."""

from __future__ import annotations

import json
import random
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import h5py
import pytest
from conftest import ANNBENCH, annbench, clustered, events_of, write_job

KILLS = 5


@pytest.fixture(scope="module")
def two_sets(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`other` beside `tiny`: angular, and of another shape."""
    from annbench._core import exact_neighbours
    from annbench.data.formats import hdf5

    train, test = clustered(2, 1500, 16, 150)
    neighbors, distances = exact_neighbours(train, test, "angular", 100)
    source = tmp_path_factory.mktemp("source") / "other.hdf5"
    hdf5.write(source, train, test, neighbors, distances, "angular")
    done = annbench("sync", "other", "--data", data_dir, "--from", source)
    assert done.returncode == 0, done.stderr
    return data_dir


def sweep_of_four(data_dir: Path) -> dict[str, Any]:
    search = [{"efSearch": ef} for ef in (10, 20, 40, 80)]
    return {
        "v": 1, "job": "bench", "data_dir": str(data_dir), "k": 10, "threads": 1,
        "build_threads": 2, "repeats": 3, "seed": 7,
        "datasets": [{"name": "tiny"}, {"name": "other"}],
        "implementations": [
            {"name": "naive", "search": [{}]},
            {"name": "hnsw", "build": {"M": 4, "efConstruction": 40}, "search": search},
            {"name": "hnsw", "build": {"M": 12, "efConstruction": 200}, "search": search},
            {"name": "dummy", "search": [{}]},
        ],
    }  # fmt: skip


def identity(point: dict[str, Any]) -> str:
    names = ("dataset", "dataset_sha", "impl", "params", "k", "threads", "subset")
    return json.dumps([point.get(name) for name in names], sort_keys=True)


def hdf5_of(out: Path) -> set[str]:
    root = out / "results-hdf5"
    return {
        str(p.relative_to(root))
        for p in root.rglob("*.hdf5")
        if not p.name.startswith(".")
    }


def test_five_kills_change_nothing(two_sets: Path, tmp_path: Path) -> None:
    chance = random.Random(20)
    path = write_job(tmp_path, sweep_of_four(two_sets))
    whole = tmp_path / "whole"
    begun = time.monotonic()
    assert annbench("run", path, "--out", whole).returncode == 0
    took = time.monotonic() - begun

    out = tmp_path / "out"
    for _ in range(KILLS):
        process = subprocess.Popen(
            [*ANNBENCH, "run", str(path), "--out", str(out)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        # What is done already is not done again, so the later ones would end before a later kill.
        try:
            process.wait(chance.uniform(0.2, 0.9) * took)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    done = annbench("run", path, "--out", out)
    assert done.returncode == 0, done.stderr

    unbroken = json.loads((whole / "results.json").read_text())["points"]
    broken = json.loads((out / "results.json").read_text())["points"]
    assert len(unbroken) == 2 * (1 + 4 + 4 + 1)
    assert Counter(map(identity, broken)) == Counter(map(identity, unbroken))
    events = events_of(out)
    told = [e for e in events if e["type"] == "point"]
    assert Counter(map(identity, told)) == Counter(map(identity, unbroken)), (
        "each told once"
    )
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
    # On a busy machine a kill may come before its first word.
    assert 2 < [e["type"] for e in events].count("started") <= KILLS + 1
    assert hdf5_of(out) == hdf5_of(whole) and len(hdf5_of(out)) == len(unbroken)
    for name in hdf5_of(out):
        with h5py.File(out / "results-hdf5" / name) as f:
            assert len(f["times"]) == len(f["neighbors"]) == len(f["distances"])
    exact = [p["recall"] for p in broken if p["impl"] == "naive"]
    assert exact == [1.0, 1.0]
    assert all(p["recall"] < 0.2 for p in broken if p["impl"] == "dummy")
