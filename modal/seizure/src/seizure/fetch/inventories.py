"""Taking a dataset's inventory, telling what is odd, stamping it; and whether it still holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobkit.errors import Problem, Refused
from jobkit.events.phase import Phase
from jobkit.files import read_json

if TYPE_CHECKING:
    from seizure.annotations.rows import Rules
    from seizure.corpora.inventory import Inventory
    from seizure.fetch.zenodo import Record


#: `source` of a stamp whose recordings lie in a person's own folder.
OWN = "folder"


@dataclass(frozen=True)
class Decided:
    """What a person says of doubtful annotations: see `annotations.rows.Rules`. What is not said
    now stays as it was said of the same folder before."""

    unlabelled: bool = False
    long_seizures: str | None = None

    def after(self, earlier: Inventory | None) -> Rules:
        from seizure.annotations.rows import STRICT, Rules

        before = STRICT if earlier is None else earlier.rules
        return Rules(
            self.unlabelled or before.unlabelled, self.long_seizures or before.long_seizures
        )


def folder_of(data_dir: Path, name: str) -> Path | None:
    """Where stamped recordings lie; None for what has no stamp."""
    stamp = stamp_of(data_dir, name)
    return None if stamp is None else data_dir / stamp["folder"]


def stamp_of(data_dir: Path, name: str) -> dict[str, Any] | None:
    """What stands beside recordings whose inventory was taken; None for what has none."""
    stamp = read_json(data_dir / f"{name}.json")
    if stamp is None or stamp.get("of") != "recordings" or not isinstance(stamp.get("folder"), str):
        return None
    return stamp


def stamped(
    name: str,
    data_dir: Path,
    folder: Path,
    source: str,
    phase: Phase,
    decided: Decided | None = None,
    record: Record | None = None,
    timeless: bool = False,
) -> dict[str, Any]:
    """Takes the inventory of `folder` and stamps it. `record`: of which it is; its word on
    licence and version holds. `timeless`: see `Entry`."""
    earlier = _earlier(data_dir, name)
    found = _take(name, folder, phase, earlier, decided, timeless)
    if record is not None:
        found = replace(
            found,
            licence=record.licence or found.licence,
            version=record.version or found.version,
        )
    return _write(name, data_dir, found, source, phase)


def again(
    name: str, data_dir: Path, folder: Path, phase: Phase, decided: Decided | None = None,
    timeless: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """The stamp of recordings that are as they were; else what changed is told, and they are
    stamped anew. Only what changed is opened. Problem when their folder is gone."""
    from seizure.corpora.inventory.whose import whose

    stamp, earlier = stamp_of(data_dir, name), _earlier(data_dir, name)
    if not folder.is_dir():
        raise Problem(
            f"The recordings of {name} are gone", f"there is no folder {folder} any more",
            f"ann-tui sync {name} --from FOLDER",
        )  # fmt: skip
    found = _take(name, folder, phase, earlier, decided, timeless)
    if earlier is not None and stamp is not None:
        if stamp["source"].startswith("http"):  # the record's word holds, not the files'
            found = replace(found, licence=earlier.licence, version=earlier.version)
        same = found.to_json() == earlier.to_json()
        told = stamp["inventory"] == found.summary() and stamp.get("whose") == whose(found)
        if same and told:
            return stamp
        if not same:
            phase.events.warn(f"{name} is not as it was: {_difference(earlier, found)}")
    return _write(name, data_dir, found, OWN if stamp is None else stamp["source"], phase)


def first_gone(name: str, data_dir: Path) -> Path | None:
    """The first EDF file of stamped recordings that is not there any more."""
    earlier = _earlier(data_dir, name)
    entries = () if earlier is None else earlier.entries
    return next((entry.edf for entry in entries if not entry.edf.exists()), None)


def _take(
    name: str, folder: Path, phase: Phase, earlier: Inventory | None, decided: Decided | None,
    timeless: bool,
) -> Inventory:  # fmt: skip
    from seizure.corpora import inventory
    from seizure.corpora.corpus import open_corpus

    same = earlier if earlier is not None and earlier.folder == folder.resolve() else None
    rules = (decided or Decided()).after(same)
    return inventory.take(
        open_corpus(folder, name=name),
        phase,
        unlabelled=rules.unlabelled,
        long_seizures=rules.long_seizures,
        earlier=earlier,
        timeless=timeless,
    )


def _earlier(data_dir: Path, name: str) -> Inventory | None:
    """What was found before; None for nothing, or what cannot be read."""
    from seizure.corpora.inventory import files

    try:
        return files.read(data_dir, name)
    except Refused:
        return None


def _write(
    name: str, data_dir: Path, found: Inventory, source: str, phase: Phase
) -> dict[str, Any]:
    from seizure.corpora.inventory import files

    stamp = files.write(data_dir, name, found, source)
    for notice in found.notices:
        phase.events.warn(f"{notice.count:,} {notice.says} (the first: {notice.first})")
    for error in stamp["inventory"]["errors"]:
        phase.events.warn(f"{name} cannot be used yet: {error['what']}: {error['why']}")
    return stamp


def _difference(before: Inventory, now: Inventory) -> str:
    """In words, the first that can be named."""
    old, new = ({entry.id: entry for entry in one.entries} for one in (before, now))
    for words, ids in (
        ("new", sorted(new.keys() - old.keys())),
        ("gone or not usable", sorted(old.keys() - new.keys())),
        ("changed", sorted(id for id in old.keys() & new.keys() if old[id] != new[id])),
    ):
        if ids:
            more = f" and {len(ids) - 1:,} more" if len(ids) > 1 else ""
            return f"{ids[0]}{more} {'is' if len(ids) == 1 else 'are'} {words}"
    if before.version != now.version:
        return f"its version was {before.version} and is {now.version}"
    return "what its files say of themselves is not"
