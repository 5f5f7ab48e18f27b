"""Batches: the same for everybody who asks, balanced as asked, of no other split's patients."""

from __future__ import annotations

import hashlib
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from jobkit.errors import Refused

from seizure.recording import Seizure
from seizure.sampling.places import background, labels_of, marks_of, touching
from seizure.sampling.sampler import Sampler
from seizure.sampling.windows import windows
from seizure.store.store import Store, open_store

sys.path.insert(0, str(Path(__file__).parent.parent))
from noise_stores import SETTINGS, Made, make_inventory, prepared

RATE = SETTINGS.rate
MANY = tuple(Seizure(10 + 12 * i, 13.3 + 12 * i) for i in range(8))
MADE = [
    Made("one", "p1", "train", 60, 128, (Seizure(20.2, 30),)),
    Made("many", "p2", "train", 120, 128, MANY),
    Made("none", "p3", "train", 45, 128),
    Made("brief", "p4", "train", 30, 128, (Seizure(29.5, 29.8), Seizure(0, 0.1))),
    Made("short", "p5", "train", 5, 128, (Seizure(1, 2),)),
    Made("full", "p6", "dev", 20, 128, (Seizure(0, 20),)),
    Made("calm", "p7", "test", 20, 128),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sampler")
    prepared(make_inventory(folder / "edf", MADE), folder / "store").close()
    return folder / "store"


@pytest.fixture
def store(folder: Path):
    with open_store(folder) as store:
        yield store


def touched(store: Store, recording: str, start: int, seconds: int) -> np.ndarray:
    """Labels by the definition, sample by sample."""
    one = store.recording(recording)
    mask = np.zeros(one.samples + seconds * RATE, bool)
    for seizure in one.seizures:
        mask[int(np.floor(seizure.start * RATE)) : int(np.ceil(seizure.end * RATE))] = True
    return mask[start : start + seconds * RATE].reshape(seconds, RATE).any(axis=1)


@pytest.mark.parametrize("fraction", [None, 0.0, 0.3, 1.0])
def test_windows_are_whole_and_their_labels_are_those_of_the_recording(
    store: Store, fraction: float | None
) -> None:
    sampler = Sampler(store, "train", 10, 16, fraction, 7)
    assert sampler.short == ("short",)
    for step in range(12):
        batch = sampler.batch(step)
        assert (batch.signal.shape, batch.signal.dtype) == ((16, 19, 10 * RATE), np.float16)
        assert (batch.labels.shape, batch.labels.dtype) == ((16, 10), np.uint8)
        for signal, labels, (name, start) in zip(
            batch.signal, batch.labels, batch.where, strict=True
        ):
            whole = store.signal(name)
            assert 0 <= start <= whole.shape[1] - 10 * RATE
            assert np.array_equal(signal, whole[:, start : start + 10 * RATE])
            assert np.array_equal(labels, touched(store, name, start, 10))


def test_the_fraction_is_kept_to_the_window(store: Store) -> None:
    for fraction in (0.0, 0.1, 0.3, 1.0):
        sampler = Sampler(store, "train", 10, 8, fraction, 1)
        have = [labels.any() for step in range(50) for labels in sampler.batch(step).labels]
        assert sum(have) == int(400 * fraction)
        gaps = np.diff(np.flatnonzero(have))
        assert not len(gaps) or gaps.max() - gaps.min() <= 1, "spread evenly over the batches"


def test_a_patient_with_many_seizures_has_as_many_windows_as_one_with_few(store: Store) -> None:
    sampler = Sampler(store, "train", 10, 30, 1.0, 3)
    drawn = Counter(name for step in range(100) for name, _ in sampler.batch(step).where)
    assert drawn.keys() == {"one", "many", "brief"}
    assert all(abs(count - 1000) < 4 * np.sqrt(3000 * 2 / 9) for count in drawn.values())
    starts = np.array(
        [s for step in range(100) for n, s in sampler.batch(step).where if n == "one"]
    )
    first, last = touching(int(20.2 * RATE), 30 * RATE, 60 * RATE, 10 * RATE, RATE)
    assert first <= starts.min() < first + RATE and last - RATE <= starts.max() < last
    assert np.histogram(starts, 4, (first, last))[0].min() > 180, "all starts alike"


def test_background_is_drawn_evenly_of_all_that_is_there(store: Store) -> None:
    sampler = Sampler(store, "train", 10, 50, 0.0, 3)
    drawn = Counter(name for step in range(100) for name, _ in sampler.batch(step).where)
    room = {}
    for one in store.of("train"):
        ranges = background(marks_of(one, RATE), one.samples, 10 * RATE)
        room[one.id] = int((ranges[:, 1] - ranges[:, 0]).sum()) if one.id != "short" else 0
    for name, count in room.items():
        assert drawn[name] == pytest.approx(5000 * count / sum(room.values()), abs=150)


def test_a_batch_is_a_function_of_seed_and_step(folder: Path, store: Store) -> None:
    sampler = Sampler(store, "train", 10, 12, 0.5, 42)
    batches = [sampler.batch(step) for step in (5, 0, 123_456_789_012)]
    with open_store(folder) as other:
        again = Sampler(other, "train", 10, 12, 0.5, 42)
        for step, one in zip((5, 0, 123_456_789_012), batches, strict=True):
            for world in (1, 2, 3, 4):
                parts = [again.batch(step, rank, world) for rank in range(world)]
                assert np.array_equal(np.concatenate([p.signal for p in parts]), one.signal)
                assert np.array_equal(np.concatenate([p.labels for p in parts]), one.labels)
                assert sum((p.where for p in parts), ()) == one.where
        assert Sampler(other, "train", 10, 12, 0.5, 43).batch(5).where != batches[0].where
    assert batches[0].where != batches[1].where
    told = repr([sampler.batch(step).where for step in range(10)])
    assert hashlib.sha256(told.encode()).hexdigest()[:12] == "8ce8c9049969", "on every machine"
    with pytest.raises(Refused, match="12 windows are not divisible among 5"):
        sampler.batch(0, 0, 5)


def test_a_patient_of_another_split_is_refused(store: Store) -> None:
    leak = replace(store.recording("calm"), patient="p1")
    leaking = Store(store._layout, store.about, (*store.recordings[1:], leak), None)
    with pytest.raises(Refused, match="p1 is in two splits"):
        Sampler(leaking, "train", 10, 4, 0.5, 0)


def test_what_cannot_be_drawn_is_refused(store: Store) -> None:
    for split, seconds, fraction, why in (
        ("test", 10, 0.5, "has no seizure, but 0.5 of the windows need one"),
        ("dev", 10, 0.5, "has no 10 seconds without a seizure"),
        ("test", 30, None, "has no recording of 30 seconds or longer"),
        ("else", 30, None, "has no recording prepared"),
    ):
        with pytest.raises(Refused, match=why):
            Sampler(store, split, seconds, 4, fraction, 0)
    assert Sampler(store, "dev", 10, 4, 1.0, 0).batch(0).labels.all()
    assert not Sampler(store, "test", 10, 4, None, 0).batch(0).labels.any()


def test_places_against_every_start() -> None:
    """Ranges and labels, compared with what trying every start says, over random seizures."""
    rng = np.random.default_rng(11)
    for _ in range(60):
        rate, window = 8, 8 * int(rng.integers(1, 6))
        samples = int(rng.integers(window, 400))
        edges = np.sort(rng.uniform(0, samples / rate, 2 * int(rng.integers(0, 4))))
        seizures = tuple(Seizure(a, b) for a, b in edges.reshape(-1, 2).tolist())
        marks = marks_of(Recorded(seizures, samples), rate)
        mask = np.zeros(samples, bool)
        for start, end in zip(marks.starts, marks.ends, strict=True):
            mask[start:end] = True
        free = [s for s in range(samples - window + 1) if not mask[s : s + window].any()]
        ranges = background(marks, samples, window)
        assert [s for a, b in ranges.tolist() for s in range(a, b)] == free
        for start in range(0, samples - window + 1, 3):
            wanted = mask[start : start + window].reshape(-1, rate).any(axis=1)
            assert np.array_equal(labels_of(marks, start, window // rate, rate), wanted)
        for a, b in zip(marks.starts.tolist(), marks.ends.tolist(), strict=True):
            first, until = touching(a, b, samples, window, rate)
            least = min(rate, b - a)
            catching = [
                s for s in range(samples - window + 1) if min(s + window, b) - max(s, a) >= least
            ]
            assert list(range(first, until)) == catching


class Recorded:
    """What `marks_of` asks of a recording."""

    def __init__(self, seizures: tuple[Seizure, ...], samples: int) -> None:
        self.seizures, self.samples = seizures, samples


def test_one_window_after_the_other_leaves_nothing_out(store: Store) -> None:
    whole = np.array(store.signal("none"))
    found = list(windows(store, "none", 10, 10))
    assert [one.start for one in found] == [0, 10, 20, 30, 40]
    assert np.array_equal(np.concatenate([w.signal[:, : w.samples] for w in found], 1), whole)
    assert found[-1].samples == 5 * RATE and not found[-1].signal[:, 5 * RATE :].any()
    assert [one.start for one in windows(store, "none", 10, 7.5)] == [0, 7.5, 15, 22.5, 30, 37.5]
    assert [one.samples for one in windows(store, "short", 10, 10)] == [5 * RATE]
