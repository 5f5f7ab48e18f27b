"""What containers leave on the volume of datasets, and the next ones find there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from evaluation_support import SETTINGS, job_of
from jobkit.cloud.control import Control
from jobkit.cloud.worker import worker
from jobkit.cloud.workload import PARTS, Part
from jobkit.events import JOURNAL, Phase, read_journal
from jobkit.files import read_json, write_json
from seizure.cloud import EVALUATE, PREPARE, TRAIN
from seizure.corpora.inventory import files
from seizure.fetch.sync import sync
from seizure.job import parse
from seizure.program import Events
from seizure.store import recordings
from seizure.store.layout import store_folder

pytest_plugins = ["evaluation_fixtures"]


class Words(dict):  # type: ignore[type-arg]
    """A Dict of Modal, as far as a worker uses it."""

    def put(self, key: str, value: Any, *, skip_if_exists: bool = False) -> bool:
        if skip_if_exists and key in self:
            return False
        self[key] = value
        return True


class Volume:
    """A folder whose files get another time with every commit, as Modal may do it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.commits = 0

    def commit(self) -> None:
        self.commits += 1
        for path in self.folder.rglob("*"):
            os.utime(path, (1000.0 + self.commits, 1000.0 + self.commits))

    def store(self) -> Path:
        return store_folder(self.folder, "tiny", parse(job_of(self.folder)).settings)

    def contents(self) -> dict[str, bytes]:
        found = sorted(path for path in self.store().rglob("*") if path.is_file())
        return {path.relative_to(self.store()).as_posix(): path.read_bytes() for path in found}


class Run:
    """A run whose containers work one after the other."""

    def __init__(self, workload: Any, volume: Volume, folder: Path, job: dict[str, Any]) -> None:
        self.workload, self.volume, self.folder = workload, volume, folder
        self.job = workload.job(job, folder, volume.folder)

    def parts(self) -> list[Part]:
        return self.workload.split(self.job)  # type: ignore[no-any-return]

    def work(self, part: Part, control: Words | None = None) -> dict[str, Any]:
        place = worker.Place(
            self.folder / PARTS / part.name, self.folder / "shared", "in-1", "ta-1", lambda: None,
            self.volume.folder, self.volume.commit,
        )  # fmt: skip
        return worker.work(
            self.workload, part.name, part.job, place, Control(control or Words(), "r")
        )

    def all(self) -> dict[str, Any]:
        """Every part; returns the run's result."""
        parts = self.parts()
        for part in parts:
            outcome = self.work(part)
            assert outcome["code"] == 0, outcome
        self.workload.merge(self.folder, parts, self.volume.folder, 7.0, {})
        found = read_json(self.folder / "results.json")
        assert found is not None
        return found

    def events(self, name: str, kind: str) -> list[dict[str, Any]]:
        path = self.folder / PARTS / name / JOURNAL
        lines = [Events.schema.classify(line).event for line in path.read_text().splitlines()]
        return [one for one in lines if one is not None and one["type"] == kind]

    def log(self, name: str) -> str:
        return (self.folder / PARTS / name / "log").read_text()


@pytest.fixture
def volume(datasets: Path, tmp_path: Path) -> Volume:
    """With `tiny` on it, as it was brought there, and nothing prepared."""
    folder = tmp_path / "volume"
    for path in sorted((datasets / "tiny").rglob("*")):
        if path.is_file():
            there = folder / path.relative_to(datasets)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(path.read_bytes())
    with Phase(Events(human=None), "data") as phase:
        sync("tiny", folder, phase, folder / "tiny", timeless=True)
    return Volume(folder)


def preparing(**more: Any) -> dict[str, Any]:
    job = job_of(Path("/"))
    kept = {key: job[key] for key in ("v", "datasets", "data_dir", "settings", "workers")}
    return {**kept, "job": "prepare", **more}


