"""Stores of a job's datasets: what is there is used, the rest is prepared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from jobkit.errors import Refused
from jobkit.events import Phase

from seizure.corpora.inventory import Inventory
from seizure.job import Job, PrepareJob
from seizure.program import Events
from seizure.recording import Entry
from seizure.store.layout import store_folder
from seizure.store.prepare import Share, prepare
from seizure.store.recordings import Stored
from seizure.store.shares import shares
from seizure.store.standing import WHOLE, standing
from seizure.store.store import Store, open_store


@contextmanager
def stores(
    job: Job, inventories: Sequence[Inventory], splits: Sequence[str],
    events: Events,
) -> Iterator[list[Store]]:  # fmt: skip
    """One for each inventory, with all recordings of `splits` (or the job's share of them), open
    until the end of the `with`. When preparing is the job, what is there is verified first, and
    each recording is told as `prepared`, once over all attempts."""
    told = {(e["dataset"], e["recording"]) for e in events.earlier.kept if e["type"] == "prepared"}
    share = _share(job, inventories, splits)
    found: list[Store] = []
    with ExitStack() as opened:
        for inventory in inventories:

            def tell(entry: Entry, one: Stored, name: str = inventory.name) -> None:
                if isinstance(job, PrepareJob) and (name, one.id) not in told:
                    events.emit("prepared", **about(name, one), **_treated(one))

            folder = store_folder(job.data_dir, inventory.name, job.settings)
            last = isinstance(job, PrepareJob) and inventory is inventories[-1]
            with Phase(events, "prepare", inventory.name, last) as phase:
                if not isinstance(job, PrepareJob) and job.prepared:
                    store = _prepared(job, inventory, splits)
                else:
                    store = prepare(
                        inventory, folder, job.settings, splits, job.workers, phase, tell,
                        verified=isinstance(job, PrepareJob) and job.verify,
                        share=share.get(inventory.name),
                    )  # fmt: skip
                found.append(opened.enter_context(store))
            events.log(f"{inventory.name}: prepared in {folder}")
        yield found


def in_splits(inventory: Inventory, splits: Sequence[str]) -> list[Entry]:
    return [one for one in inventory.entries if one.split in splits]


def _share(
    job: Job, inventories: Sequence[Inventory], splits: Sequence[str]
) -> dict[str, Share]:  # fmt: skip
    """What of each dataset is the job's; empty where it is all. What is not to be verified and is
    whole where the store lies for good is no work, and was not copied."""
    if not isinstance(job, PrepareJob) or job.share is None:
        return {}
    at, count = job.share
    of = shares({one.name: in_splits(one, splits) for one in inventories}, count)[at - 1]
    found = {}
    for one in inventories:
        how: Mapping[str, str] = {}
        if not job.verify and job.recordings is not None:
            there = store_folder(job.recordings, one.name, job.settings)
            how = standing(there, of[one.name], job.settings)
        ids = frozenset(entry.id for entry in of[one.name] if how.get(entry.id) != WHOLE)
        found[one.name] = Share(ids, not one.folder.is_relative_to(job.data_dir))
    return found


def _prepared(job: Job, inventory: Inventory, splits: Sequence[str]) -> Store:
    """The store as it is. Refused where a recording is not prepared, or not as its inventory
    says."""
    folder = store_folder(job.data_dir, inventory.name, job.settings)
    found = standing(folder, in_splits(inventory, splits), job.settings)
    lacking = [one for one, how in found.items() if how != WHOLE]
    if lacking:
        more = f" and {len(lacking) - 1:,} more are" if len(lacking) > 1 else " is"
        why = f"{lacking[0]}{more} not on the volume of datasets as its inventory says"
        hint = f"ann-tui prepare --dataset {inventory.name} --target modal"
        raise Refused(f"{inventory.name} is not prepared", why, hint)
    return open_store(folder)


def about(dataset: str, one: Stored) -> dict[str, Any]:
    """What `prepared` and `judged` say of a recording."""
    return {
        "dataset": dataset, "recording": one.id, "patient": one.patient, "split": one.split,
        "hours": round(one.seconds / 3600, 5), "seizures": len(one.seizures),
    }  # fmt: skip


def _treated(one: Stored) -> dict[str, int]:
    return {"masked": len(one.masked), "interpolated": len(one.interpolated)}
