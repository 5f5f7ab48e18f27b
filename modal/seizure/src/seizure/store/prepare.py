"""A data set, prepared: every recording of some splits, in parallel, going on where it was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jobkit.errors import Refused
from jobkit.events.phase import Phase
from jobkit.files import as_problem, exclusive

from seizure.corpora.inventory import Inventory, require_sound
from seizure.recording import Entry
from seizure.store.about import About, count_splits, write_about
from seizure.store.chain.resample import WIDEST
from seizure.store.disk import require_space
from seizure.store.layout import Layout
from seizure.store.progress import Progress
from seizure.store.record import Task, prepare_recording
from seizure.store.recordings import Stored
from seizure.store.settings import Settings
from seizure.store.store import Store, open_store
from seizure.store.tidy import settle, sweep
from seizure.store.verify import verify
from seizure.store.workers import share_out


@dataclass(frozen=True)
class Share:
    """`recordings`: ids. `far`: their files lie elsewhere, see `Task`."""

    recordings: frozenset[str]
    far: bool


#: Called for each recording of the splits, once: one that was prepared before as well.
OnPrepared = Callable[[Entry, Stored], None]


def prepare(
    inventory: Inventory, out: Path, settings: Settings, splits: Sequence[str], workers: int,
    phase: Phase, on_prepared: OnPrepared, verified: bool = False, share: Share | None = None,
) -> Store:  # fmt: skip
    """Prepares the recordings of `splits` into the folder `out`, the largest first, and opens the
    store. What is prepared already is kept, what the inventory has otherwise by now is brought up
    to it, and what it no longer has is removed. The bytes of a store depend on inventory, files and
    settings alone. `verified`: the checksums of all that is there are compared first, and what is
    damaged is prepared anew. `share`: what of it is prepared here, where others prepare the rest.

    Errors: Refused where the inventory leaks a patient, a recording cannot be made into the
    montage, its file has changed since, or something would have to change that is just being read;
    Problem where the disk is or becomes full. Finished recordings stay."""
    require_sound(inventory, splits)
    entries = [one for one in inventory.entries if one.split in splits]
    _require_montage(inventory, entries, settings)
    if share is not None:
        entries = [one for one in entries if one.id in share.recordings]
    layout = Layout(out)
    for one in entries:
        layout.signal(one.id)  # Refused where that is no name for a file
    try:
        layout.make()
        waiting = f"another process prepares {inventory.name}; waiting for it"
        with exclusive(layout.writer, lambda: phase.events.log(waiting)):
            there = settle(layout, inventory, settings)
            write_about(layout.about, _about(inventory, settings))
            if verified:
                verify(layout, inventory.name, there, phase)
            far = share is not None and share.far
            _prepare(inventory, layout, settings, entries, there, workers, phase, on_prepared, far)
    except OSError as e:
        raise as_problem(e, f"{inventory.name} cannot be prepared", out) from e
    return open_store(out)


def _require_montage(inventory: Inventory, entries: Sequence[Entry], settings: Settings) -> None:
    for one in entries:
        if settings.montage not in one.montages:
            can = " or ".join(one.montages) or "no montage"
            why = f"{one.edf} cannot be made {settings.montage}, only {can}"
            raise Refused(
                f"{inventory.name} cannot be prepared",
                why,
                f"choose the montage {one.montages[0]}" if one.montages else None,
            )


def _tell_slow(entries: Sequence[Entry], settings: Settings, phase: Phase) -> None:
    """Recordings whose own rate cannot hold the band: they are usable, but not like the others."""
    slow = [one for one in entries if one.rate * WIDEST < settings.high]
    if slow:
        first = min(slow, key=lambda one: one.rate)
        phase.events.warn(
            f"{len(slow)} of {len(entries)} recordings are sampled too slowly for "
            f"{settings.high:g} Hz: nothing above {first.rate * WIDEST:g} Hz is in {first.edf}"
        )


def _about(inventory: Inventory, settings: Settings) -> About:
    return About(
        settings=settings,
        dataset=inventory.name,
        layout=inventory.layout,
        version=inventory.version,
        licence=inventory.licence,
        synthetic=inventory.synthetic,
        split_hash=inventory.split_hash,
        expected=count_splits(one.split for one in inventory.entries),
    )


def _prepare(
    inventory: Inventory, layout: Layout, settings: Settings, entries: Sequence[Entry],
    there: dict[str, Stored], workers: int, phase: Phase, on_prepared: OnPrepared, far: bool,
) -> None:  # fmt: skip
    left = [one for one in entries if one.id not in there]
    # The longest first, so that none is begun when all others are through; ties by name, so that a
    # run is like the next.
    left.sort(key=lambda one: (-one.seconds, one.id))
    for one in entries:
        if one.id in there:
            on_prepared(one, there[one.id])
    if not left:
        return
    _tell_slow(left, settings, phase)
    require_space(layout.folder, left, settings, workers, inventory.name, far)
    progress = Progress(phase, entries, left)

    def done(index: int, made: Stored) -> None:
        progress.done(index)
        on_prepared(left[index], made)

    tasks = [Task(layout.folder, inventory.name, one, settings, far) for one in left]
    try:
        share_out(tasks, prepare_recording, workers, progress.told, done)
    finally:
        sweep(layout)
