"""What a person sees of an inventory before any work, as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from seizure.corpora.inventory.inventory import Inventory
from seizure.corpora.inventory.sound import CHANNELS, common_montages, problems
from seizure.notices import Counted
from seizure.recording import SPLITS, Entry

VERSION = 1
#: Hz of a store with the settings that nobody changed, and bytes of a float16.
STORE_RATE, STORE_BYTES = 256, 2
#: More errors than a person reads; their number is told.
MOST_ERRORS = 20


def summary(found: Inventory) -> dict[str, Any]:
    """Per split patients, recordings, hours, seizures and their hours, rates in Hz, kinds; montages
    that can be made of all recordings; bytes of a store at 256 Hz for each montage; notices;
    errors. Splits without a recording are left out."""
    by_split = {name: [e for e in found.entries if e.split == name] for name in SPLITS}
    return {
        "v": VERSION,
        "layout": found.layout,
        "version": found.version,
        "licence": found.licence,
        "synthetic": found.synthetic,
        "split_hash": found.split_hash,
        "splits": [_split(name, entries) for name, entries in by_split.items() if entries],
        "montages": list(common_montages(found.entries)),
        "store_bytes": {name: store_bytes(found.entries, name) for name in CHANNELS},
        "notices": [
            {"kind": n.kind, "says": n.says, "count": n.count, "first": n.first}
            for n in (*found.notices, *_silent(by_split), *_lacking(found.entries))
        ],
        "errors": _errors(found),
    }


def store_bytes(entries: Sequence[Entry], montage: str, rate: float = STORE_RATE) -> int:
    """Of the signals of a store: channels x seconds x rate x 2 bytes, of those recordings of which
    the montage can be made."""
    seconds = sum(entry.seconds for entry in entries if montage in entry.montages)
    return round(CHANNELS[montage] * seconds * rate * STORE_BYTES)


def _split(name: str, entries: list[Entry]) -> dict[str, Any]:
    seizures = [s for entry in entries for s in entry.seizures]
    kinds = Counter(s.kind for s in seizures)
    return {
        "split": name,
        "patients": len({entry.patient for entry in entries}),
        "recordings": len(entries),
        "hours": round(sum(entry.seconds for entry in entries) / 3600, 4),
        "seizures": len(seizures),
        "seizure_hours": round(sum(s.seconds for s in seizures) / 3600, 4),
        "rates": sorted({_plain(entry.rate) for entry in entries}),
        "kinds": dict(sorted(kinds.items(), key=lambda one: (-one[1], one[0]))),
    }


def _plain(rate: float) -> float:
    return int(rate) if rate == int(rate) else rate


def _silent(by_split: dict[str, list[Entry]]) -> list[Counted]:
    """Splits to evaluate on that have no seizure: nothing can be missed there."""
    says = "have no seizure among them: only false alarms can be counted there"
    return [
        Counted(f"no-seizures-{name}", f"of {name} {says}", len(entries), str(entries[0].edf))
        for name in SPLITS[1:]
        if (entries := by_split[name]) and not any(entry.seizures for entry in entries)
    ]


def _lacking(entries: Sequence[Entry]) -> list[Counted]:
    """Montages that can be made of some recordings only."""
    found = []
    for name in CHANNELS:
        without = [entry for entry in entries if name not in entry.montages]
        if 0 < len(without) < len(entries):
            says = f"cannot be made {name}, unlike the others"
            found.append(Counted(f"no-{name}", says, len(without), str(without[0].edf)))
    return found


def _errors(found: Inventory) -> list[dict[str, Any]]:
    every = problems(found, SPLITS)
    told = [
        {"what": f.what, "why": f.why}
        | ({"split": f.split} if f.split else {})
        | ({"hint": f.hint} if f.hint else {})
        for f in every[:MOST_ERRORS]
    ]
    if len(every) > MOST_ERRORS:
        told.append({"what": f"{len(every) - MOST_ERRORS:,} more", "why": "as those above"})
    return told
