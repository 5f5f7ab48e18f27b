"""Libraries of others in a job: measured beside ours, judged, and never the end of it. The libraries
here are small ones in files; `test/e2e/modal.test.ts` has a real one."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jobkit.errors import JobError, Problem

from annbench import cli
from annbench import job as jobs
from annbench.events import SCHEMA, Events
from annbench.measuring import sweep
from annbench.peers import environment
from annbench.peers.registry import CHILD, PEERS

EXACT = """
import numpy as np

class Adapter:
    def __init__(self, dim, metric, k):
        self._k = k

    def build(self, rows, params, threads, seed):
        assert params == {"M": 8, "efConstruction": 60} and threads == 2 and seed == 42
        rows[0, 0] = rows[0, 0]  # some libraries take no arrays that can only be read
        self._rows = rows.copy()
        print("built")

    def set(self, params):
        self._ef = params["efSearch"]

    def one(self, query, k):
        return np.argsort(((self._rows - query) ** 2).sum(axis=1), kind="stable")[:k]

    def batch(self, queries, k, threads):
        assert threads == 1
        found = np.full((len(queries), k), -1)
        for at, query in enumerate(queries):
            found[at, : min(k, self._ef)] = self.one(query, k)[: self._ef]
        return found

    def bytes(self):
        return self._rows.nbytes
