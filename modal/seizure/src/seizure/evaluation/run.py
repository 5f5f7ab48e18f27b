"""Running a job: data → inventory → prepare, and for an evaluation judge → score."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from jobkit.files import as_problem, write_json

from seizure import facts
from seizure.evaluation import data, preparing, results
from seizure.evaluation.evaluate import evaluate
from seizure.job import EvaluateJob, PrepareJob
from seizure.program import Events

#: Splits that an evaluation needs: thresholds are chosen on the one and used on the other.
EVALUATED = ("dev", "test")


def run(job: PrepareJob | EvaluateJob, out: Path, events: Events) -> None:
    """Does the job, or raises Problem or StopRequested; what was prepared and judged until then is
    kept, and is not done again."""
    try:
        _run(job, out, events)
    except OSError as e:
        raise as_problem(e, "What the run finds cannot be kept", out) from e


def _run(job: PrepareJob | EvaluateJob, out: Path, events: Events) -> None:
    begun = time.monotonic()
    kind, splits = (
        ("prepare", job.splits) if isinstance(job, PrepareJob) else ("evaluate", EVALUATED)
    )
    machine = facts.describe()
    events.emit("started", job=kind, pid=os.getpid(), machine=machine)
    events.log(f"{machine['cpu']}, {machine['cores']} cores")
    inventories = data.inventories(job, splits, events)
    found: dict[str, Any] = {
        "v": results.VERSION,
        "job": kind,
        "machine": machine,
        "settings": job.settings.to_json(),
    }
    with preparing.stores(job, inventories, splits, events) as stores:
        both = zip(inventories, stores, strict=True)
        found["datasets"] = [results.dataset(one, at, job.data_dir, splits) for one, at in both]
        if isinstance(job, EvaluateJob):
            found |= evaluate(job, stores, out, events)
    seconds = round(time.monotonic() - begun, 3)
    write_json(out / results.FILE, {**found, "seconds": seconds})
    events.emit("result", seconds=seconds, file=results.FILE)
    events.log(f"done in {seconds:.1f} s")
