"""Batches for training: a function of seed and step, and of nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jobkit.errors import Refused

from seizure.corpora.splits import check_disjoint
from seizure.sampling.places import (
    NO_MARKS,
    Starts,
    background,
    by_patient,
    labels_of,
    marks_of,
    touching,
)
from seizure.store.joined import Joined
from seizure.store.store import Store


@dataclass(frozen=True)
class Batch:
    """`signal`: float16 [B, C, T], robust units. `labels`: uint8 [B, seconds]: 1 for each second
    that touches a seizure. `where`: of each window, recording and first sample."""

    signal: np.ndarray
    labels: np.ndarray
    where: tuple[tuple[str, int], ...]


class Sampler:
    """Draws windows of `seconds` (whole) of the recordings of a split, `batch` a step.

    `seizure_fraction`: of the windows, how many touch a seizure: item n of all that were ever drawn
    does when n * fraction passes a whole number there, so that any 1 / fraction items in a row have
    one. Such a window is drawn as patient, each with a seizure alike; then one of the patient's
    seizures, each alike; then where it begins, of all starts that catch at least a second of it (or
    all, where it is shorter): so a patient with a hundred seizures has no more windows than one
    with a single seizure. The others touch none, and are drawn evenly of all such starts. None:
    evenly of all starts, seizures come as often as they are.

    Windows begin at any sample and never reach beyond the end; recordings shorter than a window are
    left out (`short`).

    Each item has as many random numbers as it needs and no state: a Philox generator with the seed
    as key and the step as counter (Salmon et al. 2011, doi 10.1145/2063384.2063405), so a run that
    goes on draws what it would have drawn, and processes that share a batch draw parts of the same.

    Errors: Refused where a patient of the split is in another split of the store too, or nothing
    can be drawn."""

    def __init__(
        self, store: Store | Joined, split: str, seconds: int, batch: int,
        seizure_fraction: float | None, seed: int,
    ) -> None:  # fmt: skip
        check_disjoint(store.recordings)
        self.store, self.seconds, self.batch_size, self.seed = store, seconds, batch, seed
        self.fraction = seizure_fraction
        self._rate = store.settings.rate
        self._window = seconds * self._rate
        of = store.of(split)
        self.short = tuple(one.id for one in of if one.samples < self._window)
        self._recordings = [one for one in of if one.samples >= self._window]
        self._marks = [marks_of(one, self._rate) for one in self._recordings]
        self._seizures = by_patient(self._recordings, self._marks)
        # Without a fraction, windows that touch a seizure are drawn like all others.
        avoided = self._marks if seizure_fraction is not None else [NO_MARKS] * len(self._marks)
        pairs = zip(self._recordings, avoided, strict=True)
        self._others = Starts(
            [background(marks, one.samples, self._window) for one, marks in pairs]
        )
        self._check(split)

    def batch(self, step: int, rank: int = 0, world: int = 1) -> Batch:
        """The batch of that step; of `world` processes, the part of process `rank`: [B / world, …].
        The parts of all, one after the other, are the batch of one."""
        if self.batch_size % world:
            raise Refused(
                "The batch cannot be shared out",
                f"{self.batch_size} windows are not divisible among {world} processes",
            )
        count = self.batch_size // world
        drawn = self._draw(step)[rank * count : (rank + 1) * count]
        signal = np.empty((count, self.store.settings.channels, self._window), np.float16)
        labels = np.empty((count, self.seconds), np.uint8)
        for i, (at, start) in enumerate(drawn):
            self.store.read(self._recordings[at].id, start, signal[i])
            labels[i] = labels_of(self._marks[at], start, self.seconds, self._rate)
        where = tuple((self._recordings[at].id, start) for at, start in drawn)
        return Batch(signal, labels, where)

    def _draw(self, step: int) -> list[tuple[int, int]]:
        """(recording, first sample) of all windows of a step."""
        generator = np.random.Generator(
            np.random.Philox(key=[self.seed, 0], counter=[0, 0, 0, step])
        )
        numbers = generator.random((self.batch_size, 3))
        return [
            self._seizure(*row)
            if self._is_seizure(step * self.batch_size + i)
            else self._others.at(row[0])
            for i, row in enumerate(numbers)
        ]

    def _is_seizure(self, item: int) -> bool:
        return self.fraction is not None and int((item + 1) * self.fraction) > int(
            item * self.fraction
        )

    def _seizure(self, patient: float, event: float, place: float) -> tuple[int, int]:
        events = self._seizures[int(patient * len(self._seizures))]
        at, start, end = events[int(event * len(events))]
        samples = self._recordings[at].samples
        first, last = touching(start, end, samples, self._window, self._rate)
        return at, first + int(place * (last - first))

    def _check(self, split: str) -> None:
        what = f"No windows can be drawn of {self.store.dataset}"
        if not self._recordings:
            long = f"of {self.seconds} seconds or longer" if self.short else "prepared"
            raise Refused(what, f"its split {split} has no recording {long}")
        if self.fraction and not self._seizures:
            raise Refused(
                what,
                f"its split {split} has no seizure, but {self.fraction:g} of the windows need one",
            )
        if self.fraction != 1 and not self._others.count:
            raise Refused(
                what, f"its split {split} has no {self.seconds} seconds without a seizure"
            )
