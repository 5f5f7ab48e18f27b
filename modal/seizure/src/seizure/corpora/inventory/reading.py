"""One recording of an inventory: its header, its annotation, and whether both are as they were."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from jobkit.errors import Refused

from seizure.annotations.rows import Rules
from seizure.corpora.corpus import Corpus
from seizure.corpora.inventory.inventory import Inventory
from seizure.notices import Notice, refused
from seizure.recording import Entry, Recording

if TYPE_CHECKING:
    from seizure.edf.header import Header
    from seizure.edf.montage import ChannelPlan

#: What of the signal is compared to find a recording that is there twice: the beginning, 64 kB.
CONTENT_BYTES = 1 << 16
#: A beginning with fewer different bytes than this is a flat line, and says nothing.
FEWEST_VALUES = 16


@dataclass(frozen=True)
class Read:
    """A recording that can be used, and what was odd."""

    entry: Entry
    notices: tuple[Notice, ...]


def read_recording(
    corpus: Corpus, recording: Recording, split: str, rules: Rules, timeless: bool = False
) -> Read:
    """Header and annotation. Refused by file and place; LeftOut as `rules` say."""
    from seizure.edf.header import read_header

    _check_name(recording.edf)
    sources = _stamps(corpus, recording)
    header = read_header(recording.edf)
    plans = _plans(header)
    planned = next(iter(plans.values()))
    seizures, notices = corpus.seizures_of(recording, header, rules)
    content = content_of(recording.edf, header.header_bytes)
    if _stat(recording.edf) != (header.bytes, header.mtime_ns):
        why = "it changed while it was read: something still writes it"
        raise refused(recording.edf, 0, why, "wait until it is whole, then try again")
    entry = Entry(
        id=recording.id,
        patient=recording.patient,
        split=split,
        edf=recording.edf,
        seconds=header.seconds,
        rate=planned.rate,
        montages=tuple(plans),
        seizures=seizures,
        missing=tuple(planned.missing),
        bytes=header.bytes,
        mtime_ns=None if timeless else header.mtime_ns,
        more={"content": content, "sources": "" if timeless else sources},
    )
    return Read(entry, (*header.notices, *planned.notices, *notices))


class Reused:
    """What an earlier inventory has of files that are as they were."""

    def __init__(self, earlier: Inventory | None) -> None:
        self._told = {} if earlier is None else earlier.told
        self._entries = {} if earlier is None else {entry.id: entry for entry in earlier.entries}

    def get(self, corpus: Corpus, recording: Recording, split: str) -> Read | None:
        """None: it has to be read anew."""
        known = self._entries.get(recording.id)
        if known is None or known.edf != recording.edf:
            return None
        if _stat(recording.edf) != (known.bytes, known.mtime_ns):
            return None
        if known.more.get("sources") != _stamps(corpus, recording):
            return None
        entry = replace(known, patient=recording.patient, split=split)
        return Read(entry, self._told.get(recording.id, ()))


def _check_name(path: Path) -> None:
    """What is written down of a recording has its path: in JSON, as UTF-8, and in tables."""
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in str(path)):
        shown = "".join(c if c.isprintable() else "?" for c in str(path))
        why = "there is a control character, or what is no UTF-8, where a ? is shown in its name"
        raise refused(shown, 0, why, "rename that file or folder")


def _plans(header: Header) -> dict[str, ChannelPlan]:
    """Montages that can be made of a file, the most telling first. Refused: none."""
    from seizure.edf.montage import MONTAGES, plan

    found: dict[str, ChannelPlan] = {}
    reason: Refused | None = None
    for montage in MONTAGES:
        try:
            found[montage] = plan(header, montage)
        except Refused as e:
            reason = e
    if reason is not None and not found:
        raise reason
    return found


def _stat(path: Path) -> tuple[int, int] | None:
    """Size and time of a file as it is now; None where it cannot be opened."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns


def _stamps(corpus: Corpus, recording: Recording) -> str:
    """Sizes and times of the files that an annotation is read from; "-" for one that is missing."""
    stamps = []
    for path in corpus.sources(recording):
        try:
            found = os.stat(path)
            stamps.append(f"{found.st_size}:{found.st_mtime_ns}")
        except OSError:
            stamps.append("-")
    return " ".join(stamps)


def content_of(path: Path, skip: int) -> str:
    """16 hex digits of the signal's beginning; "" where that is flat, and so like any other."""
    with open(path, "rb") as f:
        f.seek(skip)
        data = f.read(CONTENT_BYTES)
    if len(data) < 512 or len(set(data)) < FEWEST_VALUES:
        return ""
    return hashlib.sha256(data).hexdigest()[:16]
