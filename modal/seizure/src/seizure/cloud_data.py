"""What a job finds on the volume of datasets, and what of it a container copies.

Stamp, inventory and store are copied; a recording's own file never is: who prepares it reads it
from the volume, or the bucket, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from jobkit import machine
from jobkit.cloud.workload import Shared
from jobkit.errors import Problem
from jobkit.files import sha256

from seizure.corpora.inventory import Inventory
from seizure.corpora.inventory.files import recordings_file, stamp_file
from seizure.evaluation.data import inventory_there
from seizure.evaluation.preparing import in_splits
from seizure.job import Job
from seizure.recording import Entry
from seizure.store import recordings
from seizure.store.layout import Layout, store_folder
from seizure.store.settings import Settings
from seizure.store.shares import Parted, shares
from seizure.store.standing import STALE, WHOLE, standing
from seizure.synthetic import NAME as SYNTHETIC


@dataclass(frozen=True)
class Known:
    """The datasets of a job as they are in the folder `data`. `inventories`: None of one that is
    not there."""

    data: Path
    settings: Settings
    splits: tuple[str, ...]
    inventories: Mapping[str, Inventory | None]

    @property
    def names(self) -> list[str]:
        return list(self.inventories)

    @property
    def complete(self) -> bool:
        return all(one is not None for one in self.inventories.values())

    def entries(self, name: str) -> list[Entry]:
        found = self.inventories[name]
        return [] if found is None else in_splits(found, self.splits)

    @property
    def recordings(self) -> int:
        return sum(len(self.entries(name)) for name in self.names)

    def share(self, share: Sequence[int]) -> Parted:
        at, count = share
        return shares({name: self.entries(name) for name in self.names}, count)[at - 1]

    def share_size(self, share: Sequence[int]) -> int:
        return sum(len(entries) for entries in self.share(share).values())

    def lacks(self, share: Sequence[int]) -> bool:
        """Whether something of the share is still to be prepared."""
        return not self.complete or any(
            self.how[name][one.id] != WHOLE
            for name, entries in self.share(share).items()
            for one in entries
        )

    @cached_property
    def how(self) -> dict[str, Mapping[str, str]]:
        """How each recording stands in the store of each dataset."""
        return {
            name: standing(self.folder(name), self.entries(name), self.settings)
            for name in self.names
        }

    def folder(self, name: str) -> Path:
        return store_folder(self.data, name, self.settings)


def known_in(job: Job, splits: Sequence[str], data: Path | None = None) -> Known:
    """`data`: in place of the job's own folder of datasets."""
    at = data or job.data_dir
    inventories = {name: inventory_there(at, name) for name in job.datasets}
    return Known(at, job.settings, tuple(splits), inventories)


def used_by(known: Known) -> Shared:
    """By a job on what is prepared: all of it, and nothing is made."""
    return Shared(
        [
            used
            for name in known.names
            for used in (
                *_described(known, name),
                *_stored(known, name, known.entries(name)),
            )
        ]
    )


def part_of(known: Known, share: Sequence[int], verify: bool) -> Shared:
    """By one that prepares a share: what is prepared of it already, where that is to be verified or
    written anew. Made-up patients that are not there it makes."""
    uses, makes = [], []
    for name, entries in known.share(share).items():
        layout = Layout(known.folder(name).relative_to(known.data))
        store = [one.as_posix() for one in (layout.about, layout.signals, layout.recordings)]
        makes += store
        uses += _described(known, name)
        if known.inventories[name] is None and name == SYNTHETIC:
            made = [name, recordings_file(Path(), name).name, stamp_file(Path(), name).name]
            uses += [name, *store]
            makes += made
        elif known.inventories[name] is not None:
            wanted = (WHOLE, STALE) if verify else (STALE,)
            how = known.how[name]
            uses += _stored(known, name, [one for one in entries if how[one.id] in wanted])
    return Shared(uses, makes)


def _described(known: Known, name: str) -> list[str]:
    layout = Layout(known.folder(name).relative_to(known.data))
    files = (stamp_file(Path(), name), recordings_file(Path(), name), layout.about)
    return [one.as_posix() for one in files]


def _stored(known: Known, name: str, entries: Sequence[Entry]) -> list[str]:
    layout = Layout(known.folder(name).relative_to(known.data))
    both = ((layout.signal(one.id), layout.recording(one.id)) for one in entries)
    return [path.as_posix() for pair in both for path in pair]


def faulty_in(job: Job, data: Path, tell: Callable[[float, float], None]) -> list[str]:
    """Files of the job's stores in `data` that are not as they were written, from there on. Every
    signal is read; `tell(bytes so far, of all)`."""
    layouts = [Layout(store_folder(data, name, job.settings)) for name in job.datasets]
    found = [path for one in layouts for path in sorted(one.recordings.glob("*.json"))]
    sizes = [Layout(path.parents[1]).signal(path.stem) for path in found]
    total = sum(path.stat().st_size for path in sizes if path.exists())
    wrong: list[str] = []
    done = 0
    with ThreadPoolExecutor(min(8, machine.cores())) as pool:
        try:
            for fault, size in pool.map(lambda one: _fault(one, job.settings), found):
                done += size
                tell(done, total)
                if fault is not None:
                    wrong.append(fault.relative_to(data).as_posix())
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return wrong


def _fault(path: Path, settings: Settings) -> tuple[Path | None, int]:
    """(the file of a prepared recording that is damaged, bytes that were read)"""
    try:
        one = recordings.read(path)
    except Problem:
        return path, 0
    signal = Layout(path.parents[1]).signal(path.stem)
    try:
        recordings.check_signal(signal, one, settings)
    except Problem:
        return signal, 0
    same = sha256(signal) == one.checksum
    return (None if same else signal), signal.stat().st_size


def damaged(job: Job, names: Sequence[str]) -> Problem:
    """Why a job on what is prepared cannot go on, though it was copied twice."""
    # "stores/NAME-KEY/signals/ID.f16"
    name = Path(names[0]).parts[1].rpartition("-")[0]
    more = f", and {len(names) - 1:,} more" if len(names) > 1 else ""
    montage = "" if job.settings.montage == "referential" else f" --montage {job.settings.montage}"
    return Problem(
        f"What is prepared of {name} is damaged",
        f"{names[0]} on the volume of datasets is not what was written{more}; copied twice, it is "
        f"the same (prepared at {job.settings.rate} Hz, {job.settings.montage})",
        f"ann-tui prepare --dataset {name} --target modal{montage}",
    )
