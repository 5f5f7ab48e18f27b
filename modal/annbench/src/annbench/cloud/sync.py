"""Vectors brought to the volume of datasets by a container at Modal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jobkit.cloud import preparing
from jobkit.cloud.job_runner import JobRunner
from jobkit.cloud.workload import Preparation


def sync(runner: JobRunner, job: Mapping[str, Any], data: Path) -> dict[str, Any] | None:
    """Does the job `{"job": "sync", "datasets": [ONE]}`, which is the first step of every run
    (annbench.cloud.prepare), in a child. Returns why it could not be had (what, why, hint), or
    None."""
    name = job["datasets"][0]["name"]
    path = runner.folder / "job.json"
    value = {key: value for key, value in job.items() if key != "of"}
    path.write_text(json.dumps({**value, "data_dir": str(data)}), encoding="utf-8")
    wanted = Preparation(name, name, ("--dataset", name))
    return preparing.prepare(runner, wanted, path, runner.folder)
