"""Taking an inventory: headers and annotations of all recordings, many at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from jobkit.errors import Problem

from seizure.annotations.rows import STRICT, LeftOut, Rules
from seizure.corpora.corpus import Corpus
from seizure.corpora.inventory.inventory import Fault, Inventory
from seizure.corpora.inventory.reading import Read, Reused, read_recording
from seizure.corpora.splits import assign
from seizure.notices import Notice
from seizure.recording import Entry, Recording

#: Reading a header is one small read: on a disk over the network the waiting is what takes time.
THREADS = 8


class Progress(Protocol):
    """What is asked of a `jobkit.events.Phase`."""

    def progress(self, done: float, total: float, unit: str, eta: float | None = None) -> None: ...


def take(
    corpus: Corpus,
    phase: Progress | None = None,
    unlabelled: bool = False,
    long_seizures: str = STRICT.long_seizures,
    earlier: Inventory | None = None,
    threads: int = THREADS,
    timeless: bool = False,
) -> Inventory:
    """Inventory of a corpus. A recording that cannot be used becomes a Fault, and the rest goes on.

    `unlabelled`, `long_seizures`: see Rules.
    `earlier`: what was found before; files that are as they were are not opened again.
    `timeless`: the times of these files do not last (see `Entry`): each is opened."""
    rules = Rules(unlabelled, long_seizures)
    split_of = assign((one.patient for one in corpus.recordings), _official(corpus.recordings))
    known = Reused(
        earlier if earlier is not None and earlier.rules == rules and not timeless else None
    )
    begun, total = time.monotonic(), len(corpus.recordings)
    entries: list[Entry] = []
    faults: list[Fault] = []
    told: dict[str, tuple[Notice, ...]] = {}
    others = list(corpus.notices)

    def one(recording: Recording) -> Read | Fault | Notice:
        split = recording.split or split_of[recording.patient]
        try:
            return known.get(corpus, recording, split) or read_recording(
                corpus, recording, split, rules, timeless
            )
        except LeftOut as e:
            return e.notice
        except Problem as e:
            return Fault.of(e, split, corpus.name)

    for done, (recording, found) in enumerate(_each(one, corpus.recordings, threads), 1):
        if isinstance(found, Fault):
            faults.append(found)
        elif isinstance(found, Notice):
            others.append(found)
        else:
            entries.append(found.entry)
            if found.notices:
                told[recording.id] = found.notices
        if phase is not None:
            left = (time.monotonic() - begun) / done * (total - done)
            phase.progress(done, total, "recordings", left)
    others += _twice(entries)
    return Inventory(
        name=corpus.name,
        layout=corpus.layout,
        version=corpus.version,
        licence=corpus.licence,
        synthetic=corpus.synthetic,
        folder=corpus.folder,
        family=corpus.family,
        entries=tuple(entries),
        faults=tuple(faults),
        told=told,
        of_corpus=tuple(others),
        rules=rules,
    )


def _twice(entries: list[Entry]) -> list[Notice]:
    """Told: a signal that is there under two names. In two splits it is a leak, and refused."""
    says = "have the signal of another recording: counted twice"
    seen: set[str] = set()
    found = []
    for one in entries:
        content = one.more["content"]
        if content and content in seen:
            found.append(Notice("twice", says, str(one.edf)))
        seen.add(content)
    return found


def _official(recordings: tuple[Recording, ...]) -> dict[str, str | None]:
    return {one.patient: one.split for one in recordings if one.split is not None}


def _each(one, recordings, threads: int) -> Iterator:  # type: ignore[no-untyped-def]
    """Results in the order of the recordings. A stop does not wait for what has not begun."""
    with ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
        try:
            yield from zip(recordings, pool.map(one, recordings), strict=True)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
