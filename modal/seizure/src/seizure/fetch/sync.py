"""Recordings by name: made, fetched, or taken where they lie; then inventoried and stamped."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jobkit import files
from jobkit.errors import Problem, Refused
from jobkit.events.phase import Phase

from seizure.corpora.tree import folders_in, has_edf
from seizure.fetch import inventories, record_files, zenodo

if TYPE_CHECKING:
    from seizure.fetch.inventories import Decided


@dataclass(frozen=True)
class Place:
    """Where a dataset called `name` is kept. `timeless`: times of files do not last there."""

    name: str
    data_dir: Path
    timeless: bool = False

    @property
    def folder(self) -> Path:
        """Its recordings, unless they are a person's own."""
        return self.data_dir / self.name

    @property
    def work(self) -> Path:
        """What is under way."""
        return self.data_dir / f"{self.name}.fetch"


def sync(
    name: str,
    data_dir: Path,
    phase: Phase,
    source: Path | None = None,
    url: str | None = None,
    decided: Decided | None = None,
    timeless: bool = False,
    called: str = inventories.OWN,
) -> dict[str, Any]:
    """Returns the stamp of recordings that are as their inventory says, having brought them first
    where necessary.

    `source`: a folder of a person's own; it stays where it is, and nothing of it is copied. `url`:
    of a record at Zenodo. With neither, the name says that it is made here, or it has to be here.
    `decided`: what a person says of doubtful annotations; None: as the last time. `timeless`: on a
    volume or in a bucket, where times of files do not last. `called`: what the stamp says of
    `source`: "s3://BUCKET/NAME" of a bucket's folder.

    Refused (exit code 2) for what cannot be recordings; Problem for what failed: what was brought
    so far stays, and the next call goes on."""
    place = Place(name, data_dir.absolute(), timeless)
    try:
        place.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = place.data_dir / f"{name}.lock"
        with files.exclusive(lock, lambda: _say_waiting(name, phase)):
            files.sweep(place.data_dir, name)
            return _sync(place, phase, source, url, decided, called)
    except OSError as e:
        raise files.as_problem(e, f"The dataset {name} could not be stored", data_dir) from e


def _say_waiting(name: str, phase: Phase) -> None:
    phase.events.warn(f"another process is bringing {name}; waiting for it")


def _sync(
    place: Place, phase: Phase, source: Path | None, url: str | None, decided: Decided | None,
    called: str,
) -> dict[str, Any]:  # fmt: skip
    name = place.name
    if (place.data_dir / f"{name}.hdf5").exists():
        raise Refused(
            f"{name} is a dataset of vectors", f"{place.folder}.hdf5 is there",
            "give the recordings a name of their own",
        )  # fmt: skip
    if source is not None:
        if called == inventories.OWN:
            _check_free(place, source)
        else:
            _require_in_bucket(name, source, called)
        phase.events.log(f"{source} is used where it lies; nothing is copied")
        return inventories.stamped(
            name, place.data_dir, source, called, phase, decided, timeless=place.timeless
        )
    known = inventories.folder_of(place.data_dir, name)
    if known is None or (known == place.folder and _is_incomplete(place, phase, url)):
        return _brought(place, phase, url, decided)
    return inventories.again(name, place.data_dir, known, phase, decided, place.timeless)


def _is_incomplete(place: Place, phase: Phase, url: str | None) -> bool:
    """What was made or fetched, and lacks files since, is brought again where that can be."""
    from seizure import synthetic

    if place.work.exists():
        return True
    if url is None and place.name != synthetic.NAME:
        return False
    if place.name == synthetic.NAME and _is_of_another_recipe(place.folder):
        phase.events.warn(f"{place.name} was made by another recipe; it is made anew")
        return True
    gone = inventories.first_gone(place.name, place.data_dir)
    if gone is not None:
        phase.events.warn(f"{place.name} is not as it was: {gone} is gone; it is brought again")
    return gone is not None


def _is_of_another_recipe(folder: Path) -> bool:
    from seizure.synthetic import recipe
    from seizure.synthetic.corpus import recipe_of

    return recipe_of(folder) != recipe.ORDINARY.key()


def _check_free(place: Place, source: Path) -> None:
    """What was made or fetched under this name is not replaced by another folder."""
    if not place.folder.exists() or source.resolve() == place.folder.resolve():
        return
    raise Refused(
        f"{place.name} is here already, in {place.folder}",
        f"{source} is another folder: give it a name of its own",
        f"ann-tui sync my-{place.name} --from {source}",
    )


def _require_in_bucket(name: str, folder: Path, called: str) -> None:
    """Refused where a bucket has no folder of that name, or no recording in it."""
    bucket = called.removesuffix(f"/{name}")
    send = f"ann-tui sync FOLDER --to {called}"
    if not folder.is_dir():
        there = folders_in(folder.parent)
        has = f"it has: {', '.join(there[:10])}" if there else "there is no folder in it"
        raise Refused(f"{name} is not in the bucket", f"{bucket}: {has}", send)
    if not has_edf(folder):
        raise Refused(f"{name} is empty", f"there is no EDF file below {called}", send)


def _brought(
    place: Place, phase: Phase, url: str | None, decided: Decided | None
) -> dict[str, Any]:
    if url is not None:
        return _fetched(place, phase, url, decided)
    from seizure import synthetic

    if place.name != synthetic.NAME:
        raise Problem(
            f"The recordings of {place.name} are not here",
            "they are published nowhere, and no folder of them is known",
            f"ann-tui sync {place.name} --from FOLDER",
        )
    from seizure.synthetic.corpus import write_corpus

    place.work.mkdir(exist_ok=True, mode=0o700)
    write_corpus(place.folder, phase)  # patients that are there already are not made again
    return _finished(place, phase, "made here", decided)


def _fetched(place: Place, phase: Phase, url: str, decided: Decided | None) -> dict[str, Any]:
    place.work.mkdir(exist_ok=True, mode=0o700)
    record = zenodo.read_record(url, place.work, phase.events.log)
    words = (record.title, record.version, record.licence)
    phase.events.log(f"{url}: {', '.join(word for word in words if word)}")
    record_files.fetch(record, place.folder, place.work, phase)
    return _finished(place, phase, url, decided, record)


def _finished(
    place: Place,
    phase: Phase,
    source: str,
    decided: Decided | None,
    record: zenodo.Record | None = None,
) -> dict[str, Any]:
    """The inventory of what was brought; what is under way is left only when that failed."""
    stamp = inventories.stamped(
        place.name, place.data_dir, place.folder, source, phase, decided, record, place.timeless
    )
    shutil.rmtree(place.work, ignore_errors=True)
    return stamp
