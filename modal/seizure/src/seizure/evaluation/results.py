"""What a job leaves: results.json, whole, written last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from seizure.corpora.inventory import Inventory
from seizure.evaluation.data import has_own_splits
from seizure.store.store import Store

FILE = "results.json"
VERSION = 1


def dataset(
    inventory: Inventory, store: Store, data_dir: Path, splits: Sequence[str], share: bool = False
) -> dict[str, Any]:
    """Which recordings a result is of; `synthetic` stands beside every figure that comes from it.
    `store` is told from the folder of datasets on: that is another one in every container. `share`:
    with what it takes to add several up (merging.py)."""
    return {
        "name": inventory.name,
        "layout": inventory.layout,
        "version": inventory.version,
        "licence": inventory.licence,
        "synthetic": inventory.synthetic,
        "own_splits": has_own_splits(inventory),
        "split_hash": store.split_hash,
        "store": store.folder.relative_to(data_dir).as_posix(),
        "splits": [_split(store, split, share) for split in splits],
    }


def _split(store: Store, split: str, share: bool) -> dict[str, Any]:
    of = [one for one in store.recordings if one.split == split]
    who = sorted({one.patient for one in of})
    seconds = sum(one.seconds for one in of)
    return {
        **({"who": who, "seconds": seconds} if share else {}),
        "split": split,
        "patients": len(who),
        "recordings": len(of),
        "hours": round(seconds / 3600, 5),
        "seizures": sum(len(one.seizures) for one in of),
    }
