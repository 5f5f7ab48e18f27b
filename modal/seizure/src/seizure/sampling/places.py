"""Where windows of a recording can begin: those that touch a seizure, and those that do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from seizure.store.recordings import Stored


@dataclass(frozen=True)
class Marks:
    """The seizures of a recording in its samples, [start, end) each, those that overlap or meet
    made one. Sorted."""

    starts: np.ndarray  # int64
    ends: np.ndarray


NO_MARKS = Marks(np.empty(0, np.int64), np.empty(0, np.int64))


def marks_of(recording: Stored, rate: int) -> Marks:
    """A sample that a seizure covers in part belongs to it."""
    starts: list[int] = []
    ends: list[int] = []
    for one in sorted(recording.seizures):
        start = max(0, int(np.floor(one.start * rate)))
        end = min(recording.samples, int(np.ceil(one.end * rate)))
        if start >= end:
            continue
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return Marks(np.array(starts, np.int64), np.array(ends, np.int64))


def background(marks: Marks, samples: int, window: int) -> np.ndarray:
    """int64 [n, 2]: ranges [first, last + 1) of the starts whose windows of `window` samples touch
    no seizure and end in time."""
    found, first, most = [], 0, samples - window
    for start, end in zip(marks.starts, marks.ends, strict=True):
        found.append((first, min(start - window, most) + 1))
        first = int(end)
    found.append((first, most + 1))
    return np.array([one for one in found if one[0] < one[1]], np.int64).reshape(-1, 2)


def touching(start: int, end: int, samples: int, window: int, rate: int) -> tuple[int, int]:
    """Range [first, last + 1) of the starts whose windows catch at least a second of the seizure
    [start, end), or all of it where it is shorter. Never empty where the recording is not shorter
    than a window."""
    least = min(rate, end - start)
    most = samples - window
    return max(0, min(start + least - window, most)), max(0, min(end - least, most)) + 1


def labels_of(marks: Marks, start: int, seconds: int, rate: int) -> np.ndarray:
    """uint8 [seconds] of the window that begins at sample `start`: 1 for each of its seconds that
    touches a seizure."""
    labels = np.zeros(seconds, np.uint8)
    first = np.searchsorted(marks.ends, start, "right")
    last = np.searchsorted(marks.starts, start + seconds * rate, "left")
    for i in range(first, last):
        begin = max(0, int(marks.starts[i]) - start) // rate
        labels[begin : -(-(int(marks.ends[i]) - start) // rate)] = 1
    return labels


def by_patient(
    recordings: Sequence[Stored], marks: Sequence[Marks]
) -> list[list[tuple[int, int, int]]]:
    """For each patient with a seizure, sorted: (place of the recording, start, end) of all of
    them."""
    found: dict[str, list[tuple[int, int, int]]] = {}
    for i, (recording, own) in enumerate(zip(recordings, marks, strict=True)):
        for start, end in zip(own.starts.tolist(), own.ends.tolist(), strict=True):
            found.setdefault(recording.patient, []).append((i, start, end))
    return [found[patient] for patient in sorted(found)]


class Starts:
    """All starts of several recordings, in a row, to draw evenly from. `ranges`: of each recording,
    int64 [n, 2]."""

    def __init__(self, ranges: Sequence[np.ndarray]) -> None:
        self._recording = np.repeat(np.arange(len(ranges)), [len(one) for one in ranges])
        joined = np.concatenate([*ranges, np.empty((0, 2), np.int64)])
        self._first = joined[:, 0]
        self._until = np.cumsum(joined[:, 1] - joined[:, 0])
        self.count = int(self._until[-1]) if len(joined) else 0

    def at(self, place: float) -> tuple[int, int]:
        """(recording, start) at `place`, from 0 to below 1."""
        number = int(place * self.count)
        i = int(np.searchsorted(self._until, number, "right"))
        return int(self._recording[i]), int(self._first[i]) + number - (
            int(self._until[i - 1]) if i else 0
        )
