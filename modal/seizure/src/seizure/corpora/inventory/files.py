"""A dataset of recordings among the datasets: NAME.json, its stamp, and NAME.recordings.json."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jobkit.errors import Refused
from jobkit.files import as_problem, read_json, write_json

from seizure.corpora.inventory.inventory import Inventory
from seizure.corpora.inventory.whose import whose

OF = "recordings"


def stamp_file(datasets: Path, name: str) -> Path:
    return datasets / f"{name}.json"


def recordings_file(datasets: Path, name: str) -> Path:
    return datasets / f"{name}.recordings.json"


def write(datasets: Path, name: str, found: Inventory, source: str) -> dict[str, Any]:
    """Writes both, the stamp last, and returns it. `source`: where the recordings came from, a URL
    or "folder". Each file is written whole or not at all."""
    own = datasets / name
    inside = found.folder.resolve() == own.resolve()
    stamp = {
        "name": name,
        "of": OF,
        "folder": name if inside else str(found.folder.resolve()),
        "bytes": sum(entry.bytes for entry in found.entries),
        "source": source,
        "inventory": found.summary(),
        "whose": whose(found),
    }
    try:
        datasets.mkdir(parents=True, exist_ok=True)
        write_json(recordings_file(datasets, name), found.to_json())
        write_json(stamp_file(datasets, name), stamp)
    except OSError as e:
        raise as_problem(e, f"the inventory of {name} could not be written", datasets) from None
    return stamp


def read(datasets: Path, name: str, recordings: Path | None = None) -> Inventory:
    """The inventory of a dataset whose stamp is there. `recordings`: the folder of datasets that
    its files lie in, where that is another. Refused: none, or damaged."""
    stamp = read_json(stamp_file(datasets, name))
    if stamp is None or stamp.get("of") != OF or not isinstance(stamp.get("folder"), str):
        why = f"{stamp_file(datasets, name)} is not the stamp of a dataset of recordings"
        raise Refused(f"{name} is no dataset of recordings here", why, "ann-tui datasets")
    value = read_json(recordings_file(datasets, name))
    if value is None:
        why = f"{recordings_file(datasets, name)} is missing or damaged"
        raise Refused(f"the inventory of {name} cannot be read", why, "ann-tui datasets")
    return Inventory.from_json(value, (recordings or datasets) / stamp["folder"])
