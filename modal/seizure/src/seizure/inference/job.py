"""A job that predicts: which recordings, by which checkpoint. It needs no torch to be read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from jobkit import machine
from jobkit.errors import JobError
from jobkit.fields import Fields

from seizure.checkpoints.chosen import Chosen, chosen_of


@dataclass(frozen=True)
class Recording:
    """`name`: as a person knows it. `tsv`: below the folder for what is found."""

    name: str
    edf: Path
    tsv: Path


@dataclass(frozen=True)
class PredictJob:
    """Recordings without labels. `threshold`: in place of the checkpoint's. `workers`: processes
    that prepare."""

    checkpoint: Chosen
    recordings: tuple[Recording, ...]
    threshold: float | None
    workers: int


def predict_job(fields: Fields) -> PredictJob:
    """Raises JobError naming the first key that is wrong."""
    (checkpoint,) = chosen_of([fields.take("checkpoint")], "checkpoint", set())
    recordings = tuple(
        _recording(one, f"recordings[{i}]") for i, one in enumerate(fields.items("recordings"))
    )
    if len({str(one.tsv) for one in recordings}) < len(recordings):
        raise JobError("recordings", "two of them would leave one table")
    workers = fields.whole("workers", 0, 4096, 0) or machine.cores()  # 0: all cores
    return PredictJob(checkpoint, recordings, _threshold(fields), workers)


def _recording(value: Any, key: str) -> Recording:
    fields = Fields(value, key)
    name, edf, tsv = (fields.text(part) or "" for part in ("name", "edf", "tsv"))
    fields.done()
    if not Path(edf).is_absolute():
        raise JobError(f"{key}.edf", "must be an absolute path")
    below = PurePosixPath(tsv)
    if not tsv.endswith("_events.tsv") or below.is_absolute() or ".." in below.parts:
        raise JobError(f"{key}.tsv", "must be a path below the results that ends in _events.tsv")
    return Recording(name, Path(edf), Path(tsv))


def _threshold(fields: Fields) -> float | None:
    given = fields.take("threshold", None)
    right = isinstance(given, int | float) and not isinstance(given, bool) and 0 < given <= 1
    if given is not None and not right:
        raise JobError("threshold", "must be a number above 0, at most 1")
    return None if given is None else float(given)
