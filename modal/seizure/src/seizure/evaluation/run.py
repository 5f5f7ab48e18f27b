"""Running a job: data → inventory → prepare, then what its kind is about: judge → score, or train
before that. A measuring needs no data, and to predict takes no dataset."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from jobkit.files import as_problem, write_json

from seizure import facts
from seizure.detection.registry import detectors
from seizure.evaluation import data, preparing, results
from seizure.evaluation.checkpoints import require_usable
from seizure.evaluation.evaluate import evaluate
from seizure.inference.job import PredictJob
from seizure.job import EvaluateJob, Job, MeasureJob, PrepareJob, TrainJob
from seizure.program import Events
from seizure.recording import SPLITS

#: Splits that an evaluation needs: thresholds are chosen on the one and used on the other.
EVALUATED = ("dev", "test")


def run(job: Job, out: Path, events: Events) -> None:
    """Does the job, or raises Problem or StopRequested; what was prepared, learnt and judged until
    then is kept, and is not done again."""
    try:
        _run(job, out, events)
    except OSError as e:
        raise as_problem(e, "What the run finds cannot be kept", out) from e


def _run(job: Job, out: Path, events: Events) -> None:
    begun = time.monotonic()
    kind, splits = _kind(job)
    machine = facts.describe()
    events.emit("started", job=kind, pid=os.getpid(), machine=machine)
    events.log(f"{machine['cpu']}, {machine['cores']} cores")
    if isinstance(job, TrainJob | MeasureJob) and job.source is not None:
        _let_in(job, job.source, events)
    found: dict[str, Any] = {
        "v": results.VERSION,
        "job": kind,
        "machine": machine,
    }
    if isinstance(job, PredictJob):
        from seizure.inference.run import predict

        found |= predict(job, out, events)
    elif isinstance(job, MeasureJob):
        from seizure.measuring.measure import measure

        found |= {"settings": job.settings.to_json(), **measure(job, events)}
    else:
        found["settings"] = job.settings.to_json()
        found |= _with_recordings(job, splits, out, events)
    seconds = round(time.monotonic() - begun, 3)
    write_json(out / results.FILE, {**found, "seconds": seconds})
    events.emit("result", seconds=seconds, file=results.FILE)
    events.log(f"done in {seconds:.1f} s")


def _with_recordings(
    job: PrepareJob | EvaluateJob | TrainJob, splits: tuple[str, ...], out: Path, events: Events
) -> dict[str, Any]:
    inventories = data.inventories(job, splits, events)
    judges = ()
    if isinstance(job, EvaluateJob):
        # Before an hour of preparing: what a checkpoint cannot be used for, it is refused for now.
        require_usable(job, inventories, events)
        judges = detectors(job.checkpoints, job.workers)
    found: dict[str, Any] = {}
    with preparing.stores(job, inventories, splits, events) as stores:
        both = zip(inventories, stores, strict=True)
        share = isinstance(job, PrepareJob) and job.share is not None
        found["datasets"] = [
            results.dataset(one, at, job.data_dir, splits, share) for one, at in both
        ]
        if isinstance(job, EvaluateJob):
            found["checkpoint"] = job.checkpoint
            found |= evaluate(stores, judges, job.draws, job.seed, out, events)
        elif isinstance(job, TrainJob):
            from seizure.training.run import train_and_judge

            found |= train_and_judge(job, inventories, stores, out, events)
    return found


def _let_in(job: TrainJob | MeasureJob, source: Path, events: Events) -> None:
    """Before anything long: a person's own model is tried."""
    from seizure.model.own.gate import let_in

    options, settings = dict(job.config.model.options), job.settings
    seconds = job.config.windows.seconds
    let_in(source, options, settings.channels, settings.rate, seconds, events)


def _kind(job: Job) -> tuple[str, tuple[str, ...]]:
    """What the job is called, and the splits that it needs."""
    if isinstance(job, PrepareJob):
        return "prepare", job.splits
    if isinstance(job, MeasureJob):
        return "measure", ()
    if isinstance(job, PredictJob):
        return "predict", ()
    return ("train", SPLITS) if isinstance(job, TrainJob) else ("evaluate", EVALUATED)
