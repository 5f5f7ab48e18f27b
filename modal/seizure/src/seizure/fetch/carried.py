"""A dataset of this machine as it will be on a volume: what is to be sent, and its inventory
there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from jobkit.errors import Refused
from jobkit.files import write_json

from seizure.corpora.corpus import open_corpus
from seizure.corpora.inventory import Inventory, files
from seizure.fetch.inventories import folder_of, stamp_of


def carried(name: str, data_dir: Path, out: Path) -> dict[str, Any]:
    """Writes stamp and inventory as they are there (NAME.json, NAME.recordings.json) into `out`,
    and returns the `folder` of the recordings and the `files` to be sent, from there on: those that
    can be used, with their annotations. What a person decided, and what an inventory found, holds
    there as it does here.

    Refused: it is not here, or lies partly in other folders."""
    folder, stamp = folder_of(data_dir, name), stamp_of(data_dir, name)
    if folder is None or stamp is None or not folder.is_dir():
        why = f"{data_dir / name}.json does not say where its recordings are"
        raise Refused(f"{name} is not here", why, f"ann-tui sync {name} --from FOLDER")
    found = files.read(data_dir, name)
    there = replace(found, folder=out / name, entries=_timeless(found, out / name))
    _write(there, found.folder, stamp, out)
    return {"folder": str(found.folder), "files": _files(name, found), "bytes": stamp["bytes"]}


def _timeless(found: Inventory, folder: Path) -> tuple[Any, ...]:
    return tuple(
        replace(
            one,
            edf=folder / _below(found, one.edf),
            mtime_ns=None,
            more={**one.more, "sources": ""},
        )
        for one in found.entries
    )


def _below(found: Inventory, path: Path) -> Path:
    if not path.is_relative_to(found.folder):
        raise Refused(f"{found.name} cannot be sent", f"{path} lies outside of {found.folder}")
    return path.relative_to(found.folder)


def _write(there: Inventory, here: Path, stamp: dict[str, Any], out: Path) -> None:
    """The folder's name is the dataset's, wherever the folder of datasets is."""
    files.write(out, there.name, there, stamp["source"])
    path = files.recordings_file(out, there.name)
    write_json(path, {**there.to_json(), "folder": there.name})
    for one in (path, files.stamp_file(out, there.name)):
        # Of what is odd, the place is told by its path.
        text = one.read_text(encoding="utf-8").replace(
            json.dumps(f"{here}/")[1:-1], f"{there.name}/"
        )
        one.write_text(text, encoding="utf-8")


def _files(name: str, found: Inventory) -> list[str]:
    """EDF files and what their annotations are read from."""
    corpus = open_corpus(found.folder, found.layout, name)
    of = {one.id: one for one in corpus.recordings}
    wanted: dict[str, None] = {}
    for entry in found.entries:
        wanted[_below(found, entry.edf).as_posix()] = None
        recording = of.get(entry.id)
        for path in corpus.sources(recording) if recording is not None else ():
            if path.is_file():
                wanted[_below(found, path).as_posix()] = None
    return list(wanted)
