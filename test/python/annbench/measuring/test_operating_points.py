"""Operating points: found by bisection on one half of the queries, judged on the other."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from conftest import clustered, events_of
from jobkit.errors import JobError, Problem

import annbench
from annbench import _core
from annbench import job as jobs
from annbench.data.formats.hdf5 import Data
from annbench.events import Events
from annbench.implementations import IMPLEMENTATIONS, Implementation
from annbench.measuring import operating_points, sweep
from annbench.measuring.operating_points import (
    Memory,
    Outcome,
    Scale,
    Tried,
    next_value,
    outcome,
)
from annbench.recall import recall
from annbench.registered import Whole
from annbench.results import hdf5_results, results

TARGETS = [0.9, 0.95, 0.99]
ROWS = 10**6


def sought(
    recall_of: Callable[[int], float], target: float, start: int = 50, most: int = 100_000,
    comps: Callable[[int], float] = lambda value: value, known: Memory | None = None,
    least: int = 1, stride: float = 2.0,
) -> tuple[Outcome, Memory]:  # fmt: skip
    known, along = {} if known is None else known, Scale(least, most, stride)
    while (value := next_value(known, target, start, along, ROWS)) is not None:
        assert value not in known and least <= value <= most
        known[value] = Tried(recall_of(value), comps(value))
    return outcome(known, target), known


def rising(value: int) -> float:
    return 1 - 0.5 / value


@pytest.mark.parametrize("start", [1, 3, 50, 4000, 100_000])
@pytest.mark.parametrize("target", [0.5, 0.9, 0.95, 0.99, 0.999])
def test_finds_the_smallest_that_reaches(target: float, start: int) -> None:
    found, known = sought(rising, target, start)
    smallest = next(value for value in range(1, 100_001) if rising(value) >= target)
    assert found.reached and found.recall == rising(found.value) >= target
    assert (
        found.value == smallest if smallest <= 100 else smallest <= found.value < 1.011 * smallest
    )
    assert len(known) <= 12


@pytest.mark.parametrize("start", [20, 320])
def test_few_passes_where_recall_goes_as_that_of_graphs_does(start: int) -> None:
    """As was measured of hnsw: the logit of recall is close to straight over log effort."""
    known: Memory = {}
    for target in (0.9, 0.95, 0.99, 0.999):
        bent = lambda value: 1 / (1 + (60 / value) ** (1.1 + 0.03 * np.log(value)))  # noqa: E731
        found, known = sought(bent, target, start, known=known)
        assert found.reached and bent(found.value * 0.985) < target
    assert len(known) <= 20


def test_the_next_target_goes_on_from_what_is_known() -> None:
    known: Memory = {}
    alone = sum(len(sought(rising, target)[1]) for target in (0.9, 0.95, 0.99))
    for target in (0.9, 0.95, 0.99):
        found, known = sought(rising, target, known=known)
        assert found.reached and rising(found.value) >= target > rising(found.value * 0.99 - 1)
    assert len(known) < alone


def test_where_recall_falls_and_rises_it_ends_at_one_that_reaches_beside_one_that_does_not() -> (
    None
):
    rng = np.random.default_rng(3)
    for _ in range(200):
        dents = rng.uniform(0, 0.05, 4000)
        bumpy = lambda value, dents=dents: rising(value) - dents[value % 4000]  # noqa: E731
        found, known = sought(bumpy, 0.95, int(rng.integers(1, 3000)))
        assert bumpy(found.value) == found.recall
        if found.reached:
            assert found.recall >= 0.95
            below = max((v for v in known if v < found.value), default=0)
            assert found.value - below <= max(1, found.value * 0.01)
            assert below == 0 or known[below].recall < 0.95


def test_stops_at_the_parameters_end() -> None:
    found, known = sought(rising, 0.9999, most=300)
    assert not found.reached and found.value == 300 == max(known)
    assert found.recall == rising(300)


def test_stops_where_more_effort_finds_no_more() -> None:
    found, known = sought(lambda value: min(0.97, rising(value)), 0.99)
    assert not found.reached and found.recall == 0.97
    assert max(known) == 200, "what was found at 50 is all that is found at four times as much"
    assert found.value == 50, "the least effort that comes as close"


@pytest.mark.parametrize("target", [0.98, 0.985, 0.99, 0.991, 1.0])
def test_what_is_approached_and_never_reached_costs_few_passes(target: float) -> None:
    found, known = sought(lambda value: 0.99 - 0.5 / value**0.7, target)
    assert found.reached is (target < 0.99)
    assert len(known) <= 25


def test_values_that_are_all_one_below_k_are_no_end() -> None:
    known: Memory = {}
    for target in (0.6, 0.99):
        found, known = sought(lambda value: rising(max(10, value)), target, 10, known=known)
        assert found.reached
    assert (found.value, min(known)) == (50, 1)


def test_more_distances_than_rows_are_no_end_as_estimates_count_too() -> None:
    found, _ = sought(rising, 0.999, comps=lambda value: value * 10_000)
    assert found.reached and found.value > 100, "at five estimates of each row"


def test_stops_where_it_computes_so_many_distances_that_exact_search_takes_no_longer() -> None:
    found, known = sought(rising, 0.99999, comps=lambda value: value * 1000)
    assert not found.reached and 16_000 <= max(known) < 64_000


@pytest.mark.parametrize("target", [0.5, 0.9, 0.95, 0.99, 0.999])
def test_a_radius_is_raised_in_the_strides_of_its_sweep(target: float) -> None:
    """As one whose 1000 is the k-th best found: effort grows with a power of it."""
    recall_of = lambda value: 1 / (1 + math.exp((1040 - value) / 30))  # noqa: E731
    start = operating_points.guess("qg", target)
    along = operating_points.scale("qg")
    assert (along.least, along.most, round(along.stride, 3)) == (0, 10_000, 1.083)
    found, known = sought(recall_of, target, start, 10_000, least=0, stride=along.stride)
    smallest = next(value for value in range(10_000) if recall_of(value) >= target)
    assert found.reached and smallest <= found.value <= smallest + 2
    assert max(known) <= 1.09**2 * max(smallest, start), "a doubling would look at every row"
    assert len(known) <= 10


def test_a_radius_that_gains_nothing_ends_soon() -> None:
    gains = lambda value: min(0.97, value / 1100)  # noqa: E731
    found, known = sought(gains, 0.99, 1100, 10_000, least=0, stride=1.1)
    assert not found.reached and found.value == 1100 and max(known) < 1100 * 1.1**3.1


@pytest.mark.parametrize("start", [0, 3])
def test_nothing_is_a_value_too(start: int) -> None:
    for target, smallest in ((0.5, 0), (0.9, 4)):
        found, _ = sought(lambda value: rising(value + 1), target, start, 200, least=0)
        assert found == Outcome(target, smallest, rising(smallest + 1), True)


def test_a_target_of_everything() -> None:
    found, _ = sought(lambda value: 1.0 if value >= 77 else 0.5, 1.0)
    assert found == Outcome(1.0, 77, 1.0, True)


def test_halves_follow_the_seed_and_share_nothing() -> None:
    chooses, judges = operating_points.halves(101, 7)
    assert len(chooses) == 50 and len(judges) == 51
    assert sorted([*chooses, *judges]) == list(range(101))
    assert np.array_equal(chooses, operating_points.halves(101, 7)[0])
    assert not np.array_equal(chooses, operating_points.halves(101, 8)[0])
    with pytest.raises(Problem, match="there is 1"):
        operating_points.halves(1, 7)


def test_a_guess_is_a_value_of_the_usual_sweep() -> None:
    for name, one in jobs.REGISTERED.items():
        parameter = operating_points.parameter_of(name)
        if parameter is None:
            continue
        values = one.sweep["search"][parameter]
        guesses = [operating_points.guess(name, target) for target in (0.01, 0.9, 0.99, 0.999, 1)]
        assert guesses == sorted(guesses) and set(guesses) <= set(values)
        assert (guesses[0], guesses[-1]) == (min(values), max(values))


# Whole jobs ---------------------------------------------------------------------------------------


@pytest.fixture
def at_recall(job: dict[str, Any]) -> dict[str, Any]:
    hnsw, naive = job["implementations"]
    del hnsw["search"]
    hnsw["at_recall"] = TARGETS
    job.update(repeats=1, implementations=[hnsw, naive])
    return job


def run(spec: dict[str, Any], folder: Path) -> dict[str, Any]:
    folder.mkdir(exist_ok=True)
    events = Events(journal=folder / "events.ndjson", human=None)
    sweep.Run(jobs.parse(spec), folder, events).run()
    return json.loads((folder / "results.json").read_text())


def test_points_say_what_they_were_found_for(
    at_recall: dict[str, Any], tmp_path: Path, data_dir: Path
) -> None:
    found = run(at_recall, tmp_path)
    points = [p for p in found["points"] if p["impl"] == "hnsw"]
    assert [p["target_recall"] for p in points] == TARGETS and "unreached" not in found
    events = events_of(tmp_path)
    tried = {e["params"]["efSearch"]: e["recall"] for e in events if e["type"] == "tried"}
    for point in points:
        value, target = point["params"]["efSearch"], point["target_recall"]
        assert tried[value] >= target and all(r < target for v, r in tried.items() if v < value)
        assert value - max((v for v in tried if v < value), default=0) <= max(1, value * 0.01)
        assert point["choosing_recall"] == round(tried[value], 6)
        assert point["choosing_queries"] == point["recall_queries"] == 100
    assert "target_recall" not in found["points"][-1], "exact search has nothing to be chosen"
    # What it says of its recall is over the queries that did not choose.
    data = annbench.load("tiny", data_dir=data_dir)
    _chooses, judges = operating_points.halves(200, at_recall["seed"])
    for point in points:
        file = hdf5_results.path_of(tmp_path, point, {"M": 8, "efConstruction": 60})
        with h5py.File(file) as f:
            ids = f["neighbors"][:][judges]
        answers = recall.found_distances(data.train, data.test[judges], ids, data.distance)
        told = recall.share(answers, data.true_distances[judges], 10, data.distance)
        assert point["recall"] == round(told.strict, 6)
    made = {e["phase"] for e in events if e["type"] == "phase"}
    assert made == {"data", "build", "find", "sweep"}
    last = [e for e in events if e["type"] == "progress" and e["phase"] == "find"][-1]
    assert (last["done"], last["total"], last["unit"]) == (3, 3, "targets")


def test_recall_is_that_of_the_other_half() -> None:
    """Answers that are right for the choosing half alone are worth nothing."""
    train, test = clustered(5, 300, 8, 60)
    ids, distances = _core.exact_neighbours(train, test, "euclidean", 20)
    data = Data("d", "0" * 64, "euclidean", train, test, ids, distances)
    chooses, judges = operating_points.halves(60, 1)
    answers = ids[:, 10:20].copy()
    answers[chooses] = ids[chooses, :10]
    found = recall.found_distances(train, test, answers, "euclidean")
    fields = operating_points.judged(found, data, judges, 10, Outcome(0.9, 5, 1.0, True))
    assert fields["recall"] == 0 and fields["choosing_recall"] == 1.0
    assert fields["recall_queries"] == fields["choosing_queries"] == 30


def test_two_targets_of_one_setting_are_two_points_measured_once(
    at_recall: dict[str, Any], tmp_path: Path
) -> None:
    at_recall["implementations"] = at_recall["implementations"][:1]
    at_recall["implementations"][0].update(at_recall=[0.05, 0.1], search=[{"efSearch": 1}])
    points = run(at_recall, tmp_path)["points"]
    assert [p.get("target_recall") for p in points] == [None, 0.05, 0.1]
    assert {p["params"]["efSearch"] for p in points} == {1} and len({p["qps"] for p in points}) == 1
    last = [e for e in events_of(tmp_path) if e["type"] == "progress"][-1]
    assert (last["phase"], last["done"], last["total"]) == ("sweep", 2, 2), "a pass and its warm-up"
    assert last["eta_seconds"] == 0, "nothing is planned twice"


def limited(monkeypatch: pytest.MonkeyPatch, most: int) -> list[int]:
    """hnsw with a search parameter that ends there; returns what it is asked with."""
    real, asked = IMPLEMENTATIONS["hnsw"], []

    def search(index: Any, queries: Any, k: int, params: Any, *more: Any) -> Any:
        asked.append(params["efSearch"])
        return real.search(index, queries, k, params, *more)

    changed = {"search": search, "search_params": {"efSearch": Whole(10, 1, most)}}
    for registry in (IMPLEMENTATIONS, jobs.REGISTERED):
        monkeypatch.setitem(registry, "hnsw", Implementation(**{**real.__dict__, **changed}))
    return asked


def test_what_is_out_of_reach_is_told_and_the_rest_is_measured(
    at_recall: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = limited(monkeypatch, 12)
    at_recall["implementations"][0]["at_recall"] = [0.3, 0.9999]
    found = run(at_recall, tmp_path)
    (told,) = [e for e in events_of(tmp_path) if e["type"] == "unreached"]
    assert (told["target_recall"], told["parameter"], told["value"]) == (0.9999, "efSearch", 12)
    assert 0.3 < told["recall"] < 0.9999 and told["params"] == {"M": 8, "efConstruction": 60}
    assert found["unreached"] == [results.bare(told)]
    assert [p.get("target_recall") for p in found["points"]] == [0.3, None]
    # Going on builds and asks nothing.
    asked.clear()
    again = run(at_recall, tmp_path)
    assert asked == [] and again["unreached"] == found["unreached"]
    assert again["points"] == found["points"]


def test_goes_on_from_a_cut_anywhere_without_asking_again(
    at_recall: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_recall["build_threads"] = 1  # then the graph is the same one
    whole = run(at_recall, tmp_path / "whole")
    content = (tmp_path / "whole" / "events.ndjson").read_bytes()
    lines = content.splitlines(keepends=True)
    asked: list[int] = []
    real = operating_points.ask
    monkeypatch.setattr(
        operating_points, "ask",
        lambda *args: asked.append(args[4]["efSearch"]) or real(*args),
    )  # fmt: skip

    def settings(found: dict[str, Any]) -> list[Any]:
        told = ("impl", "params", "target_recall", "recall", "choosing_recall")
        return sorted(json.dumps([p.get(name) for name in told]) for p in found["points"])

    kinds = [json.loads(line)["type"] for line in lines]
    everything = [json.loads(x)["params"]["efSearch"] for x in lines if b'"tried"' in x]
    ends = [i + 1 for i, kind in enumerate(kinds) if kind in ("tried", "point", "phase")]
    for end in ends[::4]:
        folder = tmp_path / f"cut-{end}"
        folder.mkdir()
        torn = lines[end][: len(lines[end]) // 2] if end < len(lines) else b""
        (folder / "events.ndjson").write_bytes(b"".join(lines[:end]) + torn)
        asked.clear()
        again = run(at_recall, folder)
        assert settings(again) == settings(whole), end
        assert asked == everything[kinds[:end].count("tried") :], end


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"at_recall": []}, "at_recall"),
        ({"at_recall": [0.9, 1.5]}, r"at_recall\[1\]"),
        ({"at_recall": [True]}, r"at_recall\[0\]"),
        ({"at_recall": 0.9}, "at_recall"),
        ({"search": {}}, "search"),
        ({"name": "naive", "build": {}}, "at_recall: .*there are 0: give search instead"),
    ],
)
def test_a_wrong_target_names_its_key(
    at_recall: dict[str, Any], change: dict[str, Any], key: str
) -> None:
    at_recall["implementations"][0].update(change)
    with pytest.raises(JobError, match=rf"implementations\[0\].{key}"):
        jobs.parse(at_recall)


def test_targets_are_told_once_and_in_order(at_recall: dict[str, Any]) -> None:
    at_recall["implementations"][0]["at_recall"] = [0.99, 0.9, 0.99]
    spec = jobs.parse(at_recall).implementations[0]
    assert spec.at_recall == (0.9, 0.99) and spec.search == ()
