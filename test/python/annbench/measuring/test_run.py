"""Whole jobs: events, results, resuming, stopping."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from conftest import ANNBENCH, annbench, events_of, write_job

POINTS = 4  # of the fixture's job


def run_job(folder: Path, job: dict[str, Any], *more: str) -> subprocess.CompletedProcess[str]:
    return annbench("run", write_job(folder, job), "--out", folder / "out", *more)


def test_events_and_results(job: dict[str, Any], tmp_path: Path) -> None:
    done = run_job(tmp_path, job)
    assert done.returncode == 0, done.stderr
    events = events_of(tmp_path / "out")
    assert [e["seq"] for e in events] == list(range(1, len(events) + 1))
    types = [e["type"] for e in events]
    assert types[0] == "started" and types[-1] == "result" and types.count("point") == POINTS
    phases = [(e["phase"], e["state"], e.get("label")) for e in events if e["type"] == "phase"]
    assert phases == [
        (phase, state, label)
        for phase, label in [
            ("data", "tiny"), ("build", "hnsw M=8 efConstruction=60"), ("build", "naive"),
            ("sweep", "hnsw,naive"),
        ]
        for state in ("start", "done")
    ]  # fmt: skip
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert results["v"] == 1 and results["k"] == 10
    assert [d["name"] for d in results["datasets"]] == ["tiny"]
    envelope = {"v", "seq", "container", "time", "type"}
    assert results["points"] == [
        {k: v for k, v in e.items() if k not in envelope} for e in events if e["type"] == "point"
    ]
    naive = results["points"][-1]
    assert naive["impl"] == "naive" and naive["recall"] == 1.0 and naive["dist_comps"] == 3000
    for point in results["points"]:
        passes = ("qps_all", "wall_seconds_all", "cpu_seconds_all", "rounds_all")
        assert {len(point[name]) for name in passes} == {point["repeats"]}
        assert point["repeats"] >= 2 and min(point["wall_seconds_all"]) >= 0.01
        low, high = point["qps_interval"]
        assert low < point["qps"] < high and point["interval_level"] == 0.95
        assert point["qps"] == max(point["qps_all"]) >= point["qps_median"]
        lat = point["latency_ms"]
        assert 0 < lat["p50"] <= lat["p95"] <= lat["p99"] <= lat["max"]
        assert point["index_bytes"] > 3000 * 24 * 4
    recalls = [p["recall"] for p in results["points"][:3]]
    assert recalls == sorted(recalls)


def test_progress_of_the_sweep_reaches_its_total(job: dict[str, Any], tmp_path: Path) -> None:
    assert run_job(tmp_path, job).returncode == 0
    sweeps = [
        e for e in events_of(tmp_path / "out")
        if e["type"] == "progress" and e["phase"] == "sweep"
    ]  # fmt: skip
    last = sweeps[-1]
    assert last["label"] == "hnsw,naive"
    assert last["done"] == last["total"] == 4 * 3
    assert last["eta_seconds"] == 0


def test_each_point_is_told_by_its_first_pass_and_counts_by_all(
    job: dict[str, Any], tmp_path: Path
) -> None:
    assert run_job(tmp_path, job).returncode == 0
    events = [e for e in events_of(tmp_path / "out") if e["type"] in ("provisional", "point")]
    assert [e["type"] for e in events] == ["provisional"] * POINTS + ["point"] * POINTS
    for early, point in zip(events[:POINTS], events[POINTS:], strict=True):
        assert early["params"] == point["params"] and early["recall"] == point["recall"]
        assert early["qps_all"] == point["qps_all"][:1]
    results = json.loads((tmp_path / "out" / "results.json").read_text())
    assert len(results["points"]) == POINTS


def test_stream_repeats_the_journal(job: dict[str, Any], tmp_path: Path) -> None:
    done = run_job(tmp_path, job, "--stream")
    journal = (tmp_path / "out" / "events.ndjson").read_text().splitlines()
    assert [line for line in done.stdout.splitlines() if line.startswith('{"v"')] == journal


def test_angular_subset_with_threads(tmp_path: Path, job: dict[str, Any], data_dir: Path) -> None:
    job.update(subset=500, threads=2, k=5)
    job["implementations"] = [{"name": "naive", "build": {}, "search": [{}]}]
    assert run_job(tmp_path, job).returncode == 0
    (point,) = json.loads((tmp_path / "out" / "results.json").read_text())["points"]
    assert point["subset"] == 500 and point["recall"] == 1.0 and point["dist_comps"] == 500


def test_resumes_after_a_cut_anywhere(
    job: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cut an earlier journal at many places; the run must end with each point exactly once."""
    from annbench import job as jobs
    from annbench.events import Events
    from annbench.measuring import sweep

    job["repeats"] = 1
    spec = jobs.parse(job)
    whole = tmp_path / "whole"
    whole.mkdir()
    sweep.Run(spec, whole, Events(journal=whole / "events.ndjson", human=None)).run()
    content = (whole / "events.ndjson").read_bytes()

    ends = [i + 1 for i, byte in enumerate(content) if byte == ord("\n")]
    cuts = {0, 1, len(content) - 1, len(content)}
    # Around the ends of some lines, and within all kinds of them.
    cuts |= {end + shift for end in ends[::5] for shift in (-1, 0, 1)}
    cuts |= set(range(0, len(content), 811))
    for cut in sorted(c for c in cuts if 0 <= c <= len(content)):
        out = tmp_path / f"cut-{cut}"
        out.mkdir()
        (out / "events.ndjson").write_bytes(content[:cut])
        sweep.Run(spec, out, Events(journal=out / "events.ndjson", human=None)).run()
        events = events_of(out)
        numbers = [e["seq"] for e in events]
        assert numbers == sorted(set(numbers)), cut
        points = [e for e in events if e["type"] == "point"]
        assert len(points) == POINTS, cut
        assert len({json.dumps(p["params"]) for p in points}) == POINTS
        results = json.loads((out / "results.json").read_text())
        assert len(results["points"]) == POINTS, cut
        assert events[-1]["type"] == "result"


