"""Whose recordings these are, in short: by it two datasets of one run are set beside each other
before anything is begun."""

from __future__ import annotations

from typing import Any

from seizure.corpora.inventory.inventory import Inventory
from seizure.corpora.people import NUMBERED, hashed, person

#: Hex digits of a signal's hash: enough for a hundred thousand of them.
DIGITS = 12


def whose(found: Inventory) -> dict[str, Any]:
    """What `same_patient` goes by, as JSON. `corpus`: the family whose patients have other names
    in another layout of it; null where numbers are kept. `people` and `signals`: hashes, for names
    are not passed on."""
    signals = {entry.more.get("content", "")[:DIGITS] for entry in found.entries} - {""}
    people = {hashed(person(found.family, entry.patient)) for entry in found.entries}
    return {
        "corpus": None if found.family in NUMBERED else found.family,
        "people": sorted(people),
        "signals": sorted(signals),
    }