"""


@pytest.fixture
def measure(
    job: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[dict[str, Any], list[dict[str, Any]], Problem | None]]:
    """measure(name=source of an adapter, ...) runs them beside hnsw; `entry`: in place of the
    usual settings; `changes`: of what hnswlib is registered with."""
    monkeypatch.setattr(environment, "ensure", lambda _peer, _log: Path(sys.executable))

    def run(
        only: bool = False, entry: dict[str, Any] | None = None,
        changes: dict[str, Any] | None = None, **sources: str,
    ) -> Any:  # fmt: skip
        entries = [] if only else [job["implementations"][0]]
        for name, source in sources.items():
            adapter = tmp_path / f"{name}.py"
            adapter.write_text(source)
            peer = replace(PEERS["hnswlib"], adapter=adapter, package=f"numpy=={np.__version__}")
            peer = replace(peer, **(changes or {}))
            for registry in (PEERS, jobs.REGISTERED):
                monkeypatch.setitem(registry, name, peer)
            entries.append(
                {"name": name, "build": {"M": 8, "efConstruction": 60},
                 **(entry or {"search": [{"efSearch": 4}, {"efSearch": 100}]})}
            )  # fmt: skip
        job["implementations"] = entries
        out = tmp_path / "out"
        out.mkdir(exist_ok=True)
        failed = None
        events = Events(journal=out / "events.ndjson", human=None)
        try:
            sweep.Run(jobs.parse(job), out, events).run()
        except Problem as e:
            failed = e
        lines = (out / "events.ndjson").read_text().splitlines()
        judged = [c.event for c in map(SCHEMA.classify, lines) if c.verdict == "ok" and c.event]
        return json.loads((out / "results.json").read_text()), judged, failed

    return run


def test_measured_in_turns_with_ours(measure: Any) -> None:
    results, events, failed = measure(exact=EXACT)
    assert failed is None
    sweeps = [e.get("label") for e in events if e["type"] == "phase" and e["phase"] == "sweep"]
    assert sweeps == ["hnsw,exact"] * 2, "one sweep, begun and done"
    points = [p for p in results["points"] if p["impl"] == "exact"]
    assert [p["recall"] for p in points] == [0.4, 1.0]
    for point in points:
        assert point["version"] == np.__version__
        assert point["params"] == {**point["params"], "M": 8, "efConstruction": 60}
        assert "latency_ms" not in point and "dist_comps" not in point, (
            "of a batch neither is known"
        )
        assert point["reported_bytes"] == 3000 * 24 * 4 and point["index_bytes"] > 0
        assert 0 <= point["build_cpu_seconds"] and 0 < min(point["cpu_seconds_all"])
        assert point["qps_all"] and "core_sha" not in point
    [verdict] = results["verdicts"]
    assert (verdict["implementation"], verdict["verdict"], verdict["kept"]) == (
        "exact", "ok", "2 points",
    )  # fmt: skip
    again, more, _ = measure(exact=EXACT)
    assert again["points"] == results["points"], "nothing is measured twice"
    assert [e["type"] for e in more].count("point") == len(results["points"])


def test_one_by_one_has_latencies(measure: Any) -> None:
    results, _, _ = measure(single=EXACT.replace("def batch", "def unused"))
    points = [p for p in results["points"] if p["impl"] == "single"]
    assert len(points) == 2 and all(p["recall"] == 1.0 for p in points)
    assert all(p["latency_ms"]["p50"] <= p["latency_ms"]["p99"] for p in points)


@pytest.mark.parametrize(
    ("change", "verdict", "why"),
    [
        (("print(\"built\")", "raise ValueError('no such dimension')"), "crashed",
         "ValueError: no such dimension"),
        (("print(\"built\")", "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"), "crashed",
         "SIGSEGV"),
        (("found = np", "import os; os._exit(3); found = np"), "exited", "exit code 3"),
        (("import numpy as np", "import numpy as np, no_such_module"), "crashed",
         "No module named 'no_such_module'"),
        (("return found", "return found * 0 + 7"), "bad-ids", "the same id twice"),
        (("return found", "return found + 1e6"), "bad-ids", "an id outside"),
        (("return found", "return found[:, :3]"), "ok", ""),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_its_own_verdict(
    measure: Any, change: tuple[str, str], verdict: str, why: str
) -> None:
    assert change[0] in EXACT
    results, events, failed = measure(bad=EXACT.replace(*change), exact=EXACT)
    assert failed is None, "the others were measured"
    by_name = {v["implementation"]: v for v in results["verdicts"]}
    bad = by_name["bad"]
    assert bad["verdict"] == verdict and why in f"{bad['what']}: {bad['why']}"
    assert by_name["exact"]["verdict"] == "ok"
    measured = [p["impl"] for p in results["points"]]
    counts = {name: measured.count(name) for name in ("hnsw", "bad", "exact")}
    assert counts == {"hnsw": 3, "bad": 2 if verdict == "ok" else 0, "exact": 2}
    told = [(e["impl"], e["verdict"]) for e in events if e["type"] == "verdict"]
    assert sorted(told) == sorted((name, v["verdict"]) for name, v in by_name.items())


def test_one_that_is_killed_from_outside_gets_no_verdict_and_can_go_on(measure: Any) -> None:
    by_hand = "import os, signal; self._ef > 4 and os.kill(os.getpid(), signal.SIGTERM); found = np"
    results, events, failed = measure(killed=EXACT.replace("found = np", by_hand))
    assert failed is not None and failed.resume and "killed from outside" in failed.why
    assert results["verdicts"] == []
    warned = [e["message"] for e in events if e["type"] == "warning"]
    assert any("killed M=8 efConstruction=60 on tiny" in text for text in warned)
    assert [p["impl"] for p in results["points"]].count("hnsw") == 3
    again, _, failed = measure(killed=EXACT)
    assert failed is None, "the same job goes on"
    assert [p["impl"] for p in again["points"]].count("killed") == 2


def test_alone_and_bad_fails_the_job(measure: Any) -> None:
    _, _, failed = measure(only=True, bad=EXACT.replace('print("built")', "raise ValueError('no')"))
    assert failed is not None and "bad" in failed.what and "ValueError: no" in failed.why


def test_what_does_not_install_is_told_in_the_words_of_pip(
    job: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANNBENCH_PEERS", str(tmp_path / "peers"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    told: list[str] = []
    with pytest.raises(Exception, match="No matching distribution found for usearch") as raised:
        environment.ensure(PEERS["usearch"], told.append)
    assert raised.value.verdict.word == "not-installed"  # type: ignore[attr-defined]
    assert any(line.startswith("pip | ERROR") for line in told)
    assert not environment.folder_of(PEERS["usearch"]).exists(), "nothing half done is left"


def test_the_last_words_of_pip() -> None:
    output = "Collecting x\nWARNING: slow\nERROR: cannot find x\nERROR: No matching distribution\n"
    assert (
        environment.last_words(output) == "ERROR: cannot find x · ERROR: No matching distribution"
    )
    assert environment.last_words("one\n\ntwo\n") == "one · two"
    assert environment.last_words("") == "it said nothing"


def test_what_is_registered_has_its_file() -> None:
    for name, peer in PEERS.items():
        assert peer.adapter.is_file(), name
        assert peer.version and peer.licence and 50 < peer.megabytes < 2000
        for kinds, grid in ((peer.build_params, "build"), (peer.search_params, "search")):
            assert list(kinds) == list(peer.sweep[grid])
            for one, values in peer.sweep[grid].items():
                assert all(kinds[one].least <= value <= kinds[one].most for value in values)
        rules = ((peer.cost.build, peer.build_params), (peer.cost.search, peer.search_params))
        assert all(rule.get("parameter") in (None, *kinds) for rule, kinds in rules)
        assert set(peer.cost.row_bytes) <= {"fixed", "dimension", *peer.build_params}
        defaults = {n: p.default for n, p in {**peer.build_params, **peer.search_params}.items()}
        assert peer.cost.bytes_per_row(100, defaults) > 100
    used = {peer.adapter.stem for peer in PEERS.values()} | {"dummy"}
    assert {path.stem for path in (CHILD / "adapters").glob("*.py")} == used


# Operating points ---------------------------------------------------------------------------------

#: Settings are sought with all threads that build.
EXACT_IN_THREADS = EXACT.replace("threads == 1", "threads in (1, 2)")


def test_an_operating_point_of_a_peer_is_found_through_its_own_index(measure: Any) -> None:
    """The fake finds as many of 10 as efSearch says: 0.55 takes 6 of them."""
    at = {"at_recall": [0.55, 0.8], "search": [{"efSearch": 4}]}
    results, events, failed = measure(exact=EXACT_IN_THREADS, entry=at)
    assert failed is None
    points = [p for p in results["points"] if p["impl"] == "exact"]
    told = {p.get("target_recall"): (p["params"]["efSearch"], p["recall"]) for p in points}
    assert told == {None: (4, 0.4), 0.55: (6, 0.6), 0.8: (8, 0.8)}
    for point in points[1:]:
        assert point["choosing_recall"] == point["recall"] and point["version"] == np.__version__
        assert point["recall_queries"] == point["choosing_queries"] == 100 and point["qps_all"]
    tried = [e for e in events if e["type"] == "tried"]
    assert {e["params"]["efSearch"]: e["recall"] for e in tried}.items() >= {
        5: 0.5, 6: 0.6, 7: 0.7, 8: 0.8,
    }.items()  # fmt: skip
    assert not any("dist_comps" in e for e in tried), "it does not tell how many"
    sweeps = [e.get("label") for e in events if e["type"] == "phase" and e["phase"] == "sweep"]
    assert sweeps == ["hnsw,exact"] * 2, "measured in turns with ours"


def test_what_a_peer_cannot_reach_is_told(measure: Any) -> None:
    few = EXACT_IN_THREADS.replace('params["efSearch"]', 'min(3, params["efSearch"])')
    results, _, failed = measure(few=few, entry={"at_recall": [0.9]})
    assert failed is None and not [p for p in results["points"] if p["impl"] == "few"]
    [missed] = results["unreached"]
    assert (missed["impl"], missed["target_recall"], missed["recall"]) == ("few", 0.9, 0.3)


def test_a_peer_that_fails_while_a_setting_is_sought_fails_alone(measure: Any) -> None:
    bad = EXACT_IN_THREADS.replace("return found", "return found * 0 + 7")
    results, _, failed = measure(bad=bad, entry={"at_recall": [0.9]})
    assert failed is None, "the others were measured"
    [verdict] = results["verdicts"]
    assert verdict["verdict"] == "bad-ids" and "the same id twice" in verdict["why"]
    assert {p["impl"] for p in results["points"]} == {"hnsw"}


def test_no_recall_is_sought_of_a_peer_with_several_search_parameters(
    measure: Any,
) -> None:
    two = {**PEERS["hnswlib"].search_params, "rerank": PEERS["scann"].search_params["rerank"]}
    with pytest.raises(JobError, match="and there are 2: give search instead"):
        measure(exact=EXACT, entry={"at_recall": [0.9]}, changes={"search_params": two})
    entries = cli._default_sweep("scann", [0.9])
    assert all("at_recall" not in entry and len(entry["search"]) == 32 for entry in entries)
    assert [entry["at_recall"] for entry in cli._default_sweep("ngt", [0.9])] == [[0.9]] * 2
