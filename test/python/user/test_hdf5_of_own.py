"""Points of a person's own are stored for ann-benchmarks' plots too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

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
    assert point["recall"] == 1.0
    assert {"spread", "noisy", "load"} <= set(point)
