"""Several stores as one: windows are drawn, and dev is looked at, of all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from jobkit.errors import Refused

from seizure.store.recordings import Stored
from seizure.store.settings import Settings
from seizure.store.store import Store


class Joined:
    """The recordings of stores with the same settings. With more than one, ids and patients carry
    their dataset's name, "DATASET/ID": two corpora may have a "sub-01" each."""

    def __init__(self, stores: Sequence[Store]) -> None:
        settings = {one.settings for one in stores}
        if len(settings) != 1:
            raise Refused(
                "These stores cannot be used together", "they were prepared with other settings"
            )
        self.settings: Settings = settings.pop()
        self.dataset = " + ".join(one.dataset for one in stores)
        self._of: dict[str, tuple[Store, str]] = {}
        found: list[Stored] = []
        for store in stores:
            of = f"{store.dataset}/" if len(stores) > 1 else ""
            for one in store.recordings:
                found.append(replace(one, id=of + one.id, patient=of + one.patient))
                self._of[of + one.id] = (store, one.id)
        self.recordings: tuple[Stored, ...] = tuple(found)

    def of(self, split: str) -> tuple[Stored, ...]:
        return tuple(one for one in self.recordings if one.split == split)

    def read(self, recording: str, start: int, out: np.ndarray) -> None:
        """As `Store.read`."""
        store, id_ = self._of[recording]
        store.read(id_, start, out)
