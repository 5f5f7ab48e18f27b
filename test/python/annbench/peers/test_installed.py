"""A real library, installed by pip and measured beside ours. Where pip reaches no index, skipped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import annbench, events_of, write_job


def test_a_real_one(
    job: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """rabitqlib: a wheel of its own and numpy."""
    monkeypatch.setenv("ANNBENCH_PEERS", str(tmp_path / "peers"))
    searches = [{"ef": ef} for ef in (20, 100)]
    job["implementations"] += [
        {"name": "rabitqlib", "build": {"degree": 32, "efConstruction": 100}, "search": searches}
    ]
    done = annbench("run", write_job(tmp_path, job), "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "out" / "results.json").read_text())
    [verdict] = found["verdicts"]
    if verdict["verdict"] == "not-installed":
        pytest.skip(f"pip installs nothing here: {verdict['why']}")
    assert verdict["verdict"] == "ok", verdict
    low, high = [p for p in found["points"] if p["impl"] == "rabitqlib"]
    assert low["version"] == "0.7.1" and low["recall"] < high["recall"] and high["recall"] > 0.98
    assert high["index_bytes"] > 3000 * 24 * 4, "rows are in it"
    phases = [e["label"] for e in events_of(tmp_path / "out") if e["type"] == "phase"]
    assert phases[:2] == ["rabitqlib==0.7.1"] * 2, "installed before anything else"
