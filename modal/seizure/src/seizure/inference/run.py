"""`predict` as a job: what an earlier attempt has found stays, and each recording is an event."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jobkit.errors import Problem

from seizure.checkpoints.folder import read_card
from seizure.inference import command
from seizure.inference.inputs import Input
from seizure.inference.job import PredictJob
from seizure.program import Events

#: Below the job's folder.
FOLDER = "predictions"


def predict(job: PredictJob, out: Path, events: Events) -> dict[str, Any]:
    """What results.json has of it: `settings`, `checkpoint`, `threshold`, `recordings`, in their
    order. A recording that cannot be used is told with its `error`, and stops no other.

    Errors: Problem where none could be predicted; Refused where the checkpoint cannot be used."""
    card = read_card(job.checkpoint.folder)
    threshold = command.threshold_of(card, job.checkpoint.folder, job.threshold)
    tables = out / FOLDER
    told = {
        event["tsv"]: _fields(event)
        for event in events.earlier.kept
        if event["type"] == "predicted" and "error" not in event
        and (tables / event["tsv"]).exists()
    }  # fmt: skip
    left = [one for one in job.recordings if str(one.tsv) not in told]

    def tell(index: int, what: dict[str, Any]) -> None:
        one = left[index]
        found = {"recording": one.name, **_shown(what, one.edf, one.name), "tsv": str(one.tsv)}
        told[str(one.tsv)] = found
        events.emit("predicted", **found)
        events.log(command.line({**found, "edf": one.name}))

    inputs = [Input(one.edf, one.tsv) for one in left]
    command.each(
        job.checkpoint, card, threshold, inputs, tables, job.workers, events, tell,
        far=True, last=True,
    )  # fmt: skip
    recordings = [told[str(one.tsv)] for one in job.recordings]
    _require_any(recordings)
    return {
        "settings": card.settings.to_json(),
        "checkpoint": job.checkpoint.title,
        "threshold": threshold,
        "recordings": recordings,
    }


def _fields(event: dict[str, Any]) -> dict[str, Any]:
    names = ("recording", "tsv", "events", "seconds", "told")
    return {name: event[name] for name in names if name in event}


def _shown(what: dict[str, Any], edf: Path, name: str) -> dict[str, Any]:
    """Without the place that its file has here, which tells nobody anything."""
    if "error" not in what:
        return what
    return {**what, "error": what["error"].replace(str(edf), name)}


def _require_any(recordings: Sequence[dict[str, Any]]) -> None:
    if any("error" not in one for one in recordings):
        return
    which = "; ".join(f"{one['recording']}: {one['error']}" for one in recordings)
    raise Problem("No recording was predicted", which)
