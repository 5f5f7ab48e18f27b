"""What must hold before work begins on a corpus: nothing is trained or scored on a broken one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jobkit.errors import Refused

from seizure.corpora.inventory.inventory import Fault, Inventory
from seizure.corpora.people import NUMBERED, person
from seizure.corpora.splits import check_disjoint
from seizure.recording import SPLITS, Entry

#: Channels of each montage, in the order in which montages are told.
CHANNELS = {"referential": 19, "bipolar": 18}


def common_montages(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Those that can be made of every recording."""
    return tuple(name for name in CHANNELS if entries and all(name in e.montages for e in entries))


def problems(found: Inventory, splits: Sequence[str] = SPLITS) -> list[Fault]:
    """All that is wrong with these splits, the whole first: a leak between any two splits, a
    training split without a seizure, recordings that cannot be used."""
    every: list[Fault] = []
    try:
        check_disjoint(found.entries)
    except Refused as e:
        every.append(Fault.of(e))
    usable = [entry for entry in found.entries if entry.split in splits]
    train = [entry for entry in usable if entry.split == "train"]
    if train and not any(entry.seizures for entry in train):
        why = f"none of its {len(train):,} recordings has one: nothing can be learnt there"
        hint = f"are the annotations beside the recordings, for instance {train[0].edf}?"
        every.append(Fault("the training split has no seizure", why, hint, "train"))
    if usable and not common_montages(usable):
        lacks = {name: next(e for e in usable if name not in e.montages) for name in CHANNELS}
        why = "; ".join(f"{name} not of {entry.edf}" for name, entry in lacks.items())
        every.append(Fault("no montage can be made of all recordings", why, "keep those apart"))
    faults = [fault for fault in found.faults if fault.split is None or fault.split in splits]
    if not usable and not faults:
        why = f"{found.folder} has nothing in {' or '.join(splits)}"
        every.append(Fault("there is no recording to work on", why))
    return every + faults


def require_sound(found: Inventory, splits: Sequence[str] = SPLITS) -> None:
    """Refused with the first of `problems` and the number of the others; called before any work."""
    every = problems(found, splits)
    if every:
        raise every[0].refused(len(every) - 1)


def _check_layouts(inventories: tuple[Inventory, ...]) -> None:
    families: dict[str, Inventory] = {}
    for found in inventories:
        if found.family in NUMBERED:
            continue
        other = families.setdefault(found.family, found)
        if other.layout != found.layout:
            raise Refused(
                f"{other.name} and {found.name} are the same corpus",
                f"{other.folder} and {found.folder} have the same patients under other names",
                f"use {other.name} or {found.name}, not both",
            )


def same_patient(inventories: Iterable[Inventory]) -> None:
    """Refused: the same patient in two corpora of one run, by corpus and name (CHB-MIT as published
    and as BIDS; chb21 is chb01), or by the signal itself. Two layouts of a corpus whose patients
    have other names in each are refused as a whole."""
    inventories = tuple(inventories)
    _check_layouts(inventories)
    people: dict[str, tuple[Inventory, str]] = {}
    signals: dict[str, tuple[Inventory, str]] = {}
    for found in inventories:
        for entry in found.entries:
            for seen, key in (
                (people, person(found.family, entry.patient)),
                (signals, entry.more.get("content", "")),
            ):
                if not key:
                    continue
                other, place = seen.setdefault(key, (found, str(entry.edf)))
                if other is not found:
                    raise Refused(
                        f"patient {entry.patient} is in two of the datasets",
                        f"in {other.name}: {place}; in {found.name}: {entry.edf}",
                        f"use {other.name} or {found.name}, not both",
                    )
