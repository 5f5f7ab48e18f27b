"""What a container leaves on the volume of datasets, and the next one finds there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from evaluation_support import SETTINGS, job_of
from jobkit.cloud.control import Control
from jobkit.cloud.worker import worker
from jobkit.events import JOURNAL, read_journal
from jobkit.files import read_json
from seizure.cloud import EVALUATE, PREPARE
from seizure.job import parse
from seizure.program import Events
from seizure.store.layout import store_folder

pytest_plugins = ["evaluation_fixtures"]


class Words(dict):  # type: ignore[type-arg]
    """A Dict of Modal, as far as a worker uses it."""

    def put(self, key: str, value: Any) -> None:
        self[key] = value


class Volume:
    """A folder whose files get another time with every commit, as Modal may do it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.commits = 0

    def commit(self) -> None:
        self.commits += 1
        for path in self.folder.rglob("*"):
            os.utime(path, (1000.0 + self.commits, 1000.0 + self.commits))


def container(workload: Any, job: dict[str, Any], results: Path, volume: Volume) -> dict[str, Any]:
    (part,) = workload.split(job)
    place = worker.Place(
        results, results / "shared", "in-1", "ta-1", lambda: None, volume.folder, volume.commit
    )
    return worker.work(workload, part.name, part.job, place, Control(Words(), "r"))


@pytest.fixture
def volume(datasets: Path, tmp_path: Path) -> Volume:
    """With `tiny` on it, and nothing prepared."""
    folder = tmp_path / "volume"
    for path in sorted([*datasets.glob("tiny*.json"), *(datasets / "tiny").rglob("*")]):
        if path.is_file():
            there = folder / path.relative_to(datasets)
            there.parent.mkdir(parents=True, exist_ok=True)
            there.write_bytes(path.read_bytes())
    return Volume(folder)


def test_what_one_container_prepared_is_not_prepared_by_the_next(
    volume: Volume, tmp_path: Path
) -> None:
    job = job_of(Path("/mnt/datasets"))
    preparing = {key: job[key] for key in ("v", "datasets", "data_dir", "settings", "workers")}
    first = container(PREPARE, {**preparing, "job": "prepare"}, tmp_path / "first", volume)
    assert first["code"] == 0 and volume.commits == 1
    store = store_folder(volume.folder, "tiny", parse(job).settings)
    made = {path: path.stat().st_ino for path in store.rglob("*.f16")}
    assert len(made) == 8

    second = container(EVALUATE, job, tmp_path / "second", volume)
    assert second["code"] == 0
    events = read_journal(tmp_path / "second" / JOURNAL, Events.schema)
    assert len([e for e in events.kept if e["type"] == "judged"]) == 7
    log = (tmp_path / "second" / "log").read_text()
    assert "of data were there, fetched in" in log
    assert "is not as it was" not in log
    assert {path: path.stat().st_ino for path in store.rglob("*.f16")} == made
    found = read_json(tmp_path / "second" / "results.json")
    assert found is not None
    assert found["datasets"][0]["store"] == store.relative_to(volume.folder).as_posix()
    assert found["settings"]["rate"] == SETTINGS["rate"]
