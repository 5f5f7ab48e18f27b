"""Fixtures, as a plugin: a second conftest.py would hide the first from those who import it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from user_support import Outcome, good


@pytest.fixture(scope="session", autouse=True)
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of compiled files that belongs to this session."""
    folder = tmp_path_factory.mktemp("compiled")
    os.environ["ANNBENCH_CACHE"] = str(folder)
    return folder


@pytest.fixture(scope="session")
def good_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that keeps to the rules; compiled once."""
    path = tmp_path_factory.mktemp("good") / "good.cpp"
    path.write_text(good())
    return path


@pytest.fixture
def judge(job: dict[str, Any], tmp_path: Path) -> Any:
    """judge(entries or paths, key=value of the job...) runs a job in this process."""
    from jobkit.errors import Problem

    from annbench import job as jobs
    from annbench.events import SCHEMA, Events
    from annbench.measuring import sweep

    def run(*entries: Any, **changes: Any) -> Outcome:
        job["implementations"] = [
            entry if isinstance(entry, dict) else {"source": str(entry)} for entry in entries
        ]
        job.update({"repeats": 1, **changes})
        out = tmp_path / "out"
        out.mkdir(exist_ok=True)
        failed = None
        with open(tmp_path / "log", "w") as log:
            events = Events(journal=out / "events.ndjson", human=log)
            try:
                sweep.Run(jobs.parse(job), out, events).run()
            except Problem as e:
                failed = e
        judged = [SCHEMA.classify(x) for x in (out / "events.ndjson").read_text().split("\n")]
        return Outcome(
            json.loads((out / "results.json").read_text()),
            [c.event for c in judged if c.verdict == "ok" and c.event],
            (tmp_path / "log").read_text(), failed,
        )  # fmt: skip

    return run
