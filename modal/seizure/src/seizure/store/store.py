"""What was prepared, opened to be read."""

from __future__ import annotations

import os
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
from jobkit.errors import Problem

from seizure.corpora.splits import check_disjoint
from seizure.store import recordings
from seizure.store.about import About, read_about
from seizure.store.layout import Layout
from seizure.store.locks import shared
from seizure.store.recordings import Stored
from seizure.store.settings import Settings

#: Signal files that are open at a time, at most: processes may have 256 on some systems.
OPEN_FILES = 64


def open_store(folder: Path) -> Store:
    """Errors: Problem where nothing is prepared, or what is there is damaged or of another version;
    Refused where a patient is in two splits, or the store is just being changed."""
    layout = Layout(folder)
    about = read_about(layout.about)
    lock = shared(layout.readers, f"{about.dataset} cannot be read")
    try:
        found = tuple(recordings.read(path) for path in sorted(layout.recordings.glob("*.json")))
        check_disjoint(found)
        for one in found:
            recordings.check_signal(layout.signal(one.id), one, about.settings)
        return Store(layout, about, found, lock)
    except BaseException:
        if lock is not None:
            os.close(lock)
        raise


class Store:
    """Continuous signals of whole recordings, in robust units. Holds a reader's lock until
    `close()` or the end of a `with`.

    `recordings`: those that were prepared when it was opened, sorted by id."""

    def __init__(
        self, layout: Layout, about: About, found: tuple[Stored, ...], lock: int | None
    ) -> None:
        self.folder = layout.folder
        self.about = about
        self.recordings = found
        self._layout = layout
        self._by_id = {one.id: one for one in found}
        self._lock = lock
        self._open: OrderedDict[str, int] = OrderedDict()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of all files. What came of `signal` stays usable."""
        while self._open:
            os.close(self._open.popitem()[1])
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    @property
    def settings(self) -> Settings:
        return self.about.settings

    @property
    def dataset(self) -> str:
        return self.about.dataset

    @property
    def synthetic(self) -> bool:
        return self.about.synthetic

    @property
    def split_hash(self) -> str:
        return self.about.split_hash

    def of(self, split: str) -> tuple[Stored, ...]:
        """The recordings of a split."""
        return tuple(one for one in self.recordings if one.split == split)

    def whole(self, split: str) -> bool:
        """Whether every recording that the inventory has in this split is prepared."""
        return len(self.of(split)) == self.about.expected.get(split, 0)

    def recording(self, recording: str) -> Stored:
        return self._by_id[recording]

    def signal(self, recording: str) -> np.memmap[Any, Any]:
        """float16 [C, samples], robust units within +-clip, mapped from the file: memory is taken
        for what is looked at. It holds a descriptor for as long as it lives."""
        shape = (self.settings.channels, self._by_id[recording].samples)
        return np.memmap(self._layout.signal(recording), "<f2", "r", shape=shape)

    def read(self, recording: str, start: int, out: np.ndarray) -> None:
        """Fills `out`, float16 [C, n], each row contiguous, from sample `start` on: copied out of
        the system's cache, so that a process grows by what it asks for and no more. All of it has
        to be there."""
        samples = self._by_id[recording].samples
        channels, count = out.shape
        if not 0 <= start <= samples - count:
            raise IndexError(f"{recording}: {count} samples from {start} are not in its {samples}")
        fd = self._descriptor(recording)
        for channel in range(channels):
            row = memoryview(out[channel]).cast("B")
            if os.preadv(fd, [row], (channel * samples + start) * 2) != len(row):
                why = f"{self._layout.signal(recording)} is shorter than it was"
                raise Problem("A prepared recording cannot be read", why, "prepare it again")

    def _descriptor(self, recording: str) -> int:
        """Of the signal's file: kept, the longest unused closed for it."""
        fd = self._open.pop(recording, None)
        if fd is None:
            if len(self._open) >= OPEN_FILES:
                os.close(self._open.popitem(last=False)[1])
            fd = os.open(self._layout.signal(recording), os.O_RDONLY | os.O_CLOEXEC)
        self._open[recording] = fd
        return fd
