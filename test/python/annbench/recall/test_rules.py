"""By how much the rules of recall can differ: at the sync, in the stamp, in points."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from conftest import annbench, clustered, events_of, write_job

from annbench.recall import recall, rules


def look(train: np.ndarray, queries: np.ndarray, metric: str, k: int) -> float:
    near = rules.nearest(lambda b, e: train[b:e], len(train), queries, metric, 2 * k, 1)
    return rules.difference(near, k, metric)


def test_counts_what_lies_between() -> None:
    train = np.array([[1], [2], [2.0005], [2.0009], [2.5], [9]], np.float32)
    query = np.zeros((1, 1), np.float32)
    assert look(train, query, "euclidean", 1) == 0
    assert look(train, query, "euclidean", 2) == 1.0, "both could be answered wrongly"
    assert look(train, query, "euclidean", 3) == pytest.approx(1 / 3, abs=1e-4)
    assert look(train[[0, 1, 1]], query, "euclidean", 2) == 0, "a tie is right by either rule"


def test_blocks_of_rows_are_as_good_as_all(monkeypatch: pytest.MonkeyPatch) -> None:
    train, queries = clustered(3, 500, 8, 20)
    whole = rules.nearest(lambda b, e: train[b:e], 500, queries, "angular", 40, 2)
    monkeypatch.setattr(rules, "BLOCK_BYTES", 4 * 8 * 64)
    ticks: list[tuple[int, int]] = []
    blocks = rules.nearest(
        lambda b, e: train[b:e], 500, queries, "angular", 40, 2, lambda *a: ticks.append(a)
    )
    assert (whole == blocks).all() and ticks[-1] == (500, 500)


def synced(tmp_path: Path, scale: float) -> tuple[dict[str, Any], str]:
    train, queries = clustered(4, 2000, 16, 100)
    np.save(tmp_path / "rows.npy", train * np.float32(scale))
    np.save(tmp_path / "queries.npy", queries * np.float32(scale))
    done = annbench("sync", "mine", "--data", tmp_path, "--from", tmp_path / "rows.npy",
                    "--queries", tmp_path / "queries.npy", "--distance", "euclidean")  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads((tmp_path / "mine.json").read_text()), done.stdout


def test_data_of_small_scale_is_named(tmp_path: Path, job: dict[str, Any]) -> None:
    stamp, said = synced(tmp_path, 1e-5)
    assert stamp["rules_differ"] == {"1": 1.0, "10": 1.0, "100": 1.0}
    assert "mine: recall@10 by ann-benchmarks' tolerance of 0.001 can be 1.000 above" in said

    del stamp["rules_differ"]  # as an older version left it: looked at when it is loaded
    (tmp_path / "mine.json").write_text(json.dumps(stamp))
    job |= {"datasets": [{"name": "mine", "url": None}], "data_dir": str(tmp_path), "subset": None}
    job["implementations"] = [{"name": "dummy", "build": {}, "search": [{}]}]
    done = annbench("run", write_job(tmp_path, job), "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    [point] = [e for e in events_of(tmp_path / "out") if e["type"] == "point"]
    assert point["rules_differ"] == 1.0
    assert point["recall"] < 0.1 and point["recall_tolerant"] == 1.0
    warned = [e["message"] for e in events_of(tmp_path / "out") if e["type"] == "warning"]
    assert any("can be 1.000 above" in message for message in warned)


def test_data_of_large_scale_is_not(tmp_path: Path) -> None:
    stamp, said = synced(tmp_path, 1e4)
    assert max(stamp["rules_differ"].values()) <= 0.001
    assert "tolerance" not in said


def test_true_neighbours_that_are_not_the_nearest_are_told(tmp_path: Path) -> None:
    synced(tmp_path, 1.0)
    spoiled = tmp_path / "spoiled.hdf5"
    spoiled.write_bytes((tmp_path / "mine.hdf5").read_bytes())
    with h5py.File(spoiled, "r+") as f:  # the nearest is left out: all move up by one
        for name in ("neighbors", "distances"):
            f[name][:, :-1] = f[name][:, 1:]
        ids, distances = f["neighbors"][:], f["distances"][:]
        f["neighbors"][:, -1], f["distances"][:, -1] = ids[:, -2], distances[:, -2]
    done = annbench("sync", "spoiled", "--data", tmp_path, "--from", spoiled)
    assert done.returncode == 0, done.stderr
    assert "for 64 of 64 sampled queries there are nearer rows" in done.stdout


def test_the_tolerance_is_that_of_the_rule() -> None:
    assert recall.TOLERANCE == 1e-3 and rules.WORTH == 0.001
