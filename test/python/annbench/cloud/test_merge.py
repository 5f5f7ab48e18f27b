"""The results of parts become those of one run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import annbench, comparable, events_of, write_job
from jobkit.cloud.workload import Part

from annbench.cloud.merge import OUTCOME, merge
from annbench.cloud.parts import split
from annbench.results import results


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory, data_dir: Path) -> Path:
    """`local`, a run of the job by one process, and `run`, its parts measured apart."""
    folder = tmp_path_factory.mktemp("measured")
    value = job_of(data_dir)
    done = annbench("run", write_job(folder, value), "--out", folder / "local")
    assert done.returncode == 0, done.stderr
    for part in split(value):
        there = folder / "run" / "parts" / part.name
        there.mkdir(parents=True)
        done = annbench("run", write_job(there, part.job), "--out", there, "--part")
        assert done.returncode == 0, done.stderr
    return folder


def job_of(data_dir: Path) -> dict[str, Any]:
    return {
        "v": 1, "job": "bench", "datasets": [{"name": "tiny"}], "data_dir": str(data_dir),
        "k": 10, "threads": 1, "build_threads": 1, "subset": None, "repeats": 2, "seed": 42,
        "implementations": [
            {"name": "hnsw", "build": {"M": 8, "efConstruction": 60},
             "search": [{"efSearch": 40}, {"efSearch": 10}]},
            {"name": "naive", "build": {}, "search": [{}]},
        ],
    }  # fmt: skip


@pytest.fixture
def run(measured: Path, tmp_path: Path) -> Path:
    shutil.copytree(measured / "run", tmp_path / "run")
    return tmp_path / "run"


@pytest.fixture
def parts(data_dir: Path) -> list[Part]:
    return split(job_of(data_dir))


def read(folder: Path) -> dict[str, Any]:
    return json.loads((folder / results.FILE).read_text())


def files(folder: Path) -> list[Path]:
    return sorted(p.relative_to(folder) for p in (folder / "results-hdf5").rglob("*"))


def test_as_if_one_process_had_measured(
    run: Path, parts: list[Part], data_dir: Path, measured: Path
) -> None:
    assert merge(run, parts, data_dir, 12.3456, {}) == []
    found, local = read(run), read(measured / "local")
    assert set(found) - set(local) == {"containers"} and set(local) <= set(found)
    assert comparable(found) == comparable(local)
    assert found["seconds"] == 12.346 and found["noise"]["points"] == 3
    assert files(run) == files(measured / "local")
    assert [(c["name"], c["label"]) for c in found["containers"]] == [
        ("w1", "hnsw M=8 efConstruction=60 on tiny"), ("w2", "naive on tiny"),
    ]  # fmt: skip
    assert all(c["cpu"] and c["affinity"] for c in found["containers"])


def test_again_is_the_same(run: Path, parts: list[Part], data_dir: Path) -> None:
    merge(run, parts, data_dir, 1, {})
    before = (run / results.FILE).read_bytes(), files(run)
    merge(run, parts, data_dir, 1, {})
    assert ((run / results.FILE).read_bytes(), files(run)) == before


def test_points_of_an_unfinished_part_count(
    run: Path, parts: list[Part], data_dir: Path, measured: Path
) -> None:
    folder = run / "parts" / "w1"
    (folder / results.FILE).unlink()
    # Only the first point had come, and the container died amid the second.
    lines = (folder / "events.ndjson").read_bytes().splitlines(keepends=True)
    first = next(i for i, line in enumerate(lines) if b'"type":"point"' in line)
    (folder / "events.ndjson").write_bytes(b"".join(lines[: first + 1]) + lines[first + 1][:40])
    merge(run, parts, data_dir, 1, {})
    found = read(run)
    expected = comparable(read(measured / "local"))
    one = next(e for e in events_of(folder) if e["type"] == "point")["params"]
    expected["points"] = [
        p for p in expected["points"] if p["params"] == one or p["impl"] == "naive"
    ]
    assert comparable(found)["points"] == expected["points"]
    assert found["datasets"] == expected["datasets"]
    assert found["noise"]["points"] == 2


def test_parts_that_never_began_are_passed_over(
    run: Path, parts: list[Part], data_dir: Path
) -> None:
    shutil.rmtree(run / "parts" / "w1")
    merge(run, parts, data_dir, 1, {})
    assert [p["impl"] for p in read(run)["points"]] == ["naive"]
    shutil.rmtree(run / "parts")
    merge(run, parts, data_dir, 1, {})
    found = read(run)
    assert found["points"] == [] and found["containers"] == []
    # What is known of the data set is still told.
    assert [(d["name"], d["train"]) for d in found["datasets"]] == [("tiny", [3000, 24])]


def test_a_subset_is_told_as_such(run: Path, data_dir: Path) -> None:
    parts = split({**job_of(data_dir), "subset": 500})
    shutil.rmtree(run / "parts")
    merge(run, parts, data_dir, 1, {})
    assert read(run)["datasets"][0]["train"] == [500, 24]


def test_a_point_measured_twice_is_one(run: Path, parts: list[Part], data_dir: Path) -> None:
    folder = run / "parts" / "w2"
    found = read(folder)
    found["points"].append({**found["points"][0], "qps": 1.0})
    (folder / results.FILE).write_text(json.dumps(found))
    merge(run, parts, data_dir, 1, {})
    assert [p["qps"] for p in read(run)["points"] if p["impl"] == "naive"] == [1.0]


def test_verdicts_of_parts_and_of_those_that_were_not_run(
    run: Path, parts: list[Part], data_dir: Path
) -> None:
    folder = run / "parts" / "w2"
    said = {"implementation": "mine", "dataset": "tiny", "verdict": "ok", "what": "", "why": ""}
    (folder / results.FILE).write_text(json.dumps({**read(folder), "verdicts": [said]}))
    judged = {**said, "verdict": "compile-error"}
    assert merge(run, parts, data_dir, 1, {"w1": judged}) == [judged, said]
    assert read(run)["verdicts"] == [judged, said]


def test_how_containers_ended_is_told(run: Path, parts: list[Part], data_dir: Path) -> None:
    outcome = {"part": "w1", "task": "ta-1", "peak_bytes": 1 << 30, "seconds": 3.5, "code": 0}
    (run / "parts" / "w1" / OUTCOME).write_text(json.dumps(outcome))
    merge(run, parts, data_dir, 1, {})
    first, second = read(run)["containers"]
    assert (first["task"], first["peak_bytes"], first["code"]) == ("ta-1", 1 << 30, 0)
    assert "task" not in second


def test_files_that_were_being_written_are_left(
    run: Path, parts: list[Part], data_dir: Path
) -> None:
    (path,) = (run / "parts" / "w2").rglob("*.hdf5")
    path.with_name(f".{path.name}.123").write_bytes(b"half")
    path.with_name(".half.hdf5").write_bytes(b"half")
    merge(run, parts, data_dir, 1, {})
    assert not [p for p in files(run) if p.name.startswith(".")]


def test_operating_points_come_last_and_what_is_out_of_reach_is_kept(
    tmp_path: Path, data_dir: Path
) -> None:
    """Of a part that was done, and of one that was not."""
    value = job_of(data_dir)
    value["implementations"][0]["at_recall"] = [0.9, 0.1, 1.0]
    value.update(repeats=1, subset=400)
    part = split(value)[0]
    there = tmp_path / "run" / "parts" / part.name
    there.mkdir(parents=True)
    assert annbench("run", write_job(there, part.job), "--out", there, "--part").returncode == 0
    missed = {"type": "unreached", "v": 1, "seq": 9999, "container": "main", "time": 1.0,
              "dataset": "tiny", "impl": "hnsw", "params": {}, "k": 10, "threads": 1,
              "target_recall": 0.5, "recall": 0.4, "parameter": "efSearch", "value": 7,
              "queries": 100}  # fmt: skip
    with (there / "events.ndjson").open("a") as journal:
        journal.write(json.dumps(missed) + "\n")
    for done in (True, False):
        if not done:
            (there / results.FILE).unlink()
        merge(tmp_path / "run", [part], data_dir, 1.0, {})
        found = read(tmp_path / "run")
        points = [(p["params"]["efSearch"], p.get("target_recall")) for p in found["points"]]
        assert points[:2] == [(40, None), (10, None)]
        assert [target for _, target in points[2:]] == [0.1, 0.9, 1.0]
        assert ("unreached" in found) is not done
    assert found["unreached"] == [results.bare(missed)]
