"""A record's files into a dataset's folder: fetched, verified, unpacked; cut off, it goes on."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from jobkit import download
from jobkit.errors import Problem
from jobkit.events.phase import Phase, bytes_tick
from jobkit.files import BLOCK, amount, read_json, write_json

from seizure.fetch import archive
from seizure.fetch.zenodo import Record, RecordFile

#: Files of a record that are fetched again when they turn out to be others than the record says.
AGAIN = 1


def fetch(record: Record, folder: Path, work: Path, phase: Phase) -> None:
    """Brings all files of `record` into `folder`; archives are unpacked, and removed.

    `work`: a folder beside it for what is under way, of no use afterwards."""
    # Which files are in `folder` already, by what they were.
    notes = work / "done.json"
    parts = work / "files"
    parts.mkdir(parents=True, exist_ok=True, mode=0o700)
    done = read_json(notes) or {}
    left = [file for file in record.files if done.get(file.name) != file.md5]
    _require_room(record, left, parts, phase)
    for file in left:
        part = _verified(file, parts, phase)
        if _is_archive(file):
            _unpack(file, part, folder, phase)
        else:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.replace(part, folder / file.name)
        done[file.name] = file.md5
        write_json(notes, done)
        download.remove(part)


def _is_archive(file: RecordFile) -> bool:
    return file.name.lower().endswith(".zip")


def _require_room(record: Record, left: list[RecordFile], parts: Path, phase: Phase) -> None:
    """An archive and what is unpacked of it lie side by side for a while. How large that becomes,
    its directory says; until that is here it counts as the archive once more, at least."""
    here = sum(min(_size(parts / file.name), file.bytes) for file in left)
    fetched = sum(file.bytes for file in left) - here
    unpacked = sum(file.bytes for file in left if _is_archive(file))
    _require(fetched + unpacked, f"the record {record.id}", parts)
    phase.events.log(
        f"{amount(record.bytes)} in {len(record.files)} files, {amount(fetched)} to fetch"
    )


def _require(needed: int, what: str, folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if needed <= free:
        return
    raise Problem(
        f"The disk is too full for {what}",
        f"{amount(needed)} are needed in {folder}, {amount(free)} are free",
        "free some space, then try again; what was fetched is kept",
    )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _verified(file: RecordFile, parts: Path, phase: Phase) -> Path:
    """Fetches a file until it is what the record says."""
    part = parts / file.name
    for attempt in range(AGAIN + 1):
        if _size(part) < file.bytes or not part.exists():
            download.download(
                file.url, part, bytes_tick(phase, f"download {file.name}"), phase.events.log
            )
        why = _difference(file, part, bytes_tick(phase, f"checksum {file.name}"))
        if why is None:
            return part
        download.remove(part)
        if attempt < AGAIN:
            phase.events.warn(f"{file.name}: {why}; fetching it again")
    raise Problem(
        f"{file.name} is not what its record says", f"{why}; what was fetched was deleted",
        "try again later: the record, or something on the way, gives another file",
    )  # fmt: skip


def _difference(file: RecordFile, part: Path, tick: Callable[[int, int], None]) -> str | None:
    size = _size(part)
    if size != file.bytes:
        return f"it has {size} bytes, the record says {file.bytes}"
    digest = hashlib.md5(usedforsecurity=False)
    with open(part, "rb") as f:
        while block := f.read(BLOCK):
            digest.update(block)
            tick(f.tell(), size)
    found = digest.hexdigest()
    return None if found == file.md5 else f"its md5 is {found}, the record says {file.md5}"


def _unpack(file: RecordFile, part: Path, folder: Path, phase: Phase) -> None:
    with archive.open_archive(part) as opened:
        wanted = archive.members(opened, file.name)
        left = archive.missing(wanted, folder)
        size = sum(one.bytes for one in left)
        _require(size, f"what is in {file.name}", part.parent)
        tick = bytes_tick(phase, f"unpack {file.name}")
        archive.unpack(opened, left, folder, lambda so_far: tick(so_far, size))
