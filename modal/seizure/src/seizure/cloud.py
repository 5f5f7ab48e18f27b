"""Preparing, training and evaluating as jobkit.cloud knows them: the whole job is one part."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jobkit.cloud.workload import PARTS, Part, Plain
from jobkit.files import read_json, write_json

from seizure.corpora.inventory.files import recordings_file, stamp_file
from seizure.job import parse
from seizure.program import PROGRAM
from seizure.store.layout import store_folder

RESULT = "results.json"


class _One(Plain):
    """Implements jobkit.cloud.workload.Workload. `phase`: what its container does. `kept`: folders
    of a job that go with its result."""

    program = PROGRAM
    result = RESULT

    def __init__(self, phase: str, *kept: str) -> None:
        self.phase = phase
        self._kept = kept

    def job(self, given: Mapping[str, Any], run: Path, data: Path) -> dict[str, Any]:
        found = {**given, "data_dir": str(data)}
        if found.get("source"):  # beside the run
            found["source"] = str(run / found["source"])
        if found.get("checkpoints"):  # carried there
            shelf = run.parent.parent
            found["checkpoints"] = [
                {**one, **{key: str(shelf / one[key]) for key in ("folder", "source") if key in one}}
                for one in found["checkpoints"]
            ]
        return found

    def split(self, job: dict[str, Any]) -> list[Part]:
        return [Part("w1", ", ".join(parse(job).datasets), job)]

    def shared_data(self, job: Mapping[str, Any]) -> list[str]:
        """Recordings that are made, and stores of them: what one run has made no other makes."""
        parsed = parse(job)
        return [
            shared
            for name in parsed.datasets
            for shared in (
                name,
                recordings_file(Path(), name).name,
                stamp_file(Path(), name).name,
                store_folder(Path(), name, parsed.settings).as_posix(),
            )
        ]

    def fetched(self, job: Mapping[str, Any], data: Path) -> None:
        """Recordings are known by the times of their files."""
        from seizure.synthetic.corpus import date, recipe_of

        for name in parse(job).datasets:
            if recipe_of(data / name) is not None:
                date(data / name)

    def merge(
        self, run: Path, parts: Sequence[Part], data: Path, seconds: float,
        decided: Mapping[str, dict[str, Any]],
    ) -> list[dict[str, Any]]:  # fmt: skip
        """The part's files are the run's. A part that was not finished has none."""
        for part in parts:
            folder = run / PARTS / part.name
            for name in self._kept:
                _copy(folder / name, run / name)
            found = read_json(folder / RESULT)
            if found is not None:
                write_json(run / RESULT, found)
        return []

    def is_done(self, part: Path) -> bool:
        return read_json(part / RESULT) is not None


def _copy(source: Path, target: Path) -> None:
    """Files appear whole; one that was being written when its container ended is left."""
    for path in sorted(source.rglob("*")):
        if path.is_dir() or path.name.startswith("."):
            continue
        there = target / path.relative_to(source)
        there.parent.mkdir(parents=True, exist_ok=True)
        beside = there.with_name(f".{there.name}.{os.getpid()}")
        try:
            shutil.copyfile(path, beside)
            os.replace(beside, there)
        finally:
            beside.unlink(missing_ok=True)


PREPARE = _One("prepare")
TRAIN = _One("train", "checkpoints", "traces", "predictions")
EVALUATE = _One("judge", "traces", "predictions")
