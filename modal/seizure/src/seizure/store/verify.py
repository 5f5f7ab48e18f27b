"""Whether signals are still what was written."""

from __future__ import annotations

from jobkit.events.phase import Phase
from jobkit.files import sha256

from seizure.store.layout import Layout
from seizure.store.recordings import Stored
from seizure.store.tidy import nobody_reads


def verify(layout: Layout, dataset: str, there: dict[str, Stored], phase: Phase) -> None:
    """Reads the signals of `there` and compares their checksums. Those that differ are removed,
    from the store and from `there`, so that they are prepared anew; a warning tells how many.

    To be called by whoever alone prepares. Refused where one is damaged and a reader has the
    store."""
    damaged = []
    for done, one in enumerate(there.values()):
        phase.progress(done, len(there), "recordings", label="verifying what is there")
        if sha256(layout.signal(one.id)) != one.checksum:
            damaged.append(one.id)
    phase.progress(len(there), len(there), "recordings", label="verifying what is there")
    if not damaged:
        return
    with nobody_reads(layout, dataset):
        for recording in damaged:
            layout.recording(recording).unlink()
            layout.signal(recording).unlink()
            del there[recording]
    phase.events.warn(
        f"{len(damaged)} prepared recordings of {dataset} are not as they were written, "
        f"{damaged[0]} for one: they are prepared anew"
    )
