"""Jobs are refused with the key that is wrong."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from conftest import annbench, events_of, write_job
from jobkit.errors import JobError

from annbench.job import parse, parse_datasets

BAD: list[tuple[str, Any, str]] = [
    ("v", 2, "v"),
    ("job", "train", "job"),
    ("k", 0, "k"),
    ("k", 101, "k"),
    ("k", True, "k"),
    ("threads", 1.5, "threads"),
    ("repeats", "5", "repeats"),
    ("subset", 0, "subset"),
    ("subset", 5, "subset"),
    ("seed", -1, "seed"),
    ("datasets", [], "datasets"),
    ("datasets", [{"url": None}], "datasets[0].name"),
    ("datasets", [{"name": "../../etc/passwd"}], "datasets[0].name"),
    ("datasets", [{"name": "a", "url": "file:///etc/passwd"}], "datasets[0].url"),
    ("datasets", [{"name": "a", "sha256": "12"}], "datasets[0].sha256"),
    ("datasets", ["quick"], "datasets[0]"),
    ("data_dir", "relative", "data_dir"),
    ("implementations", [{"name": "magic", "search": [{}]}], "implementations[0].name"),
    ("implementations", [{"name": "naive", "search": []}], "implementations[0].search"),
    ("implementations", [{"name": "hnsw", "build": {"M": 1}, "search": [{}]}],
     "implementations[0].build.M"),
    ("implementations", [{"name": "hnsw", "search": [{}, {"ef": 3}]}],
     "implementations[0].search[1].ef"),
    ("colour", "red", "colour"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "key"), BAD)
def test_names_the_key(job: dict[str, Any], field: str, value: Any, key: str) -> None:
    job[field] = value
    with pytest.raises(JobError) as caught:
        parse(job)
    assert caught.value.key == key


@pytest.mark.parametrize("field", ["v", "job", "datasets", "data_dir", "implementations"])
def test_missing(job: dict[str, Any], field: str) -> None:
    broken = copy.deepcopy(job)
    del broken[field]
    with pytest.raises(JobError) as caught:
        parse(broken)
    assert caught.value.key == field


def test_defaults_are_filled_in(job: dict[str, Any]) -> None:
    job["implementations"] = [{"name": "hnsw", "search": [{"efSearch": 9.0}]}]
    (impl,) = parse(job).implementations
    assert impl.build == {"M": 16, "efConstruction": 200}
    assert impl.search == ({"efSearch": 9},)
    assert impl.label == "hnsw M=16 efConstruction=200"


def test_bad_job_exits_2_with_an_event_and_one_line(job: dict[str, Any], tmp_path: Path) -> None:
    job["implementations"][0]["build"]["M"] = "many"
    done = annbench("run", write_job(tmp_path, job), "--out", tmp_path / "out")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "implementations[0].build.M" in done.stderr
    (failed,) = events_of(tmp_path / "out")
    assert failed["type"] == "failed" and "implementations[0].build.M" in failed["why"]


def test_no_json_exits_2(tmp_path: Path) -> None:
    (tmp_path / "job.json").write_text("{")
    done = annbench("run", tmp_path / "job.json", "--out", tmp_path / "out")
    assert done.returncode == 2 and "JSON" in done.stderr


def sync_job(data: Path, **more: Any) -> dict[str, Any]:
    """Of a job that has data sets ready, and has no word of a benchmark."""
    return {"v": 1, "job": "sync", "datasets": [{"name": "quick"}], "data_dir": str(data), **more}


def test_a_job_may_be_nothing_but_its_data_sets(job: dict[str, Any], tmp_path: Path) -> None:
    found = parse_datasets(sync_job(tmp_path))
    assert [spec.name for spec in found.datasets] == ["quick"] and found.data_dir == tmp_path
    assert parse_datasets(job).datasets == parse(job).datasets
    with pytest.raises(JobError, match="^k: is not known"):
        parse_datasets(sync_job(tmp_path, k=10))
    with pytest.raises(JobError, match="^job: must be 'bench'"):
        parse(sync_job(tmp_path))


def test_prepare_takes_either_job(job: dict[str, Any], tmp_path: Path) -> None:
    path = write_job(tmp_path, sync_job(tmp_path / "data"))
    (tmp_path / "out").mkdir()
    done = annbench("prepare", path, "--dataset", "quick", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "data" / "quick.hdf5").exists()
    done = annbench("prepare", path, "--dataset", "other", "--out", tmp_path / "out")
    assert done.returncode == 2 and "other is not among them" in done.stderr
    done = annbench("prepare", write_job(tmp_path, job), "--dataset", "tiny", "--out",
                    tmp_path / "out")  # fmt: skip
    assert done.returncode == 0, done.stderr
