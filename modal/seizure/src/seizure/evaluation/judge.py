"""Every detector's score of every second."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jobkit.events import Phase
from numpy.typing import NDArray

from seizure.detection.detector import Detector
from seizure.detection.signal import Signal
from seizure.evaluation import scores_file
from seizure.evaluation.preparing import about
from seizure.program import Events
from seizure.store.recordings import Stored
from seizure.store.store import Store


@dataclass(frozen=True)
class Scored:
    """A prepared recording with what each detector, by name, said of its whole seconds."""

    stored: Stored
    scores: dict[str, NDArray[np.float32]]


def signal_of(store: Store, stored: Stored) -> Signal:
    scale = np.asarray(stored.scale, np.float32)
    return Signal(store.signal(stored.id), store.settings.rate, scale)


def judge(
    store: Store, recordings: Sequence[Stored], detectors: Sequence[Detector],
    out: Path, events: Events, last: bool = False,
) -> list[Scored]:  # fmt: skip
    """In the order of `recordings`. What an earlier attempt left of the same signal is taken from
    there; each recording is told as `judged`, once over all attempts. `last`: scoring is all that
    comes after it."""
    names = [one.name for one in detectors]
    trained = [f"{one.name}={one.trained.made_of}" for one in detectors if one.trained]
    told = {(e["dataset"], e["recording"]) for e in events.earlier.kept if e["type"] == "judged"}
    total = sum(one.seconds for one in recordings) / 3600
    found: list[Scored] = []
    done = fresh = 0.0
    with Phase(events, "judge", store.dataset, last) as phase:
        for stored in recordings:
            begun = time.monotonic()
            path = scores_file.path_of(out, store.dataset, stored.id)
            made_of = " ".join([store.settings.key(), stored.checksum, *trained])
            scores = scores_file.read(path, made_of, names)
            if scores is None:
                signal = signal_of(store, stored)
                scores = {one.name: of_seconds(one.score(signal), stored) for one in detectors}
                scores_file.write(path, made_of, scores)
            found.append(Scored(stored, scores))
            if (store.dataset, stored.id) not in told:
                events.emit("judged", **about(store.dataset, stored))
            done += stored.seconds / 3600
            fresh += time.monotonic() - begun
            eta = (total - done) * fresh / done if done else None
            phase.progress(round(done, 3), round(total, 3), "hours", eta)
    return found


def of_seconds(scores: NDArray[np.float32], stored: Stored) -> NDArray[np.float32]:
    """A score for each whole second of the recording: resampled, its signal may be a second longer
    or shorter."""
    seconds = int(stored.seconds)
    missing = max(0, seconds - len(scores))
    if missing and len(scores):
        scores = np.pad(scores, (0, missing), mode="edge")
    return scores[:seconds] if len(scores) else np.zeros(seconds, np.float32)
