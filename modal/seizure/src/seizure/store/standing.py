"""What of a dataset is prepared in a store that nobody has open: on a volume, say."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from jobkit.errors import Problem

from seizure.recording import Entry
from seizure.store import recordings
from seizure.store.layout import Layout
from seizure.store.settings import Settings

#: A recording as it stands in a store: prepared as its inventory says; prepared, with other
#: annotations than it has by now; not prepared, or of another file.
WHOLE, STALE, MISSING = "whole", "stale", "missing"
#: Each look is two small requests: on a volume the waiting is what takes time.
THREADS = 16


def standing(folder: Path, entries: Sequence[Entry], settings: Settings) -> Mapping[str, str]:
    """How each of `entries` stands in the store `folder`, by id. Signals are not read: a damaged
    one of the right size is told by its checksum alone."""
    layout = Layout(folder)
    with ThreadPoolExecutor(THREADS) as pool:
        found = pool.map(lambda one: _standing(layout, one, settings), entries)
        return dict(zip((one.id for one in entries), found, strict=True))


def _standing(layout: Layout, entry: Entry, settings: Settings) -> str:
    with contextlib.suppress(Problem):
        found = recordings.read(layout.recording(entry.id))
        recordings.check_signal(layout.signal(entry.id), found, settings)
        if found.is_of(entry):
            return WHOLE if found.with_entry(entry) == found else STALE
    return MISSING
