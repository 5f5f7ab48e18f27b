"""How a point is measured: turns, passes, the held-out half, pinning, noise, memory."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import annbench, clustered, events_of, write_job
from jobkit import machine
from jobkit.errors import Problem

from annbench import _core, events
from annbench.data.formats.hdf5 import Data
from annbench.implementations import IMPLEMENTATIONS, Implementation
from annbench.job import parse
from annbench.measuring import affinity, interval, measurement, memory, noise, sweep
from annbench.measuring.measurement import (
    FEW_PASSES,
    GROUP_SECONDS,
    LEAST_PASS,
    Measurement,
    Pass,
    Setting,
    groups,
)
from annbench.recall.recall import Recall


@pytest.fixture(autouse=True)
def usual_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suites set it to 0."""
    monkeypatch.delenv("ANNBENCH_MORE_SECONDS", raising=False)


class Listener:
    def __init__(self) -> None:
        self.turns: list[int] = []
        self.shares: list[float] = []
        self.planned_more = 0

    def planned(self, setting: int, passes: int, seconds: float) -> None:
        pass

    def more(self, setting: int) -> None:
        self.planned_more += 1

    def at(self, setting: int, passes: float) -> None:
        pass

    def passed(self, setting: int, passes: int, share: float, seconds: float) -> None:
        self.turns.append(setting)
        self.shares.append(share)


@pytest.fixture(scope="module")
def data() -> Data:
    train, test = clustered(5, 500, 8, 100)
    ids, distances = _core.exact_neighbours(train, test, "euclidean", 20)
    return Data("d", "0" * 64, "euclidean", train, test, ids, distances)


def setting(data: Data, impl: str, search: dict[str, Any]) -> Setting:
    kind = IMPLEMENTATIONS[impl]
    params = {name: p.default for name, p in kind.build_params.items()}
    index = kind.build(data.train, data.distance, params, 1, 1, _core.Progress())
    return Setting(impl, index, {**params, **search})


def measured(
    data: Data, impl: str, searches: list[Any], threads: int = 1, repeats: int = 3
) -> Any:
    listener = Listener()
    settings = [setting(data, impl, search) for search in searches]
    return listener, list(Measurement(data, 10, settings, threads, repeats).run(listener))


def test_settings_take_turns_those_of_several_implementations_too(data: Data) -> None:
    settings = [setting(data, "hnsw", {"efSearch": ef}) for ef in (10, 20, 40)]
    settings.append(setting(data, "naive", {}))
    listener = Listener()
    found = list(Measurement(data, 10, settings, 1, 3).run(listener))
    planned = 4 * (1 + FEW_PASSES)
    assert listener.turns[:planned] == [0, 1, 2, 3] * (1 + FEW_PASSES)
    assert listener.shares[:4] == [0.5] * 4, "the warm-up leaves out the second half"
    assert set(listener.shares[4:]) == {1.0}
    assert [number for number, _ in found] == [0, 1, 2, 3]
    for _, one in found:
        assert len(one.passes) == one.repeats >= FEW_PASSES and one.qps_unseen > 0
        assert one.ids.shape == one.distances.shape == (100, 10)
        assert one.seconds.shape == (100,)
    assert listener.planned_more == len(listener.turns) - planned


def test_the_first_pass_of_each_is_told_before_the_second_of_any(data: Data) -> None:
    settings = [setting(data, "hnsw", {"efSearch": ef}) for ef in (10, 40)]
    settings.append(setting(data, "naive", {}))
    listener, told = Listener(), []

    def early(number: int, one: Any) -> None:
        told.append((number, len(listener.turns), one))

    found = dict(Measurement(data, 10, settings, 1, 3).run(listener, early))
    assert [(number, turns) for number, turns, _ in told] == [(0, 4), (1, 5), (2, 6)]
    for number, _, one in told:
        assert one.repeats == len(one.passes) == 1 and one.passes[0] is found[number].passes[0]
        assert one.recall == found[number].recall


