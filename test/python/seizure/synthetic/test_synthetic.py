"""Made-up patients: who there is, the same everywhere, read back as what was made."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from jobkit.events import Phase
from seizure.annotations import hed_score
from seizure.corpora.corpus import open_corpus
from seizure.corpora.inventory import require_sound, take
from seizure.edf.header import read_header
from seizure.edf.montage import plan
from seizure.edf.signals import read_blocks
from seizure.program import Events
from seizure.recording import Seizure
from seizure.synthetic import corpus, seizures
from seizure.synthetic.artefacts import RATES
from seizure.synthetic.corpus import recipe_of, tsv, write_corpus, write_person
from seizure.synthetic.head import NAMES
from seizure.synthetic.patient import draw
from seizure.synthetic.recipe import RATE, Recipe, make, people

SMALL = Recipe((("train", 1, 40), ("dev", 1, 40), ("test", 2, 40)), seed=11)


def test_everybody_is_there_and_kinds_are_as_even_as_can_be() -> None:
    everybody = people(Recipe())
    assert [one.name for one in everybody] == [f"{n:03}" for n in range(1, 181)]
    assert Counter(one.split for one in everybody) == {"train": 100, "dev": 20, "test": 60}
    for split, expected in {
        "train": {None: 25, 0: 25, 1: 25, 2: 25}, "dev": {None: 5, 0: 5, 1: 5, 2: 5},
        "test": {None: 15, 0: 15, 1: 15, 2: 15},
    }.items():  # fmt: skip
        assert Counter(one.kind for one in everybody if one.split == split) == expected
    # Who has which is drawn, not told by the number.
    assert [one.kind for one in everybody[:4]] != [0, 1, 2, 0]


def test_one_patient_is_the_same_on_every_machine(tmp_path: Path) -> None:
    recipe = Recipe()
    person = people(recipe)[120]
    line = write_person((tmp_path, recipe, person), None)
    assert hashlib.sha256(line.encode()).hexdigest()[:16] == "d96bc98764c0445d"
    # What is there is not made again; and it is what is hashed.
    assert write_person((tmp_path, recipe, person), None) == line
    for row in line.splitlines():
        digest, _, name = row.partition("  ")
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest


def test_patients_do_not_depend_on_each_other_and_differ() -> None:
    everybody = people(SMALL)
    alone, _ = make(SMALL, everybody[2])
    for one in everybody:
        make(SMALL, one)
    again, _ = make(SMALL, everybody[2])
    other, _ = make(SMALL, everybody[3])
    assert np.array_equal(alone, again)
    assert not np.array_equal(alone, other)
    assert Recipe(seed=1).key() != Recipe(seed=2).key() != SMALL.key()


def test_a_corpus_is_read_back_by_the_same_readers(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    events = Events(human=None)
    with Phase(events, "data") as phase:
        digest = write_corpus(folder, phase, SMALL)
        before = {p: p.stat().st_ino for p in folder.rglob("*.edf")}
        gone = next(iter(before))
        (tmp_path / "old").hardlink_to(gone)  # so that no other file gets its number
        gone.rename(
            gone.with_name(f".{gone.name}.999999999")
        )  # as a process that was killed leaves it
        assert write_corpus(folder, phase, SMALL) == digest
    kept = [p for p, inode in before.items() if p.stat().st_ino == inode]
    assert len(kept) == 3  # only what was missing is made again
    assert len({p.stat().st_mtime_ns for p in folder.rglob("*") if p.is_file()}) == 1
    assert not list(folder.rglob(".*"))

    found = take(open_corpus(folder))
    require_sound(found)
    assert (found.layout, found.synthetic, found.notices) == ("bids", True, ())
    assert (found.version, found.licence) == (SMALL.key(), "CC0-1.0")
    for person, entry in zip(people(SMALL), found.entries, strict=True):
        signal, made = make(SMALL, person)
        assert (entry.patient.removeprefix("sub-"), entry.split) == (person.name, person.split)
        assert (entry.seconds, entry.rate, entry.missing) == (40, 256, ())
        assert entry.montages == ("referential", "bipolar")
        read_back = [(round(s.start, 2), round(s.end, 2), s.kind) for s in entry.seizures]
        assert read_back == [(s.start, s.end, s.kind) for s in made]
        header = read_header(entry.edf)
        assert header.notices == ()
        read = np.concatenate(list(read_blocks(header, plan(header, "referential"))), axis=1)
        assert read.shape == (19, 40 * RATE)
        assert np.abs(read - signal).max() < 0.11  # a tenth of a microvolt, on both references


def test_the_hash_is_of_all_files_and_a_difference_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiny = Recipe((("test", 1, 40),), seed=3)
    monkeypatch.setattr("seizure.synthetic.recipe.ORDINARY", tiny)
    told: list[str] = []
    events = Events(human=None)
    monkeypatch.setattr(events, "warn", told.append)
    with Phase(events, "data") as phase:
        digest = write_corpus(tmp_path, phase)
        assert len(told) == 1 and digest[:12] in told[0]
        monkeypatch.setattr(corpus.frozen, "SHA256", digest)
        assert write_corpus(tmp_path, phase) == digest
        assert len(told) == 1
        described = json.loads((tmp_path / "dataset_description.json").read_text())
        assert described["ann_tui_synthetic"] == tiny.key()
        people_file = tmp_path / "participants.tsv"
        assert people_file.read_text() == "participant_id\tsplit\nsub-001\ttest\n"
        (about,) = tmp_path.rglob("*_eeg.json")
        assert json.loads(about.read_text())["EEGChannelCount"] == len(NAMES) == 19
        (table,) = tmp_path.rglob("*_events.tsv")
        table.write_text(table.read_text() + "\n")
        assert write_corpus(tmp_path, phase) != digest
        assert len(told) == 2
        # Patients of another recipe do not stay among those of this one.
        assert recipe_of(tmp_path) == tiny.key() and recipe_of(tmp_path / "none") is None
        other = Recipe((("test", 2, 40),), seed=4)
        write_corpus(tmp_path, phase, other)
        assert recipe_of(tmp_path) == other.key()
        assert write_corpus(tmp_path, phase) == digest
        assert len(list(tmp_path.rglob("*.edf"))) == 1


@pytest.mark.parametrize("kind", range(3))
def test_a_seizure_is_where_it_is_said_to_be(kind: int) -> None:
    longest = (20, 70, 50)[kind]
    for seed in range(6):
        rng = np.random.default_rng(seed)
        signal = np.zeros((19, 150 * RATE))
        found = seizures.KINDS[kind](rng, draw(rng), signal, RATE)
        assert found.kind == ("sz-gen", "sz-foc", "sz-foc-f2b")[kind]
        assert 12 <= found.start < found.end <= 138
        assert 6 <= found.seconds <= longest
        begun, ended = round(found.start * RATE), round(found.end * RATE)
        assert not signal[:, : begun - 1].any()
        inside = signal[:, begun:ended]
        assert inside.any(axis=0).mean() > 0.95
        # After a focal one the background is smaller and slow waves come; after the others nothing.
        assert signal[:, ended + 1 :].any() == (kind > 0)


def test_a_seizure_is_about_as_large_as_the_background() -> None:
    ratios = []
    for seed in range(25):
        rng = np.random.default_rng(seed)
        patient = draw(rng)
        signal = np.zeros((19, 150 * RATE))
        found = seizures.generalised(rng, patient, signal, RATE)
        part = signal[:, round((found.start + 1) * RATE) : round((found.end - 1) * RATE)]
        ratios.append(part.std(axis=1).max() / patient.microvolts)
    assert 0.4 < min(ratios) < 0.6
    assert 0.85 < max(ratios) < 1.2


@pytest.mark.parametrize("artefact", list(RATES), ids=lambda one: one.__name__)
def test_an_artefact_adds_to_a_signal_without_a_jump_at_its_ends(artefact: object) -> None:
    for seed in range(8):
        rng = np.random.default_rng(seed)
        signal = np.zeros((19, 20 * RATE))
        artefact(rng, draw(rng), signal, RATE)  # type: ignore[operator]
        assert np.isfinite(signal).all()
        assert np.abs(signal).max() < 1500


def test_a_table_without_a_seizure_has_a_row_of_background(tmp_path: Path) -> None:
    for name, made in {"none": [], "one": [Seizure(3.5, 12.25, "sz-foc-f2b")]}.items():
        path = tmp_path / f"{name}_events.tsv"
        path.write_text(tsv(made, 60))
        found = hed_score.read(path)
        assert found.seconds == 60
        rows = [(row.start, row.end, row.kind) for row in found.rows]
        assert rows == ([(3.5, 12.25, "sz-foc-f2b")] if made else [(0, 60, "bckg")])
