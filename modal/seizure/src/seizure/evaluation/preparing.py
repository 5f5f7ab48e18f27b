"""Stores of a job's datasets: what is there is used, the rest is prepared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from jobkit.events import Phase

from seizure.corpora.inventory import Inventory
from seizure.job import Job, PrepareJob
from seizure.program import Events
from seizure.recording import Entry
from seizure.store.layout import store_folder
from seizure.store.prepare import prepare
from seizure.store.recordings import Stored
from seizure.store.store import Store


@contextmanager
def stores(
    job: Job, inventories: Sequence[Inventory], splits: Sequence[str],
    events: Events,
) -> Iterator[list[Store]]:  # fmt: skip
    """One for each inventory, with all recordings of `splits`, open until the end of the `with`.
    When preparing is the job, what is there is verified first, and each recording is told as
    `prepared`, once over all attempts."""
    told = {(e["dataset"], e["recording"]) for e in events.earlier.kept if e["type"] == "prepared"}
    found: list[Store] = []
    with ExitStack() as opened:
        for inventory in inventories:

            def tell(entry: Entry, one: Stored, name: str = inventory.name) -> None:
                if isinstance(job, PrepareJob) and (name, one.id) not in told:
                    events.emit("prepared", **about(name, one), **_treated(one))

            folder = store_folder(job.data_dir, inventory.name, job.settings)
            last = isinstance(job, PrepareJob) and inventory is inventories[-1]
            with Phase(events, "prepare", inventory.name, last) as phase:
                store = prepare(
                    inventory, folder, job.settings, splits, job.workers, phase, tell,
                    verified=isinstance(job, PrepareJob),
                )  # fmt: skip
                found.append(opened.enter_context(store))
            events.log(f"{inventory.name}: prepared in {folder}")
        yield found


def about(dataset: str, one: Stored) -> dict[str, Any]:
    """What `prepared` and `judged` say of a recording."""
    return {
        "dataset": dataset, "recording": one.id, "patient": one.patient, "split": one.split,
        "hours": round(one.seconds / 3600, 5), "seizures": len(one.seizures),
    }  # fmt: skip


def _treated(one: Stored) -> dict[str, int]:
    return {"masked": len(one.masked), "interpolated": len(one.interpolated)}
