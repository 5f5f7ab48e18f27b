"""Who there is in a made-up corpus, and each one's signal."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from seizure.recording import Seizure
from seizure.synthetic import artefacts, seizures
from seizure.synthetic.patient import background, draw

RATE = 256
#: Goes up whenever the same recipe makes other signals.
VERSION = 2


@dataclass(frozen=True)
class Recipe:
    """`splits`: of each its name, how many patients it has, and the seconds of each one's only
    recording. `seed`: another makes other patients.

    What is scored is longer than what is learnt from: events are joined and widened by minutes, and
    in six hours one false alarm is 4 in 24 hours."""

    splits: tuple[tuple[str, int, int], ...] = (
        ("train", 100, 150),
        ("dev", 20, 360),
        ("test", 60, 360),
    )
    seed: int = 2026

    def key(self) -> str:
        """16 hex digits, others for any other recipe and for any other version of what is made of
        one."""
        told = json.dumps({"version": VERSION, **asdict(self)}, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]


#: What `synthetic-seizures` is made by.
ORDINARY = Recipe()


@dataclass(frozen=True)
class Person:
    """`seconds`: of the recording. `kind`: which of seizures.KINDS; None has none. `number`: what
    the draws are made from."""

    name: str
    split: str
    seconds: int
    number: int
    kind: int | None


#: Three of four have a seizure.
WITH_SEIZURE = 0.75


def people(recipe: Recipe) -> list[Person]:
    """Everybody, in order. In each split three of four have a seizure and its kinds are as even as
    can be, who has which is drawn."""
    found: list[Person] = []
    for at, (split, count, seconds) in enumerate(recipe.splits):
        with_seizure = int(WITH_SEIZURE * count + 0.5)
        kinds: list[int | None] = [i % len(seizures.KINDS) for i in range(with_seizure)]
        kinds += [None] * (count - with_seizure)
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([recipe.seed, 1, at])))
        order = np.argsort(rng.random(count), kind="stable")
        for i in order:
            number = len(found) + 1
            found.append(Person(f"{number:03}", split, seconds, number, kinds[int(i)]))
    return found


def make(recipe: Recipe, person: Person) -> tuple[NDArray[np.float64], list[Seizure]]:
    """([19, samples] in µV against the average of the electrodes, what was made into it)."""
    seeds = np.random.SeedSequence([recipe.seed, 0, person.number])
    rng = np.random.Generator(np.random.PCG64(seeds))
    patient = draw(rng)
    signal = background(rng, patient, person.seconds * RATE, RATE)
    patient = replace(patient, microvolts=float(signal.std(axis=1).mean()))
    events = []
    if person.kind is not None:
        events.append(seizures.KINDS[person.kind](rng, patient, signal, RATE))
    artefacts.add_all(rng, patient, signal, RATE)
    signal *= patient.gains[:, None]
    return signal - signal.mean(axis=0), events
