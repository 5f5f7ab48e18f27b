"""Recordings that a job is about: here, and fit for use."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jobkit.errors import Refused
from jobkit.events import Phase

from seizure import synthetic
from seizure.corpora.corpus import open_corpus
from seizure.corpora.inventory import Inventory, files, require_sound, same_patient, take
from seizure.corpora.splits import assign
from seizure.fetch.inventories import folder_of
from seizure.fetch.sync import sync
from seizure.job import EvaluateJob, Job, PrepareJob, TrainJob
from seizure.program import Events

#: Splits that each dataset of a job needs a recording in, and what it cannot be where it has none.
_NEEDED = {EvaluateJob: (("test",), "evaluated"), TrainJob: (("train", "dev"), "trained on")}


def inventories(job: Job, splits: Sequence[str], events: Events) -> list[Inventory]:
    """Of each dataset of the job, in its order. Made-up patients are made here; all else has to be
    here. Refused where it is not, where it leaks, or has nothing in `splits`. In a container of
    Modal the inventory is what it was when the recordings were brought there."""
    there = is_there(job)
    for name in job.datasets:
        with Phase(events, "data", name) as phase:
            if there:
                _have_there(job, name, phase)
            else:
                _have(name, job.data_dir, phase)
    found = []
    for name in job.datasets:
        with Phase(events, "inventory", name):
            found.append(_read(job, name))
            require_sound(found[-1], splits)
            _require(found[-1], *_NEEDED.get(type(job), ((), "")))
            _say(found[-1], events)
    same_patient(found)
    return found


def is_there(job: Job) -> bool:
    """Whether it works on a copy, in a container of Modal."""
    return job.share is not None if isinstance(job, PrepareJob) else job.prepared


def _read(job: Job, name: str) -> Inventory:
    found = files.read(job.data_dir, name)
    if isinstance(job, PrepareJob) and job.recordings is not None and not found.folder.is_dir():
        return files.read(job.data_dir, name, job.recordings)
    return found


def _have_there(job: Job, name: str, phase: Phase) -> None:
    """Made-up patients are made by the part that is to prepare all of them."""
    if inventory_there(job.data_dir, name) is not None:
        return
    if name == synthetic.NAME and isinstance(job, PrepareJob):
        sync(name, job.data_dir, phase, timeless=True)
        return
    raise Refused(
        f"{name} is not at Modal", "the volume of datasets has no inventory of it",
        f"ann-tui sync {name} --target modal",
    )  # fmt: skip


def inventory_there(data_dir: Path, name: str) -> Inventory | None:
    """Of recordings on a volume or in a bucket; None where they were not brought there."""
    try:
        found = files.read(data_dir, name)
    except Refused:
        return None
    return found if found.timeless else None


def _require(found: Inventory, splits: Sequence[str], be: str) -> None:
    here = {one.split for one in found.entries}
    for split in splits:
        if split not in here:
            why = f"it has no recording in its {split} split"
            raise Refused(f"{found.name} cannot be {be}", why, "ann-tui datasets")


def has_own_splits(found: Inventory) -> bool:
    """Whether its splits are other ones than `corpora.splits.assign` makes of nothing but names."""
    split_of = {one.patient: one.split for one in found.entries}
    return assign(split_of) != split_of


def _have(name: str, data_dir: Path, phase: Phase) -> None:
    """What changed since its inventory was taken is inventoried anew."""
    if name != synthetic.NAME and folder_of(data_dir, name) is None:
        raise Refused(
            f"{name} is not here", f"{data_dir / name}.json does not say where its recordings are",
            f"ann-tui sync {name}",
        )  # fmt: skip
    sync(name, data_dir, phase)


def _say(found: Inventory, events: Events) -> None:
    for one in found.notices:
        events.log(f"{found.name}: {one.count:,} {one.says} (the first: {one.first})")
    if found.synthetic:
        events.log(f"{found.name}: synthetic; its patients are made up")
    if not has_own_splits(found):
        events.log(
            f"{found.name} has no splits of its own: patients were put into train, dev and test by "
            "their names"
        )


def inventory_at(what: str, data_dir: Path, phase: Phase) -> Inventory:
    """`what`: a dataset's name, or else a folder, whose inventory is taken now."""
    if folder_of(data_dir, what) is not None:
        return files.read(data_dir, what)
    folder = Path(what)
    if not folder.is_dir():
        why = f"it is neither a folder nor a dataset in {data_dir}"
        raise Refused(f"{what} is not known", why, "ann-tui datasets")
    return take(open_corpus(folder.absolute()), phase)