def test_what_one_pass_settles_is_told_once(data: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANNBENCH_MORE_SECONDS", "0")
    told: list[int] = []
    run = Measurement(data, 10, [setting(data, "naive", {})], 1, 1).run(
        Listener(), lambda number, _one: told.append(number)
    )
    assert len(list(run)) == 1 and told == []


def test_a_pass_that_is_too_short_asks_again_and_tells_both_times(data: Data) -> None:
    """100 queries on 500 rows take a hundredth of a pass."""
    _, [(_, one)] = measured(data, "hnsw", [{"efSearch": 10}])
    for taken in one.passes:
        assert taken.wall >= LEAST_PASS and taken.rounds > 1
        assert 0 < taken.cpu <= taken.took
        assert taken.qps == pytest.approx(100 * taken.rounds / taken.wall, rel=1e-3)
    best = measurement.best_of(one.passes)
    assert len(np.concatenate(best.latencies)) == 100 * best.rounds
    assert one.seconds.sum() == pytest.approx(best.wall / best.rounds, rel=0.5)


def test_a_slow_setting_leaves_the_turns_early(
    data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that says that efSearch=20 takes 20 s a pass."""
    monkeypatch.setattr(measurement, "GROUP_SECONDS", 60.0)
    monkeypatch.setenv("ANNBENCH_MORE_SECONDS", "0")
    real = IMPLEMENTATIONS["hnsw"]

    def slow(index: Any, queries: Any, k: int, params: Any, *more: Any) -> Any:
        ids, seconds, wall, comps = real.search(index, queries, k, params, *more)
        return ids, seconds, 0.2 * len(queries) if params["efSearch"] == 20 else wall, comps

    fake = Implementation(**{**real.__dict__, "search": slow})
    monkeypatch.setitem(IMPLEMENTATIONS, "hnsw", fake)
    listener, found = measured(data, "hnsw", [{"efSearch": ef} for ef in (10, 20, 40)], repeats=5)
    assert listener.turns == [0, 2, 0, 1, 2, 0, 1, 2, 0, 2, 0, 2, 0, 2]
    assert [one.repeats for _, one in found] == [5, 2, 5]


def passes_of(cpus: list[float], wall: float = 1.0) -> list[Pass]:
    """Of 1,000 queries each; `wall` times as long by the clock."""
    return [Pass(1000, 1, cpu * wall, cpu, took=cpu * wall) for cpu in cpus]


def test_there_are_more_passes_until_they_agree_or_their_time_is_spent() -> None:
    steady, apart = [0.1, 0.101, 0.099] * 2, [0.1, 0.13, 0.08] * 2
    assert not measurement.wants_more(passes_of(steady), 3, 0.1)
    assert measurement.wants_more(passes_of(apart), 3, 0.1)
    assert measurement.wants_more(passes_of([0.1]), 1, 0.1), "one pass agrees with none"
    assert not measurement.wants_more(passes_of(apart * 5), 3, 0.1), "its time was spent"
    assert not measurement.wants_more(passes_of([11.0, 14.0]), 2, 12.0), "a slow one is not repeated"
    assert measurement.repeats_for(0.02, 3) == FEW_PASSES and measurement.repeats_for(0.02, 9) == 9
    assert measurement.repeats_for(0.4, 3) == 5, "as many of the few as fit into 1 s more"
    assert [measurement.repeats_for(seconds, 5) for seconds in (5.0, 20.0, 900.0)] == [5, 2, 1]


def test_how_long_it_may_go_on_can_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    apart = passes_of([0.1, 0.13, 0.08] * 2)
    monkeypatch.setenv("ANNBENCH_MORE_SECONDS", "0")
    assert not measurement.wants_more(apart, 3, 0.1) and measurement.repeats_for(0.1, 3) == 3
    for wrong in ("soon", "-1", "nan"):
        monkeypatch.setenv("ANNBENCH_MORE_SECONDS", wrong)
        with pytest.raises(Problem, match=wrong):
            measurement.more_seconds()


@pytest.mark.parametrize("count", [3, 4, 5, 6, 8, 9, 15, 40])
def test_an_interval_holds_what_it_is_about_as_often_as_it_says(count: int) -> None:
    rng = np.random.default_rng(count)
    held = 0
    for _ in range(4000):
        cpus = np.exp(rng.normal(0.0, 0.03, count))
        logs = np.sort(np.log(cpus))
        half = interval.within(passes_of(cpus.tolist()))
        assert half is not None
        out = 0 if count < 6 else interval._rank(count)
        middle = logs.mean() if count < 6 else (logs[out] + logs[count - 1 - out]) / 2
        held += abs(middle) <= half
    assert held / 4000 >= interval.LEVEL - 0.01


def test_a_quiet_machine_is_not_called_noisy_nor_are_its_intervals_wide() -> None:
    """Passes that differ by 1.5 %, and one in ten that is a fifth slower: 1 - min / max, which is
    what called a point noisy before, is beyond 10 % in nearly half of such points."""
    rng = np.random.default_rng(1)
    noisy = before = 0
    for _ in range(500):
        cpus: list[float] = []
        while len(cpus) < FEW_PASSES or measurement.wants_more(passes_of(cpus), 3, 0.03):
            cpus.append(0.03 * float(np.exp(rng.normal(0, 0.015)) * (1.2 if rng.random() < 0.1 else 1)))
        point = noise.fields(passes_of(cpus), 1, 0.05, 8)
        noisy += point["noisy"]
        before += 1 - min(cpus) / max(cpus) > 0.1
        low, high = point["qps_interval"]
        assert low < max(point["qps_all"]) < high < 1.4 * low * np.exp(2 * interval.BETWEEN)
    assert noisy <= 5 and before > 100


def test_intervals_of_repeated_runs_hold() -> None:
    """Of the ratios of two runs of one spec, measured beside others that kept the machine busy, 95 of
    100 contain 1, as all should."""
    recorded = json.loads((Path(__file__).parent / "measured.json").read_text())
    cores = recorded["cores"]
    runs: list[dict[str, tuple[float, float, float]]] = []
    for run in recorded["runs"]:
        runs.append({})
        for point in run:
            passes = [
                Pass(point["queries"], rounds, wall, cpu, took=wall)
                for wall, cpu, rounds in point["passes"]
            ]
            best = measurement.best_of(passes).qps
            runs[-1][point["what"]] = (best, *interval.interval(passes, 1, point["busy"], cores))
    holds = []
    for i, a in enumerate(runs):
        for b in runs[i + 1 :]:
            for what in a:
                (p, p_low, p_high), (q, q_low, q_high) = a[what], b[what]
                down = np.hypot(np.log(p / p_low), np.log(q_high / q))
                up = np.hypot(np.log(p_high / p), np.log(q / q_low))
                holds.append(np.log(p / q) - down <= 0 <= np.log(p / q) + up)
    assert len(holds) == 180 and np.mean(holds) >= interval.LEVEL


def test_waiting_for_a_core_is_not_spread_but_opens_the_interval_upwards() -> None:
    steady = [0.1, 0.101, 0.099] * 2
    quiet, waited = passes_of(steady), passes_of(steady, wall=3.0)
    assert interval.within(waited) == interval.within(quiet)
    low, high = interval.interval(waited, 1, 1.9, 2)
    best = max(one.qps for one in waited)
    assert low == pytest.approx(best * np.exp(-interval.BETWEEN), rel=0.02)
    assert high > max(one.qps for one in quiet), "what it would do alone is in it"
    assert interval.taken(3.0, 1.0, 1, 0.0, 2) == 1.0, "nobody was there to take anything"
    assert interval.taken(3.0, 1.0, 1, None, 2) == 3.0, "where nobody counted"
    assert interval.taken(3.0, None, 1, None, 2) == 1.0, "where nothing is known"
    assert interval.taken(1.0, 1.0, 1, 1.0, 2) == pytest.approx(1.375), "what cores share"
    assert interval.taken(1.0, 3.0, 8, 4.0, 8) == pytest.approx(2 * 1.375), "8 threads had 4 cores"
    assert interval.taken(1.0, 6.0, 8, 4.0, 8) == pytest.approx(8 / 6 * 1.375), "and used 6 of them"


def test_groups_of_settings_that_take_long() -> None:
    assert groups([], most=1.0) == []
    assert groups([1.0] * 5, most=60.0) == [range(5)]
    assert groups([50.0, 20.0, 30.0, 500.0, 1.0], most=60.0) == [
        range(1), range(1, 3), range(3, 4), range(4, 5),
    ]  # fmt: skip
    assert GROUP_SECONDS <= 120


def test_exact_search_is_exact_and_dummy_is_not(data: Data) -> None:
    _, [(_, exact)] = measured(data, "naive", [{}])
    assert exact.recall == Recall(1.0, 1.0)
    assert np.allclose(exact.distances, data.distances[:, :10], atol=1e-5)
    _, [(_, dummy)] = measured(data, "dummy", [{}])
    assert dummy.recall.strict < 0.2 and dummy.dist_comps == 0
    assert (dummy.ids == np.arange(10)).all()
    assert min(one.qps for one in dummy.passes) > max(one.qps for one in exact.passes)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no such call here")
def test_one_thread_is_kept_on_one_core(
    data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = os.sched_getaffinity(0)
    seen: list[set[int]] = []
    real = IMPLEMENTATIONS["naive"]

    def look(*args: Any) -> Any:
        seen.append(os.sched_getaffinity(0))
        return real.search(*args)

    fake = Implementation(**{**real.__dict__, "search": look})
    monkeypatch.setitem(IMPLEMENTATIONS, "naive", fake)
    _, [(_, one)] = measured(data, "naive", [{}])
    assert all(cores == {one.core} for cores in seen) and one.core in before
    assert os.sched_getaffinity(0) == before, "only the searching thread was pinned"
    seen.clear()
    _, [(_, many)] = measured(data, "naive", [{}], threads=2)
    assert many.core is None and all(cores == before for cores in seen)
    assert many.qps_unseen is None


def test_a_refused_pin_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise OSError("not permitted")

    monkeypatch.setattr(os, "sched_setaffinity", refuse, raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0}, raising=False)
    with affinity.pinned(0) as held:
        assert not held
    with affinity.pinned(None) as held:
        assert not held
    assert affinity.why_not()


def test_ranges_of_cores() -> None:
    assert machine.as_ranges([3]) == "3"
    assert machine.as_ranges([5, 0, 1, 2, 8, 7]) == "0-2,5,7-8"
    assert machine.as_ranges([]) == ""


def test_noise_is_told_once_with_a_range() -> None:
    steady, apart = passes_of([0.1] * 6), passes_of([0.1, 0.14] * 3)
    quiet = {**noise.fields(steady, 1, 0.1, 2), "repeats": 2}
    busy = {**noise.fields(steady, 1, 0.9, 2), "repeats": 2}
    busier = {**noise.fields(apart, 1, 1.4, 2), "repeats": 2}
    assert [p["noisy"] for p in (quiet, busy, busier)] == [False, True, True]
    assert quiet["cpu_seconds_all"] == quiet["wall_seconds_all"] == [0.1] * 6
    assert quiet["interval_level"] == 0.95 and quiet["spread"] == 0
    assert noise.sentence("x", [quiet], 2) is None
    assert noise.sentence("x", [quiet, busy, busier], 2) == (
        "x: 2 of 3 points are noisy: others kept 0.9 to 1.4 of 2 cores busy; "
        "passes agree only within 18 %"
    )
    assert noise.sentence("x", [busy], 2) == (
        "x: 1 of 1 point is noisy: others kept 0.9 of 2 cores busy"
    )
    assert noise.sentence("x", [quiet, busy], 2).startswith("x: 1 of 2 points is noisy: ")
    assert noise.fields(apart, 1, None, 2)["noisy"], "where others are not told of"
    assert noise.summary([quiet, busy, busier]) == {
        "points": 3, "noisy": 2, "worst_spread": busier["spread"], "most_others_busy_cores": 1.4,
    }  # fmt: skip
    assert noise.slow_sentence("x", [quiet, busy], 2) is None
    assert noise.slow_sentence("x", [quiet, busy], 5) == (
        "x: 2 of 2 points are slow, repeated 2 instead of 5 times"
    )


def test_peak_of_memory() -> None:
    size = 64 << 20
    peak, before = memory.Peak(), memory.rss_bytes()
    held = np.ones(size, np.uint8)
    peak.look()
    del held
    assert peak.bytes() - before > size * 0.9
    later = memory.Peak()
    if later._exact:
        assert later.bytes() - memory.rss_bytes() < size * 0.5, (
            "an earlier peak is forgotten"
        )


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """Data whose indexes are tens of megabytes, and a job on it."""
    folder = tmp_path_factory.mktemp("wide")
    train, test = clustered(3, 20_000, 256, 50)
    np.save(folder / "train.npy", train)
    np.save(folder / "test.npy", test)
    done = annbench(
        "sync", "wide", "--data", folder, "--from", folder / "train.npy", "--queries",
        folder / "test.npy", "--distance", "euclidean",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    hnsw = {"name": "hnsw", "build": {"M": 4, "efConstruction": 8}, "search": [{"efSearch": 10}]}
    return folder, {
        "v": 1, "job": "bench", "datasets": [{"name": "wide", "url": None}], "k": 10,
        "data_dir": str(folder), "threads": 1, "build_threads": 2, "repeats": 1,
        "implementations": [hnsw],
    }  # fmt: skip


def run_here(
    spec: dict[str, Any], out: Path, human: io.StringIO | None = None
) -> list[dict[str, Any]]:
    out.mkdir()
    told = events.Events(journal=out / "events.ndjson", human=human)
    sweep.Run(parse(spec), out, told).run()
    told.close()
    return json.loads((out / "results.json").read_text())["points"]  # type: ignore[no-any-return]


def test_memory_of_an_index_does_not_depend_on_what_was_built_before(
    wide: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """Built after naive, released or still there, and alone in a fresh process."""
    _, spec = wide
    both = {**spec, "implementations": [{"name": "naive", "search": [{}]}, *spec["implementations"]]}
    found: dict[str, dict[str, Any]] = {}
    one_by_one = "from annbench import cli; from annbench.measuring import sweep; sweep.TOGETHER = 0.0; raise SystemExit(cli.main())"
    ways = {
        "alone": (spec, ["-m", "annbench"]),
        "beside": (both, ["-m", "annbench"]),
        "after": (both, ["-c", one_by_one]),
    }
    for name, (wanted, how) in ways.items():
        (tmp_path / name).mkdir()
        job = write_job(tmp_path / name, wanted)
        done = subprocess.run(
            [sys.executable, *how, "run", str(job), "--out", str(tmp_path / name / "out")],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        points = json.loads((tmp_path / name / "out" / "results.json").read_text())["points"]
        found[name] = next(p for p in points if p["impl"] == "hnsw")
    alone = found["alone"]["rss_bytes"]
    assert 20e6 < found["alone"]["index_bytes"] < alone < 1.15 * found["alone"]["index_bytes"]
    for point in found.values():
        assert point["rss_bytes"] == pytest.approx(alone, rel=0.03)
        assert point["build_peak_bytes"] >= point["rss_bytes"] - (1 << 20)
        assert point["rss_bytes"] <= point["search_peak_bytes"] <= point["rss_bytes"] + (8 << 20)


def phases_of(out: Path) -> list[tuple[str, str]]:
    return [
        (e["phase"], e["label"]) for e in events_of(out)
        if e["type"] == "phase" and e["state"] == "start" and e["phase"] != "data"
    ]  # fmt: skip


def test_what_fits_into_memory_is_built_together_and_takes_turns(
    job: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hnsw = "hnsw M=8 efConstruction=60"
    points = run_here(job, tmp_path / "together")
    assert phases_of(tmp_path / "together") == [
        ("build", hnsw), ("build", "naive"), ("sweep", "hnsw,naive"),
    ]  # fmt: skip
    assert [p["impl"] for p in points] == ["hnsw"] * 3 + ["naive"]
    monkeypatch.setattr(sweep, "TOGETHER", 0.0)
    log = io.StringIO()
    run_here(job, tmp_path / "apart", log)
    assert phases_of(tmp_path / "apart") == [
        ("build", hnsw), ("sweep", hnsw), ("build", "naive"), ("sweep", "naive"),
    ]  # fmt: skip
    assert f"naive is built when {hnsw} is done with" in log.getvalue()