def test_shares_leave_what_one_container_would_have_left(volume: Volume, tmp_path: Path) -> None:
    one = Run(PREPARE, volume, tmp_path / "one", preparing(containers=1)).all()
    alone = volume.contents()
    assert len([name for name in alone if name.endswith(".f16")]) == 8
    for path in sorted(volume.store().rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()

    several = Run(PREPARE, volume, tmp_path / "several", preparing(containers=3))
    parts = several.parts()
    assert [part.name for part in parts] == ["w1", "w2", "w3"]
    assert [part.label for part in parts] == ["3 recordings", "3 recordings", "2 recordings"]
    found = several.all()
    assert {**found, "machine": {}} == {**one, "machine": {}}
    assert volume.contents() == alone
    told = [e["recording"] for name in ("w1", "w2", "w3") for e in several.events(name, "prepared")]
    assert len(told) == len(set(told)) == 8
    assert not [path for path in (volume.folder / "stores").rglob("*.lock")]
    assert (
        Run(PREPARE, volume, tmp_path / "many", preparing(containers=50)).parts()[-1].name == "w8"
    )


def test_a_share_copies_no_recording_and_leaves_those_of_others_alone(
    volume: Volume, tmp_path: Path
) -> None:
    run = Run(PREPARE, volume, tmp_path / "run", preparing(containers=2))
    first, second = run.parts()
    used = PREPARE.shared_data(second.job, volume.folder)
    assert not [name for name in used.uses if name.endswith(".edf")]
    store = volume.store().relative_to(volume.folder).as_posix()
    assert used.makes == [f"{store}/{name}" for name in ("store.json", "signals", "recordings")]
    run.work(first)
    before = volume.contents()
    run.work(second)
    after = volume.contents()
    assert before.items() <= after.items() and len(after) > len(before)


def test_a_preparation_verifies_what_is_there_and_mends_it(volume: Volume, tmp_path: Path) -> None:
    Run(PREPARE, volume, tmp_path / "one", preparing(containers=1)).all()
    right = volume.contents()
    signal = sorted((volume.store() / "signals").iterdir())[2]
    content = bytearray(signal.read_bytes())
    content[500] ^= 1
    signal.write_bytes(content)
    run = Run(PREPARE, volume, tmp_path / "two", preparing(containers=2))
    run.all()
    assert volume.contents() == right
    told = [e["message"] for name in ("w1", "w2") for e in run.events(name, "warning")]
    assert [
        "1 prepared recordings of tiny are not as they were written" in one for one in told
    ] == [True]


def test_one_that_was_stopped_goes_on(volume: Volume, tmp_path: Path) -> None:
    run = Run(PREPARE, volume, tmp_path / "run", preparing(containers=2))
    first, second = run.parts()
    words = Words({"r": {"stop": "asked", "budget": None}})
    assert run.work(first, words) == {"part": "w1", "stopped": "asked"}
    assert run.work(second)["code"] == 0
    half = volume.contents()
    assert [part.job for part in run.parts()] == [first.job, second.job], "shares stay as they are"
    assert run.work(first)["code"] == 0
    assert half.items() <= volume.contents().items()
    assert len(read_journal(run.folder / PARTS / "w1" / JOURNAL, Events.schema).kept) == 4


def test_a_recording_that_changed_on_the_volume_is_refused(volume: Volume, tmp_path: Path) -> None:
    edf = sorted((volume.folder / "tiny").rglob("*.edf"))[0]
    content = bytearray(edf.read_bytes())
    content[-100_000:] = bytes(100_000)
    content[256 * 20 + 64] ^= 1
    edf.write_bytes(content)
    run = Run(PREPARE, volume, tmp_path / "run", preparing(containers=1))
    failure = run.work(run.parts()[0])["failure"]
    assert str(edf) in failure["what"] + failure["why"]
    assert "it has changed since the inventory was taken" in failure["why"]
    assert failure["hint"] == "take its inventory again: ann-tui sync tiny --target modal"


def test_an_evaluation_uses_what_is_prepared_and_no_recording(
    volume: Volume, tmp_path: Path
) -> None:
    run = Run(EVALUATE, volume, tmp_path / "run", {**job_of(Path("/")), "preparers": 3})
    parts = run.parts()
    assert [(p.name, p.machine, p.stage) for p in parts] == [
        ("p1", "prepare", 0), ("p2", "prepare", 0), ("p3", "prepare", 0), ("w1", "work", 1),
    ]  # fmt: skip
    for part in parts[:3]:
        assert run.work(part)["code"] == 0
    for edf in (volume.folder / "tiny").rglob("*.edf"):
        edf.unlink()
    store = {path: path.stat().st_ino for path in volume.store().rglob("*.f16")}
    assert len(store) == 7, "of dev and test"
    commits = volume.commits
    assert run.work(parts[3])["code"] == 0
    assert len(run.events("w1", "judged")) == 7
    assert run.events("w1", "trace"), "what is looked at comes from the store alone"
    assert "of data were there, fetched in" in run.log("w1")
    assert {path: path.stat().st_ino for path in volume.store().rglob("*.f16")} == store
    assert volume.commits == commits, "nothing is written there"
    found = read_json(run.folder / PARTS / "w1" / "results.json")
    assert found is not None
    assert found["datasets"][0]["store"] == volume.store().relative_to(volume.folder).as_posix()
    assert found["settings"]["rate"] == SETTINGS["rate"]
    assert [part.name for part in run.parts()] == ["w1"], "nothing is missing any more"


def test_only_what_is_missing_is_prepared_before(volume: Volume, tmp_path: Path) -> None:
    Run(EVALUATE, volume, tmp_path / "one", {**job_of(Path("/")), "preparers": 2}).all()
    right = volume.contents()
    gone = sorted((volume.store() / "recordings").iterdir())[0]
    gone.unlink()
    run = Run(EVALUATE, volume, tmp_path / "two", {**job_of(Path("/")), "preparers": 2})
    before, _ = run.parts()
    kept = {path: path.stat().st_ino for path in volume.store().rglob("*.f16")}
    assert run.work(before)["code"] == 0
    assert [e["recording"] for e in run.events(before.name, "prepared")] == [gone.stem]
    assert volume.contents() == right
    now = {path: path.stat().st_ino for path in volume.store().rglob("*.f16")}
    assert [path.stem for path in kept if kept[path] != now[path]] == [gone.stem]


def test_other_annotations_by_now_are_written_and_no_signal_is_made_anew(
    volume: Volume, tmp_path: Path
) -> None:
    Run(EVALUATE, volume, tmp_path / "one", {**job_of(Path("/")), "preparers": 1}).all()
    path = files.recordings_file(volume.folder, "tiny")
    value = json.loads(path.read_text())
    (one, *_) = [r for r in value["recordings"] if r["split"] == "test"]
    one["seizures"] = [[1.0, 9.0, "sz"]]
    write_json(path, value)
    kept = {path: path.stat().st_ino for path in volume.store().rglob("*.f16")}
    run = Run(EVALUATE, volume, tmp_path / "two", {**job_of(Path("/")), "preparers": 1})
    assert [part.name for part in run.parts()] == ["p1", "w1"]
    run.all()
    assert {path: path.stat().st_ino for path in volume.store().rglob("*.f16")} == kept
    stored = recordings.read(volume.store() / "recordings" / f"{one['id']}.json")
    assert [(s.start, s.end) for s in stored.seizures] == [(1.0, 9.0)]


def test_a_training_never_prepares(volume: Volume, tmp_path: Path) -> None:
    job = {**preparing(), "job": "train", "config": {}, "prepared": True}
    run = Run(TRAIN, volume, tmp_path / "run", job)
    outcome = run.work(run.parts()[-1])
    assert outcome["failure"]["what"] == "tiny is not prepared"
    assert outcome["failure"]["hint"] == "ann-tui prepare --dataset tiny --target modal"
    assert not volume.store().exists()


def test_what_is_damaged_on_the_volume_is_named_and_nothing_is_judged(
    volume: Volume, tmp_path: Path
) -> None:
    Run(PREPARE, volume, tmp_path / "one", preparing(containers=1)).all()
    ids = {e.id for e in files.read(volume.folder, "tiny").entries if e.split == "test"}
    signal = volume.store() / "signals" / f"{sorted(ids)[0]}.f16"
    content = bytearray(signal.read_bytes())
    content[7] ^= 1
    signal.write_bytes(content)
    run = Run(EVALUATE, volume, tmp_path / "run", job_of(Path("/")))
    outcome = run.work(run.parts()[-1])
    assert (outcome["code"], outcome["failure"]["what"]) == (
        1,
        "What is prepared of tiny is damaged",
    )
    assert f"signals/{signal.name}" in outcome["failure"]["why"]
    assert outcome["failure"]["hint"] == "ann-tui prepare --dataset tiny --target modal"
    assert run.events("w1", "failed")[0]["hint"] == outcome["failure"]["hint"]
    assert "copied once more" in run.events("w1", "warning")[0]["message"]
    assert not run.events("w1", "judged")


def test_what_is_not_there_is_told_by_a_cheap_container(volume: Volume, tmp_path: Path) -> None:
    job = {**job_of(Path("/")), "datasets": [{"name": "tiny"}, {"name": "other"}]}
    run = Run(EVALUATE, volume, tmp_path / "run", job)
    before, _ = run.parts()
    assert (before.name, before.job["share"]) == ("p1", [1, 1])
    failure = run.work(before)["failure"]
    assert failure["what"] == "other is not at Modal"
    assert failure["hint"] == "ann-tui sync other --target modal"


def test_recordings_in_a_bucket_are_read_there_and_nothing_is_written(
    volume: Volume, tmp_path: Path
) -> None:
    """A folder elsewhere, which nobody may write to."""
    bucket = tmp_path / "mnt" / "recordings"
    bucket.mkdir(parents=True)
    os.rename(volume.folder / "tiny", bucket / "tiny")
    with Phase(Events(human=None), "data") as phase:
        sync("tiny", volume.folder, phase, bucket / "tiny", timeless=True, called="s3://b/tiny")
    stamp = read_json(volume.folder / "tiny.json")
    assert stamp is not None
    assert (stamp["folder"], stamp["source"]) == (str(bucket / "tiny"), "s3://b/tiny")
    before = {p: (p.read_bytes(), p.stat().st_mtime_ns) for p in bucket.rglob("*") if p.is_file()}
    Run(PREPARE, volume, tmp_path / "run", preparing(containers=2)).all()
    assert {
        p: (p.read_bytes(), p.stat().st_mtime_ns) for p in bucket.rglob("*") if p.is_file()
    } == before
    assert len([name for name in volume.contents() if name.endswith(".f16")]) == 8
    assert not (volume.folder / "tiny").exists()


def test_made_up_patients_are_made_by_one_that_prepares_all(volume: Volume) -> None:
    job = {**job_of(volume.folder), "datasets": [{"name": "synthetic-seizures"}], "preparers": 4}
    before, _ = EVALUATE.split(job)
    used = EVALUATE.shared_data(before.job, volume.folder)
    made = ["synthetic-seizures", "synthetic-seizures.recordings.json", "synthetic-seizures.json"]
    assert before.job["share"] == [1, 1]
    assert set(made) < set(used.uses) and set(made) < set(used.makes)
    (whole,) = PREPARE.split(
        {**preparing(containers=4), "data_dir": str(volume.folder), "datasets": job["datasets"]}
    )
    assert (whole.name, whole.job["share"]) == ("w1", [1, 1])
