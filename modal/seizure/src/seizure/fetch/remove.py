"""A dataset goes: what was prepared of it, and what is known of it. A person's own folder stays."""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path

from jobkit import files
from jobkit.events.phase import Phase

from seizure.fetch.inventories import OWN, stamp_of
from seizure.fetch.sync import Place
from seizure.store.remove import remove as remove_store


def stores_of(name: str, data_dir: Path) -> list[Path]:
    """Folders of what was prepared of it, one for each of the settings."""
    form = re.compile(re.escape(name) + r"-[0-9a-f]{12}")
    with contextlib.suppress(FileNotFoundError):
        return sorted(one for one in (data_dir / "stores").iterdir() if form.fullmatch(one.name))
    return []


def remove(name: str, data_dir: Path, phase: Phase, prepared: bool = False) -> None:
    """Removes the stores of a dataset and, unless `prepared`, its inventory and the recordings that
    were made or fetched. Refused, and nothing more is removed, where a run uses a store."""
    place = Place(name, data_dir.absolute())
    waiting = f"another process is bringing {name}; waiting for it"
    try:
        with files.exclusive(data_dir / f"{name}.lock", lambda: phase.events.log(waiting)):
            for one in stores_of(name, data_dir):
                remove_store(one)
                phase.events.log(f"removed {one}")
            if not prepared:
                _forget(place, phase)
    except OSError as e:
        raise files.as_problem(e, f"{name} could not be removed", data_dir) from e


def _forget(place: Place, phase: Phase) -> None:
    stamp = stamp_of(place.data_dir, place.name)
    begun = stamp is None and place.work.exists()
    brought = begun or (stamp is not None and stamp["source"] != OWN)
    # The stamp first: a part of a dataset is none.
    for kind in (".json", ".recordings.json"):
        (place.data_dir / f"{place.name}{kind}").unlink(missing_ok=True)
    for folder in (place.folder, place.work) if brought else ():
        if folder.exists():
            shutil.rmtree(folder)
            phase.events.log(f"removed {folder}")
    if stamp is not None and not brought:
        phase.events.log(f"{place.data_dir / stamp['folder']} stays as it is")
