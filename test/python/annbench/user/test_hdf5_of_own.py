"""Points of a person's own are stored for ann-benchmarks' plots too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from user_support import BATCH, good

pytest_plugins = ["user_fixtures"]


def test_files_agree_with_the_points(judge: Any, good_file: Path, tmp_path: Path) -> None:
    found = judge(good_file, repeats=2)
    (point,) = found.points("good")
    (path,) = (tmp_path / "out" / "results-hdf5" / "tiny" / "10" / "good").iterdir()
    with h5py.File(path) as f:
        assert 1.0 / f.attrs["best_search_time"] == pytest.approx(point["qps"])
        assert f.attrs["run_count"] == 2 and "dist_comps" not in f.attrs
        times, ids = f["times"][:], f["neighbors"][:]
        assert times.shape == (200,) and (times > 0).all(), "both halves of the queries"
        assert ids.shape == (200, 10) and len(np.unique(ids[0])) == 10
        assert (np.diff(f["distances"][:], axis=1) >= -1e-5).all()
    assert point["recall"] == 1.0 and point["latency_ms"]["p50"] > 0
    assert {"spread", "noisy", "load"} <= set(point)


def test_queries_that_are_answered_all_at_once_have_no_time_of_their_own(
    judge: Any, tmp_path: Path
) -> None:
    batch = tmp_path / "batch.cpp"
    batch.write_text(good(BATCH))
    found = judge(batch, threads=2)
    (point,) = found.points("batch")
    (path,) = (tmp_path / "out" / "results-hdf5" / "tiny" / "10" / "batch-batch").iterdir()
    assert point["mode"] == "batch" and "latency_ms" not in point
    with h5py.File(path) as f:
        assert np.isnan(f["times"][:]).all() and f["times"].shape == (200,)
        assert 1.0 / f.attrs["best_search_time"] == pytest.approx(point["qps"])
