"""Having something ready that a job needs (a data set), in a child, and why that failed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from jobkit.cloud.job_runner import JobRunner
from jobkit.cloud.workload import Preparation
from jobkit.errors import Problem
from jobkit.events import Events
from jobkit.files import as_problem, read_json, write_json

#: Beside the events, when it could not be had: what, why, hint.
PROBLEM = "problem.json"


def prepared(out: Path, events: Events, work: Callable[[], None]) -> bool:
    """In the child: does `work`. False: it could not be had, and PROBLEM says why."""
    (out / PROBLEM).unlink(missing_ok=True)
    try:
        work()
    except OSError as e:
        problem = as_problem(e, "A file could not be used")
    except Problem as e:
        problem = e
    else:
        return True
    told = {"what": problem.what, "why": problem.why, "hint": problem.hint}
    write_json(out / PROBLEM, {name: value for name, value in told.items() if value})
    events.warn(str(problem))
    return False


def prepare(
    runner: JobRunner, wanted: Preparation, job: Path, out: Path
) -> dict[str, Any] | None:  # fmt: skip
    """In the parent: runs `MODULE prepare JOB.json …`. Returns why it could not be had (what, why,
    hint), or None."""
    ended = runner.run(
        ["prepare", str(job), *wanted.arguments, "--out", str(out), "--stream"], tell=False
    )
    if ended.code == 0:
        return None
    unknown = {"what": f"{wanted.label} could not be had", "why": f"exit code {ended.code}"}
    return read_json(out / PROBLEM) or ended.failure or unknown