def test_finished_job_goes_straight_to_the_result(job: dict[str, Any], tmp_path: Path) -> None:
    assert run_job(tmp_path, job).returncode == 0
    before = len(events_of(tmp_path / "out"))
    assert run_job(tmp_path, job).returncode == 0
    types = [e["type"] for e in events_of(tmp_path / "out")[before:]]
    types = [t for t in types if t != "warning"]  # the machine may be busy
    assert types == ["started", "phase", "phase", "result"]
    assert len(json.loads((tmp_path / "out" / "results.json").read_text())["points"]) == POINTS


def test_other_parameters_are_other_points(job: dict[str, Any], tmp_path: Path) -> None:
    assert run_job(tmp_path, job).returncode == 0
    job["k"] = 5
    assert run_job(tmp_path, job).returncode == 0
    assert len(json.loads((tmp_path / "out" / "results.json").read_text())["points"]) == 2 * POINTS


@pytest.fixture(scope="session")
def quick_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quick")
    assert annbench("sync", "quick", "--data", folder).returncode == 0
    return folder


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
@pytest.mark.parametrize("phase", ["build", "sweep"])
def test_leaves_promptly(
    job: dict[str, Any], tmp_path: Path, quick_dir: Path, phase: str, sent: int, code: int
) -> None:
    job.update(datasets=[{"name": "quick"}], data_dir=str(quick_dir), repeats=1000)
    job["implementations"] = (
        [{"name": "hnsw", "build": {"M": 64, "efConstruction": 2000}, "search": [{}]}]
        if phase == "build"
        else [{"name": "naive", "search": [{}]}]
    )
    path = write_job(tmp_path, job)
    process = subprocess.Popen(
        [*ANNBENCH, "run", str(path), "--out", str(tmp_path / "out")],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    deadline = time.monotonic() + 200
    while time.monotonic() < deadline:
        time.sleep(0.05)
        if (tmp_path / "out" / "events.ndjson").exists() and any(
            e["type"] == "progress" and e["phase"] == phase for e in events_of(tmp_path / "out")
        ):
            break
    begin = time.monotonic()
    process.send_signal(sent)
    process.send_signal(sent)  # an impatient second one changes nothing
    assert process.wait(60) == code
    assert time.monotonic() - begin < 30, "all of it would take many minutes"
    last = events_of(tmp_path / "out")[-1]
    assert last["type"] == "stopped" and last["reason"] == signal.Signals(sent).name


def test_killed_then_resumed(job: dict[str, Any], tmp_path: Path, quick_dir: Path) -> None:
    job.update(datasets=[{"name": "quick"}], data_dir=str(quick_dir), repeats=1)
    job["implementations"] = [
        {"name": "hnsw", "build": {"M": 8, "efConstruction": 20},
         "search": [{"efSearch": ef} for ef in range(10, 210, 10)]},
    ]  # fmt: skip
    path, out = write_job(tmp_path, job), tmp_path / "out"
    process = subprocess.Popen(
        [*ANNBENCH, "run", str(path), "--out", str(out)], stdout=subprocess.DEVNULL
    )
    while (
        not out.joinpath("events.ndjson").exists()
        or '"point"' not in out.joinpath("events.ndjson").read_text()
    ):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert annbench("run", path, "--out", out).returncode == 0
    events = events_of(out)
    points = [e["params"]["efSearch"] for e in events if e["type"] == "point"]
    assert sorted(points) == list(range(10, 210, 10))
    assert [e["type"] for e in events].count("started") == 2


def test_data_missing(job: dict[str, Any], tmp_path: Path) -> None:
    job["datasets"] = [{"name": "sift-128-euclidean"}]
    done = run_job(tmp_path, job)
    assert done.returncode == 1
    last = events_of(tmp_path / "out")[-1]
    assert last["type"] == "failed" and "sync sift-128-euclidean" in last["hint"]


def test_out_cannot_be_made(job: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    done = run_job(tmp_path, job)
    assert done.returncode == 1 and "Traceback" not in done.stderr


def test_slow_passes_are_repeated_less(monkeypatch: pytest.MonkeyPatch) -> None:
    from annbench.measuring.measurement import repeats_for

    monkeypatch.setenv("ANNBENCH_MORE_SECONDS", "0")
    assert [repeats_for(s, 5) for s in (0.1, 10.0, 12.0, 20.0, 100.0)] == [5, 5, 4, 2, 1]


def test_bench_alone_prints_a_table(data_dir: Path, tmp_path: Path) -> None:
    done = annbench(
        "bench", "--dataset", "tiny", "--impl", "naive", "--data", data_dir, "--repeats", 1,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "queries/s" in done.stdout and "1.0000" in done.stdout
    assert not list(tmp_path.iterdir()), "nothing is left behind"


def test_info() -> None:
    done = annbench("info")
    found = json.loads(done.stdout)
    assert {"cpu", "cores", "isa", "compiler", "os", "memory_bytes", "annbench"} <= set(found)


def test_usage() -> None:
    assert annbench().returncode == 2
    assert annbench("run").returncode == 2
    assert annbench("bench", "--impl", "nothing").returncode == 2
