"""Jobs are checked field by field before anything happens; parts of them are done elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jobkit.cloud.workload import PARTS, Part
from jobkit.errors import JobError
from jobkit.files import read_json, write_json
from seizure.cloud import EVALUATE, PREPARE
from seizure.job import EvaluateJob, PrepareJob, parse

PREPARING: dict[str, Any] = {
    "v": 1, "job": "prepare", "datasets": [{"name": "siena", "url": "https://zenodo.org/1"}],
    "data_dir": "/data", "settings": {"montage": "bipolar"}, "workers": 3,
    "splits": ["test", "dev"],
}  # fmt: skip
EVALUATING: dict[str, Any] = {
    "v": 1, "job": "evaluate", "datasets": [{"name": "siena"}, {"name": "chb-mit"}],
    "data_dir": "/data", "settings": {"montage": "bipolar", "rate": 128}, "workers": 0,
    "checkpoint": "baseline", "seed": 7, "draws": 200,
}  # fmt: skip


def test_a_job_is_read_as_written() -> None:
    found = parse(PREPARING)
    assert isinstance(found, PrepareJob)
    assert (found.datasets, found.data_dir, found.workers) == (("siena",), Path("/data"), 3)
    assert found.splits == ("dev", "test")
    evaluated = parse(EVALUATING)
    assert isinstance(evaluated, EvaluateJob)
    assert evaluated.datasets == ("siena", "chb-mit")
    assert (evaluated.settings.montage, evaluated.settings.rate) == ("bipolar", 128)
    assert (evaluated.seed, evaluated.draws) == (7, 200)
    assert evaluated.workers >= 1  # all cores


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"v": 2}, "v"),
        ({"job": "learn"}, "job"),
        ({"datasets": []}, "datasets"),
        ({"datasets": [{"name": "../siena"}]}, "datasets[0].name"),
        ({"datasets": [{"name": "a"}, {"name": "a"}]}, "datasets[1].name"),
        ({"datasets": [{"name": "a", "url": "file:///a"}]}, "datasets[0].url"),
        ({"datasets": [{"name": "a", "from": "/a"}]}, "datasets[0].from"),
        ({"data_dir": "data"}, "data_dir"),
        ({"settings": {}}, "settings.montage"),
        ({"settings": {"montage": "bipolar", "gain": 1}}, "settings.gain"),
        ({"workers": -1}, "workers"),
        ({"checkpoint": "best.pt"}, "checkpoint"),
        ({"draws": 1}, "draws"),
        ({"splits": ["dev"]}, "splits"),
        ({"more": 1}, "more"),
    ],
)
def test_a_field_that_is_wrong_is_named(change: dict[str, Any], key: str) -> None:
    with pytest.raises(JobError) as wrong:
        parse({**EVALUATING, **change})
    assert wrong.value.key == key


def test_splits_are_those_of_the_field() -> None:
    for splits in ([], ["eval"], "dev"):
        with pytest.raises(JobError) as wrong:
            parse({**PREPARING, "splits": splits})
        assert wrong.value.key == "splits"


def test_the_whole_job_is_one_part_on_what_is_prepared(tmp_path: Path) -> None:
    job = EVALUATE.job({**EVALUATING, "data_dir": "/home/me"}, tmp_path, tmp_path / "mnt")
    before, part = EVALUATE.split({**job, "preparers": 4})
    assert (part.name, part.label, part.machine, part.stage) == ("w1", "siena, chb-mit", "work", 1)
    assert parse(part.job).data_dir == tmp_path / "mnt"
    assert part.job["prepared"] is True
    # Neither is there: a cheap container says so.
    assert (before.name, before.machine, before.stage) == ("p1", "prepare", 0)
    assert before.job["share"] == [1, 1]
    with pytest.raises(JobError):
        PREPARE.split({**PREPARING, "job": "nothing"})
    with pytest.raises(JobError, match="containers"):
        PREPARE.split({**PREPARING, "containers": 0})


@pytest.mark.parametrize("share", [[0, 1], [2, 1], [1], "1/2", [1, True]])
def test_a_share_that_cannot_be_is_refused(share: object) -> None:
    with pytest.raises(JobError) as wrong:
        parse({**PREPARING, "share": share})
    assert wrong.value.key == "share"


def test_a_parts_files_become_the_runs(tmp_path: Path) -> None:
    part = Part("w1", "siena", EVALUATING)
    folder = tmp_path / PARTS / "w1"
    (folder / "traces").mkdir(parents=True)
    (folder / "traces" / "001.json").write_text("{}")
    (folder / "traces" / ".002.json.77").write_text("half")
    (folder / "scores").mkdir()
    (folder / "scores" / "a.npz").write_bytes(b"kept there")
    assert not EVALUATE.is_done(folder)
    assert EVALUATE.merge(tmp_path, [part], tmp_path, 1.0, {}) == []
    assert not (tmp_path / "results.json").exists()
    write_json(folder / "results.json", {"v": 1})
    assert EVALUATE.is_done(folder)
    EVALUATE.merge(tmp_path, [part], tmp_path, 1.0, {})
    assert read_json(tmp_path / "results.json") == {"v": 1}
    assert [p.name for p in (tmp_path / "traces").iterdir()] == ["001.json"]
    assert not (tmp_path / "scores").exists()
