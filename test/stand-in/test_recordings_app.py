"""Recordings in a bucket, from their inventory to an evaluation, by the apps that do it: prepared in shares, read from the store alone, and
not a byte of the bucket changed.

The container runs the Python named by ANNBENCH_PYTHON, or this one: seizure has to be installed there, as the app's image has it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from driving import Driven
from test_sync_app import APP, driven
from test_sync_recordings import BUCKET, corpus, listing, s3, sync

__all__ = ["corpus", "driven", "s3"]

SETTINGS = {"montage": "referential", "rate": 64, "high": 30}
DATA = {"v": 1, "datasets": [{"name": "tiny"}], "settings": SETTINGS, "workers": 1}


def run(driven: Driven, folder: Path, app: str, name: str, job: dict[str, Any], containers: int) -> dict[str, Any]:
    """What the coordinator returns; what is on the volume of the run is in `folder`."""
    launch = {
        "v": 1, "app": f"ann-tui-{name}-1", "run": name, "attempt": 1, "spec": {"kind": job["job"], "name": name},
        "job": job, "sources": {}, "containers": containers,
        "machines": {"work": [{"cores": 1, "memory_gib": 2, "gpu": None, "nonpreemptible": False}]},
        "coordinator": {"cores": 0.5, "memory_gib": 1}, "timeout": 3600, "startup_timeout": 900, "coordinator_timeout": 7200,
        "volumes": {"datasets": "ann-datasets", "results": "ann-results"}, "control": "ann-tui-control",
        "buckets": {"recordings": BUCKET},
    }  # fmt: skip
    file = folder / f"{name}.json"
    file.write_text(json.dumps(launch))
    env = driven.env(ANN_TUI_LAUNCH=str(file), MODAL_LOGS_TIMEOUT="0")
    command = [sys.executable, "-m", "modal", "run", "--detach", str(APP.with_name(app))]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=200)
    call = next(json.loads(line)["call"] for line in done.stdout.split("\n") if line.startswith('{"ann_tui"'))
    code = f"import json, modal; print(json.dumps(modal.FunctionCall.from_id({call!r}).get(timeout=600)))"
    returned = json.loads(driven.python(code, timeout=660))
    driven.cli("volume", "get", "--force", "ann-results", f"/runs/{name}", str(folder))
    return returned


def events(folder: Path, part: str, kind: str) -> list[dict[str, Any]]:
    lines = (folder / "parts" / part / "events.ndjson").read_text().splitlines()
    return [one for one in map(json.loads, lines) if one["type"] == kind]


def test_from_a_bucket_to_a_store_to_an_evaluation(driven: Driven, s3: Any, tmp_path: Path) -> None:
    before = listing(s3)
    job = {"datasets": [{"name": "tiny"}], "from": "s3://eeg/corpora/"}
    assert sync(driven, tmp_path, job, {"recordings": BUCKET}) == {"code": 0, "failure": None}

    prepared = run(driven, tmp_path, "preparing.py", "prepare-1", {**DATA, "job": "prepare", "containers": 2}, 2)
    assert prepared == {"code": 0, "failure": None}
    told = {part: len(events(tmp_path / "prepare-1", part, "prepared")) for part in ("w1", "w2")}
    assert told == {"w1": 2, "w2": 2}
    results = json.loads((tmp_path / "prepare-1" / "results.json").read_text())
    assert [one["recordings"] for one in results["datasets"][0]["splits"]] == [2, 1, 1]

    evaluating = {**DATA, "job": "evaluate", "draws": 100, "preparers": 2}
    assert run(driven, tmp_path, "evaluating.py", "evaluate-1", evaluating, 1) == {"code": 0, "failure": None}
    assert sorted(path.name for path in (tmp_path / "evaluate-1" / "parts").iterdir()) == ["w1"], "nothing was left to prepare"
    assert len(events(tmp_path / "evaluate-1", "w1", "judged")) == 2

    # Of other settings there is no store: two containers make one, and the third reads it.
    other = {**evaluating, "settings": {**SETTINGS, "rate": 32, "high": 12}}
    assert run(driven, tmp_path, "evaluating.py", "evaluate-2", other, 1) == {"code": 0, "failure": None}
    assert sorted(path.name for path in (tmp_path / "evaluate-2" / "parts").iterdir()) == ["p1", "p2", "w1"]
    told = [one for one in events(tmp_path / "evaluate-2", "w1", "progress") if str(one.get("label")).startswith("copying")]
    assert told and told[-1]["done"] == told[-1]["total"] > 0

    assert listing(s3) == before, "nothing is ever written into the bucket"
    assert driven.admin("/buckets")["failed"] == {}
