"""A made-up corpus as files: EDF and HED-SCORE TSV in a BIDS tree, as corpora of the field come."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from jobkit import machine
from jobkit.events import Phase
from jobkit.files import read_json, sha256, sweep

from seizure.recording import Seizure
from seizure.store.workers import share_out
from seizure.synthetic import NAME, frozen
from seizure.synthetic import recipe as recipes
from seizure.synthetic.head import NAMES
from seizure.synthetic.recipe import RATE, Person, Recipe, make, people

#: When every recording is said to begin.
START = datetime(2001, 1, 1)
_COLUMNS = (
    "onset",
    "duration",
    "eventType",
    "confidence",
    "channels",
    "dateTime",
    "recordingDuration",
)

#: Seconds, about three years.
_TIMES = 100_000_000
_ABOUT = "dataset_description.json"
#: In it, by which readers know that nobody was recorded.
_KEY = "ann_tui_synthetic"

Task = tuple[Path, Recipe, Person]


def write_corpus(folder: Path, phase: Phase, recipe: Recipe | None = None) -> str:
    """Makes all patients of a recipe (the ordinary one if none is given) below `folder`, on all
    cores, and returns the SHA-256 of their files. What is there of it already is not made again.

    Signals are rounded to tenths of a microvolt, which hides the last bits in which processors and
    libraries differ. Where a file is another one all the same, that is told: figures may then
    differ in their last digits.

    Errors: Problem where the disk is full."""
    made = recipe or recipes.ORDINARY
    if recipe_of(folder) not in (None, made.key()):
        shutil.rmtree(folder)
    everybody = people(made)
    _write_about(folder, made, everybody)
    sums: dict[int, str] = {}

    def done(at: int, found: str) -> None:
        sums[at] = found
        left = (len(everybody) - len(sums)) * phase.seconds / len(sums)
        phase.progress(len(sums), len(everybody), "patients", left, "Making patients")

    tasks: list[Task] = [(folder, made, one) for one in everybody]
    share_out(tasks, write_person, machine.cores(), lambda _at, _number: None, done)
    date(folder)
    found = hashlib.sha256("".join(sums[at] for at in range(len(tasks))).encode()).hexdigest()
    if recipe is None and found != frozen.SHA256:
        phase.events.warn(
            f"{NAME} is not the same to the last bit as elsewhere ({found[:12]}, not "
            f"{frozen.SHA256[:12]}): this processor or numpy rounds otherwise, and figures may "
            "differ in their last digits"
        )
    return found


def date(folder: Path) -> None:
    """Gives all files of a made-up corpus one time, which says no more than their recipe.
    Inventories and stores know files by size and time: what is the same everywhere has the same
    ones everywhere, and patients of another recipe have others."""
    begun = START.replace(tzinfo=timezone.utc).timestamp()
    time = begun + int(recipe_of(folder) or "0", 16) % _TIMES
    for path in folder.rglob("*"):
        if path.is_file():
            os.utime(path, (time, time))


def recipe_of(folder: Path) -> str | None:
    """The key of the recipe that a corpus was made by; None for anything else."""
    found = (read_json(folder / _ABOUT) or {}).get(_KEY)
    return found if isinstance(found, str) else None


def write_person(task: Task, _tell: Any) -> str:
    """One patient's files, the EDF last; returns a line of each, as sha256sum prints it."""
    from seizure.edf.write import Channel, write_edf

    folder, recipe, person = task
    stem = f"sub-{person.name}_ses-01_task-szMonitoring_run-00"
    place = folder / f"sub-{person.name}" / "ses-01" / "eeg"
    edf = place / f"{stem}_eeg.edf"
    table, about = place / f"{stem}_events.tsv", place / f"{stem}_eeg.json"
    if not edf.exists():
        place.mkdir(parents=True, exist_ok=True)
        sweep(place, edf.name)
        signal, seizures = make(recipe, person)
        table.write_text(tsv(seizures, person.seconds), encoding="utf-8")
        about.write_text(_json(_sidecar(person)), encoding="utf-8")
        channels = [
            Channel(f"{name}-Avg", RATE, row) for name, row in zip(NAMES, signal, strict=True)
        ]
        write_edf(edf, channels, START)
    return "".join(
        f"{sha256(file)}  {file.relative_to(folder).as_posix()}\n" for file in (edf, about, table)
    )


def tsv(seizures: Sequence[Seizure], seconds: float) -> str:
    """A table of HED-SCORE. A recording without a seizure has one row of background."""
    rows = [(s.start, s.seconds, s.kind.replace("-", "_")) for s in sorted(seizures)]
    lines = [
        f"{onset:.2f}\t{duration:.2f}\t{kind}\tn/a\tn/a\t{START:%Y-%m-%d %H:%M:%S}\t{seconds:.2f}"
        for onset, duration, kind in rows or [(0.0, float(seconds), "bckg")]
    ]
    return "\n".join(["\t".join(_COLUMNS), *lines, ""])


def _write_about(folder: Path, recipe: Recipe, everybody: Sequence[Person]) -> None:
    """What is there beside the patients: what this is, and who is in which split."""
    folder.mkdir(parents=True, exist_ok=True)
    description = {
        "Name": NAME,
        "BIDSVersion": "1.9.0",
        "DatasetType": "raw",
        "DatasetVersion": recipe.key(),
        "License": "CC0-1.0",
        "Authors": ["nobody: these patients are made up"],
        "GeneratedBy": [{"Name": "ann-tui"}],
        _KEY: recipe.key(),
    }
    (folder / _ABOUT).write_text(_json(description), encoding="utf-8")
    rows = [f"sub-{one.name}\t{one.split}" for one in everybody]
    table = "\n".join(["participant_id\tsplit", *rows, ""])
    (folder / "participants.tsv").write_text(table, encoding="utf-8")


def _sidecar(person: Person) -> dict[str, Any]:
    return {
        "TaskName": "szMonitoring",
        "SamplingFrequency": RATE,
        "EEGReference": "average",
        "PowerLineFrequency": "n/a",
        "SoftwareFilters": "n/a",
        "EEGChannelCount": len(NAMES),
        "RecordingDuration": person.seconds,
        "RecordingType": "continuous",
    }


def _json(value: Any) -> str:
    return json.dumps(value, indent=1) + "\n"
