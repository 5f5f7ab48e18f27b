"""What lies in a store before a preparation begins: half-written files go, the rest is brought up
to the inventory."""

from __future__ import annotations

import contextlib
from contextlib import AbstractContextManager
from pathlib import Path

from jobkit.errors import Problem

from seizure.corpora.inventory import Inventory
from seizure.store import recordings
from seizure.store.layout import Layout
from seizure.store.locks import alone
from seizure.store.recordings import Stored
from seizure.store.settings import Settings


def settle(layout: Layout, inventory: Inventory, settings: Settings) -> dict[str, Stored]:
    """The recordings that are prepared, by id. To be called by whoever alone prepares.

    Removed: what a killed preparation left, recordings that the inventory no longer has or whose
    file is another by now, and damaged ones. Where patient, split or seizures are others by now,
    the JSON is written anew and the signal stays. Refused where something would have to change and
    a reader has the store."""
    sweep(layout)
    wanted = {one.id: one for one in inventory.entries}
    kept: dict[str, Stored] = {}
    gone: list[Path] = []
    changed: list[Stored] = []
    for path in sorted(layout.recordings.glob("*.json")):
        found, entry = _sound(layout, path, settings), wanted.get(path.stem)
        if entry is None or found is None or not found.is_of(entry):
            gone.append(path)
            continue
        kept[path.stem] = found.with_entry(entry)
        if kept[path.stem] != found:
            changed.append(kept[path.stem])
    if gone or changed:
        with nobody_reads(layout, inventory.name):
            for path in gone:
                path.unlink()
            for one in changed:
                recordings.write(layout.recording(one.id), one)
    for path in layout.signals.iterdir():
        if path.stem not in kept:
            path.unlink()
    return kept


def nobody_reads(layout: Layout, dataset: str) -> AbstractContextManager[None]:
    """While something that is there is changed; Refused where a reader has the store."""
    what = f"What is prepared of {dataset} cannot be changed"
    why = f"some of it is damaged or out of date, and a run reads {layout.folder}"
    return alone(layout.readers, what, why, "wait for that run, or stop it: ann-tui runs")


def _sound(layout: Layout, path: Path, settings: Settings) -> Stored | None:
    """What a JSON tells, None where it or its signal is damaged."""
    with contextlib.suppress(Problem):
        found = recordings.read(path)
        recordings.check_signal(layout.signal(found.id), found, settings)
        return found
    return None


def sweep(layout: Layout) -> None:
    """Removes what is half-written. To be called by whoever alone prepares."""
    for folder in (layout.folder, layout.signals, layout.recordings):
        for path in folder.glob(".*"):
            if path.is_file():
                path.unlink(missing_ok=True)
