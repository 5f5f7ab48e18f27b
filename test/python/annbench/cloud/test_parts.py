"""A job in parts: which there are, and that they are the job."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jobkit.errors import JobError

from annbench import job as jobs
from annbench.cloud.parts import source_of, spec_of, split


def names(value: dict[str, Any]) -> list[tuple[str, str]]:
    return [(part.name, part.label) for part in split(value)]


def test_data_sets_by_builds_in_the_order_of_the_job(job: dict[str, Any]) -> None:
    job["datasets"] = [{"name": "tiny"}, {"name": "other"}]
    assert names(job) == [
        ("w1", "hnsw M=8 efConstruction=60 on tiny"), ("w2", "naive on tiny"),
        ("w3", "hnsw M=8 efConstruction=60 on other"), ("w4", "naive on other"),
    ]  # fmt: skip
    assert split(job) == split(job)


def test_each_part_is_a_job_with_all_settings_of_its_build(job: dict[str, Any]) -> None:
    first, second = split(job)
    assert [len(i.search) for i in jobs.parse(first.job).implementations] == [3]
    assert jobs.parse(second.job).implementations[0].name == "naive"
    for name in ("k", "threads", "repeats", "seed", "data_dir"):
        assert first.job[name] == job[name]


def test_grids_of_one_build_are_one_part(job: dict[str, Any]) -> None:
    job["implementations"] = [
        {"name": "hnsw", "build": {}, "search": [{"efSearch": 10}, {"efSearch": 20}]},
        {"name": "hnsw", "build": {"M": 32}, "search": [{"efSearch": 10}]},
        # The defaults spelt out.
        {"name": "hnsw", "build": {"M": 16, "efConstruction": 200},
         "search": [{"efSearch": 20}, {"efSearch": 30}]},
    ]  # fmt: skip
    first, second = split(job)
    assert first.job["implementations"][0]["search"] == [
        {"efSearch": 10}, {"efSearch": 20}, {"efSearch": 30},
    ]  # fmt: skip
    assert spec_of(second).build["M"] == 32
    assert len(job["implementations"][0]["search"]) == 2, "the job itself is left alone"


def test_a_data_set_given_twice_is_one(job: dict[str, Any]) -> None:
    job["datasets"] = [{"name": "tiny"}, {"name": "tiny"}]
    assert len(split(job)) == 2


def test_own_files_by_source_and_build(job: dict[str, Any], tmp_path: Path) -> None:
    source = tmp_path / "mine.cpp"
    source.write_text("// mine\n")
    job["implementations"] = [
        {"source": str(source), "build": {"trees": 4}},
        {"source": str(source), "build": {"trees": 8}},
    ]
    assert names(job) == [("w1", "mine trees=4 on tiny"), ("w2", "mine trees=8 on tiny")]
    assert {source_of(part) for part in split(job)} == {source}


def test_one_of_each_is_one_part(job: dict[str, Any]) -> None:
    del job["implementations"][1]
    assert [name for name, _ in names(job)] == ["w1"]


def test_a_wrong_job_names_its_key(job: dict[str, Any]) -> None:
    job["implementations"][1]["search"] = [{"ef": 3}]
    with pytest.raises(JobError, match=r"implementations\[1\].search\[0\].ef"):
        split(job)


def test_targets_of_one_build_are_one_part(job: dict[str, Any]) -> None:
    build = job["implementations"][0]["build"]
    job["implementations"] = [
        {"name": "hnsw", "build": build, "at_recall": [0.99]},
        {"name": "hnsw", "build": build, "search": [{"efSearch": 10}], "at_recall": [0.9, 0.99]},
    ]
    (part,) = split(job)
    spec = spec_of(part)
    assert spec.at_recall == (0.9, 0.99) and spec.search == ({"efSearch": 10},)
