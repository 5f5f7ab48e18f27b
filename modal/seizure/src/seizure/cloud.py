"""Preparing, training and evaluating as jobkit.cloud knows them.

Recordings are prepared in shares, on as many containers as were asked for. A training or an
evaluation is one part, on a machine that may be dear: it needs stamp, inventory and store, and
never a recording. What of the store is missing, cheap containers prepare before.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jobkit.cloud import workload
from jobkit.cloud.workload import PARTS, Part, Plain, Shared
from jobkit.errors import JobError, Problem
from jobkit.files import read_json, write_json

from seizure.cloud_data import Known, damaged, faulty_in, known_in, part_of, used_by
from seizure.evaluation.merging import merged
from seizure.inference.job import PredictJob
from seizure.job import PrepareJob, parse
from seizure.program import PROGRAM
from seizure.recording import SPLITS

RESULT = "results.json"
#: What the launch file's job has besides: how many containers prepare, and how many at most before
#: a training or an evaluation where nothing is said.
CONTAINERS, PREPARERS, USUAL_PREPARERS = "containers", "preparers", 4


class _One(Plain):
    """Implements jobkit.cloud.workload.Workload. `phase`: what its container does. `splits`: of the
    recordings that it needs. `left`: folders that a job leaves beside its result."""

    program = PROGRAM
    result = RESULT

    def __init__(self, phase: str, splits: Sequence[str], *left: str) -> None:
        self.phase = phase
        self._splits = splits
        self._left = left

    def job(self, given: Mapping[str, Any], run: Path, data: Path) -> dict[str, Any]:
        found = {**given, "data_dir": str(data)}
        if found.get("source"):  # beside the run
            found["source"] = str(run / found["source"])
        if found.get("checkpoints"):  # carried there
            shelf = run.parent.parent
            found["checkpoints"] = [_on(shelf, one) for one in found["checkpoints"]]
        return found

    def split(self, job: dict[str, Any]) -> list[Part]:
        """What is missing of the store, in shares; then the job, on what is prepared."""
        count, own = _apart(job, PREPARERS, USUAL_PREPARERS)
        known = known_in(parse(own), self._splits)
        shared = ("v", "datasets", "data_dir", "settings")
        first = {**{name: own[name] for name in shared if name in own}, "job": "prepare"}
        first |= {"splits": list(self._splits), "verify": False}
        before = [
            Part(f"p{at}", label, {**first, "share": share}, machine=workload.PREPARE)
            for at, share, label in _shares(known, count)
            if known.lacks(share)
        ]
        label = ", ".join(known.names)
        return [*before, Part("w1", label, {**own, "prepared": True}, stage=1)]

    def shared_data(self, job: Mapping[str, Any], data: Path) -> Shared:
        """What a job of a part uses of the folder of datasets, and makes there."""
        parsed = parse(job)
        if not isinstance(parsed, PrepareJob):
            return used_by(known_in(parsed, self._splits, data))
        assert parsed.share is not None
        return part_of(known_in(parsed, parsed.splits, data), parsed.share, parsed.verify)

    def faulty(
        self, job: Mapping[str, Any], data: Path, tell: Callable[[float, float], None]
    ) -> list[str]:
        """A part that prepares looks at what it needs itself, and makes it anew."""
        parsed = parse(job)
        return [] if isinstance(parsed, PrepareJob) else faulty_in(parsed, data, tell)

    def beyond_repair(self, job: Mapping[str, Any], names: Sequence[str]) -> Problem:
        return damaged(parse(job), names)

    def merge(
        self, run: Path, parts: Sequence[Part], data: Path, seconds: float,
        decided: Mapping[str, dict[str, Any]],
    ) -> list[dict[str, Any]]:  # fmt: skip
        """What the last part has left is the run's. A part that is not finished keeps it, and goes
        on there. Nothing lies there twice: it would cost twice, month by month."""
        for part in parts:
            if part.machine != workload.WORK:
                continue
            folder = run / PARTS / part.name
            found = read_json(folder / RESULT)
            if found is None:
                continue
            for name in self._left:
                _move(folder / name, run / name)
            write_json(run / RESULT, found)
        return []

    def is_done(self, part: Path) -> bool:
        return read_json(part / RESULT) is not None


class _Prepare(_One):
    """The shares of a dataset, one a container."""

    def split(self, job: dict[str, Any]) -> list[Part]:
        count, own = _apart(job, CONTAINERS, 1)
        parsed = parse(own)
        assert isinstance(parsed, PrepareJob)
        known = known_in(parsed, parsed.splits)
        return [
            Part(f"w{at}", label, {**own, "share": share})
            for at, share, label in _shares(known, count)
        ]

    def merge(
        self, run: Path, parts: Sequence[Part], data: Path, seconds: float,
        decided: Mapping[str, dict[str, Any]],
    ) -> list[dict[str, Any]]:  # fmt: skip
        """As one container would have told it, once all have."""
        found = [read_json(run / PARTS / part.name / RESULT) for part in parts]
        whole = [one for one in found if one is not None]
        if whole and len(whole) == len(found):
            write_json(run / RESULT, merged(whole, seconds))
        return []


class _Predict(_One):
    """One part: recordings of no dataset, each of which was carried there."""

    def job(self, given: Mapping[str, Any], run: Path, data: Path) -> dict[str, Any]:
        shelf = run.parent.parent
        recordings = [_on(shelf, one) for one in given["recordings"]]
        checkpoint = _on(shelf, given["checkpoint"])
        return {**given, "checkpoint": checkpoint, "recordings": recordings}

    def split(self, job: dict[str, Any]) -> list[Part]:
        parsed = parse(job)
        assert isinstance(parsed, PredictJob)
        count = len(parsed.recordings)
        return [Part("w1", f"{count:,} recording{'' if count == 1 else 's'}", job)]

    def shared_data(self, job: Mapping[str, Any], data: Path) -> Shared:
        return Shared()

    def faulty(
        self, job: Mapping[str, Any], data: Path, tell: Callable[[float, float], None]
    ) -> list[str]:
        return []


def _on(results: Path, carried: Mapping[str, Any]) -> dict[str, Any]:
    """A checkpoint, or a recording, with its places on the volume of results."""
    named = [key for key in ("folder", "source", "edf") if key in carried]
    return {**carried, **{key: str(results / carried[key]) for key in named}}


def _apart(job: Mapping[str, Any], name: str, otherwise: int) -> tuple[int, dict[str, Any]]:
    """A number that is the coordinator's, and the job without it."""
    count = job.get(name, otherwise)
    if type(count) is not int or count < 1:
        raise JobError(name, "must be a whole number from 1")
    return count, {key: value for key, value in job.items() if key != name}


def _shares(known: Known, most: int) -> list[tuple[int, list[int], str]]:
    """(number, share, label) of as many shares as there are containers for. What is not there is
    made, or told as missing, by one that prepares all."""
    if not known.complete:
        return [(1, [1, 1], ", ".join(known.names))]
    count = max(1, min(most, known.recordings))
    found = []
    for at in range(1, count + 1):
        size = known.share_size([at, count])
        found.append((at, [at, count], f"{size:,} recording{'' if size == 1 else 's'}"))
    return found


def _move(source: Path, target: Path) -> None:
    """File by file, so that an interrupted move is gone on with."""
    for path in sorted(source.rglob("*")):
        if path.is_dir() or path.name.startswith("."):
            continue
        there = target / path.relative_to(source)
        there.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, there)
    shutil.rmtree(source, ignore_errors=True)


PREPARE = _Prepare("prepare", SPLITS)
TRAIN = _One("train", SPLITS, "checkpoints", "traces", "predictions")
PREDICT = _Predict("predict", (), "predictions")
EVALUATE = _One("judge", ("dev", "test"), "traces", "predictions")
