"""The benchmark app, launched by the real client, on containers of the stand-in: what a run leaves on the volume, whatever befalls it.

Containers run the Python named by ANNBENCH_PYTHON, or this one: annbench has to be installed there, as the app's image has it.
"""

from __future__ import annotations

import functools
import http.server
import json
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from driving import FOLDER, Driven, eventually

ROOT = Path(__file__).parents[2]
APP = ROOT / "modal" / "apps" / "benchmark.py"
PYTHON = os.environ.get("ANNBENCH_PYTHON", sys.executable)
NUMBERED = re.compile(r"([a-z0-9]+):(\d+):([0-9a-f]{8}) (.*)", re.DOTALL)

VOLUMES = ["ann-datasets", "ann-results"]

MAKE_DATA = """
import sys
import numpy as np
from annbench.data.formats import hdf5
from annbench._core import exact_neighbours
rng = np.random.default_rng(1)
rows = rng.standard_normal((3200, 24)).astype(np.float32)
train, test = rows[:3000].copy(), rows[3000:].copy()
neighbors, distances = exact_neighbours(train, test, "euclidean", 100)
hdf5.write(__import__("pathlib").Path(sys.argv[1]), train, test, neighbors, distances, "euclidean")
"""

# Looks at every row, and sleeps for what is left of its `rounds`: a test says how long a point takes, and a busy machine changes little of it.
MINE = """
#include <ann.h>
#include <time.h>
#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

class Mine {
 public:
  bool set(const char* name, double value) {
    if (std::strcmp(name, "leaf") == 0) return true;
    if (std::strcmp(name, "rounds") != 0) return false;
    rounds_ = static_cast<int>(value);
    return true;
  }
  void build(ann::Matrix train, ann::Metric) { train_ = train; }
  void search(const float* query, int k, int* out_ids) const {
    std::vector<std::pair<float, int>> all(train_.rows);
    for (std::size_t row = 0; row < train_.rows; ++row) {
      float sum = 0;
      for (std::size_t i = 0; i < train_.dim; ++i) sum += (query[i] - train_[row][i]) * (query[i] - train_[row][i]);
      all[row] = {sum, static_cast<int>(row)};
    }
    const timespec rest = {0, (rounds_ - 1) * 25'000L};
    if (rest.tv_nsec > 0) nanosleep(&rest, nullptr);
    std::partial_sort(all.begin(), all.begin() + k, all.end());
    for (int i = 0; i < k; ++i) out_ids[i] = all[i].second;
  }

 private:
  ann::Matrix train_;
  int rounds_ = 1;
};
REGISTER(Mine)
"""


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    process = subprocess.Popen(
        [sys.executable, str(FOLDER), "--container-python", PYTHON], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        driven = Driven(process, json.loads(process.stdout.readline()), tmp_path_factory.mktemp("home"))
        demand_reload(driven)
        yield driven
    finally:
        process.stdin.close()
        process.wait(timeout=30)
        process.stdout.close()


def demand_reload(driven: Driven) -> None:
    """What is hardest to live with: a commit that wants a reload, refused while a file is open. Nobody but Modal knows which it does."""
    driven.fault("commit_reload", times=None)


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder with tiny.hdf5 in it, and where it is served."""
    folder = tmp_path_factory.mktemp("site")
    subprocess.run([PYTHON, "-I", "-c", MAKE_DATA, str(folder / "tiny.hdf5")], check=True)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield folder, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class Run:
    """One run of the app, from launch to what is on the volume."""

    def __init__(self, driven: Driven, folder: Path, name: str, job: dict[str, Any], sources: dict[str, str], containers: int,
                 **more: Any) -> None:  # fmt: skip
        self.driven, self.folder, self.name, self.job, self.sources = driven, folder, name, job, sources
        self.launch = {
            "v": 1, "app": f"ann-tui-{name}-1", "run": name, "attempt": 1, "spec": {"kind": "bench", "name": name},
            "job": job, "sources": sources, "containers": containers,
            "machines": {"work": [{"cores": 2, "memory_gib": 2, "gpu": None, "nonpreemptible": False}]},
            "coordinator": {"cores": 0.5, "memory_gib": 1}, "timeout": 3600, "startup_timeout": 900, "coordinator_timeout": 7200,
            "volumes": {"datasets": "ann-datasets", "results": "ann-results"}, "control": "ann-tui-control", **more,
        }  # fmt: skip
        file = folder / "launch.json"
        file.write_text(json.dumps(self.launch))
        env = driven.env(ANN_TUI_LAUNCH=str(file), PYTHONUNBUFFERED="1", MODAL_LOGS_TIMEOUT="0")
        self.client = subprocess.Popen(
            [sys.executable, "-m", "modal", "run", "--detach", str(APP)], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        printed = []
        for line in self.client.stdout:
            printed.append(line)
            if line.startswith('{"ann_tui"'):
                break
        else:
            raise AssertionError("".join(printed) + self.client.stderr.read())
        said = json.loads(printed[-1])
        assert said["ann_tui"] == "launched"
        self.app, self.call = said["app"], said["call"]

    def let_client_go(self) -> Run:
        self.client.communicate(timeout=60)
        return self

    def kill_client(self) -> Run:
        self.client.send_signal(signal.SIGKILL)
        self.client.communicate(timeout=60)
        return self

    def containers(self, function: str | None = None) -> list[dict[str, Any]]:
        found = [c for c in self.driven.admin("/containers") if c["app"] == self.app]
        return [c for c in found if function in (None, c["function"])]

    def stream(self) -> list[str]:
        """What its containers printed so far, line by line."""
        with urllib.request.urlopen(f"{self.driven.admin_url}/log/{self.app}") as response:
            return response.read().decode().split("\n")[:-1]

    def events(self, type_: str, container: str | None = None) -> list[dict[str, Any]]:
        """As far as they were printed."""
        found = [json.loads(line) for line in self.stream() if line.startswith('{"v":')]
        return [e for e in found if e["type"] == type_ and container in (None, e["container"])]

    def ask_to_stop(self) -> None:
        control = "modal.Dict.from_name('ann-tui-control', create_if_missing=True)"
        self.driven.python(f"import modal; {control}.put({self.name!r}, {{'stop': 'asked', 'budget': None}})")

    def end(self) -> dict[str, Any]:
        """Waits for the coordinator, fetches what is on the volume; what it returned."""
        code = f"import json, modal; print(json.dumps(modal.FunctionCall.from_id({self.call!r}).get(timeout=900)))"
        returned = json.loads(self.driven.python(code, timeout=960))
        self.driven.cli("volume", "get", "--force", "ann-results", f"/runs/{self.name}", str(self.folder))
        self.volume = self.folder / self.name
        return returned

    def results(self) -> dict[str, Any]:
        return json.loads((self.volume / "results.json").read_text())

    def kept_events(self, container: str) -> list[dict[str, Any]]:
        folder = self.volume / ("main" if container == "main" else f"parts/{container}")
        found = [json.loads(line) for line in (folder / "events.ndjson").read_text().splitlines()]
        assert [e["seq"] for e in found] == list(range(1, len(found) + 1)), "numbered without a gap"
        return found

    def local(self, site: Path) -> dict[str, Any]:
        """The results of the same job on this machine."""
        folder = self.folder / "local"
        (folder / "sources").mkdir(parents=True)
        for name, text in self.sources.items():
            (folder / "sources" / name).write_text(text)
        data = self.folder / "data"
        subprocess.run([PYTHON, "-I", "-m", "annbench", "sync", "tiny", "--data", str(data), "--from", str(site / "tiny.hdf5")],
                       check=True, capture_output=True)  # fmt: skip
        job = {**self.job, "data_dir": str(data), "datasets": [{"name": d["name"]} for d in self.job["datasets"]]}
        job["implementations"] = [
            {**i, "source": str(folder / i["source"])} if "source" in i else i for i in self.job["implementations"]
        ]
        (folder / "job.json").write_text(json.dumps(job))
        command = [PYTHON, "-I", "-m", "annbench", "run", str(folder / "job.json"), "--out", str(folder)]
        subprocess.run(command, check=True, capture_output=True)
        return json.loads((folder / "results.json").read_text())


def job(site: str, implementations: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "v": 1, "job": "bench", "datasets": [{"name": "tiny", "url": f"{site}/tiny.hdf5"}], "k": 10, "threads": 1, "build_threads": 1,
        "subset": None, "repeats": 2, "seed": 1, "implementations": implementations, **more,
    }  # fmt: skip


def mine(rounds: list[int], **build: int) -> dict[str, Any]:
    return {"source": "sources/mine.cpp", "build": build, "search": [{"rounds": n} for n in rounds]}


NAIVE = {"name": "naive", "build": {}, "search": [{}]}
HNSW = {"name": "hnsw", "build": {"M": 8, "efConstruction": 60}, "search": [{"efSearch": 10}, {"efSearch": 40}]}

LASTING = ("dataset", "dataset_sha", "impl", "params", "k", "threads", "subset", "source_sha", "recall", "dist_comps", "core_sha", "mode")


def lasting(results: dict[str, Any]) -> dict[str, Any]:
    """What two runs of one job agree in: all but speed and memory."""
    optional = {"others_busy_cores"}  # not of passes that are too short to say
    points = [{**{name: p[name] for name in LASTING if name in p}, "fields": sorted(set(p) - optional)} for p in results["points"]]
    return {
        "datasets": results["datasets"], "k": results["k"], "v": results["v"],
        "points": sorted(points, key=lambda p: json.dumps([p["dataset"], p["impl"], p["params"]])),
        "verdicts": [(v["implementation"], v["dataset"], v["verdict"]) for v in results["verdicts"]],
    }  # fmt: skip


def hdf5_files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*.hdf5"))


# Four parts on four containers, the client dead from the beginning ---------------------------------------------------------------------


@pytest.fixture(scope="module", params=["commits", "commits-and-reloads"])
def whole(request: pytest.FixtureRequest, driven: Driven, site: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    if request.param == "commits":
        driven.admin("/faults", method="DELETE")
        # As they were made before there was a version 2; the other time the app makes them.
        driven.python(f"import modal; [modal.Volume.objects.create(name, version=1) for name in {VOLUMES}]")
    wanted = job(site[1], [HNSW, NAIVE, mine([1, 2], leaf=1), mine([1], leaf=2)])
    run = Run(driven, tmp_path_factory.mktemp("whole"), f"whole-{request.param}", wanted, {"mine.cpp": MINE}, 4).kill_client()
    assert run.end() == {"code": 0, "failure": None}
    if request.param == "commits":
        demand_reload(driven)
    yield run
    driven.python(f"import modal; [modal.Volume.objects.delete(name) for name in {VOLUMES}]")


def test_a_run_whose_client_was_killed_gives_what_a_local_one_gives(whole: Run, site: tuple[Path, str]) -> None:
    local = whole.local(site[0])
    assert lasting(whole.results()) == lasting(local)
    assert [c["name"] for c in whole.results()["containers"]] == ["w1", "w2", "w3", "w4"]
    assert len(hdf5_files(whole.volume / "results-hdf5")) == 6
    assert hdf5_files(whole.volume / "results-hdf5") == hdf5_files(whole.folder / "local" / "results-hdf5")
    assert json.loads((whole.volume / "spec.json").read_text()) == whole.launch["spec"]


def test_each_part_had_a_container_of_its_own_and_own_code_was_compiled_once(whole: Run) -> None:
    assert Counter(c["function"] for c in whole.containers()) == {"coordinate": 1, "build": 1, "measure": 4}
    assert all(not c["alive"] for c in whole.containers())
    tasks = {c["container"] for c in whole.containers("measure")}
    assert {e["task"] for e in whole.events("container") if e["role"] == "worker"} == tasks
    (leader,) = [e for e in whole.events("container") if e["role"] == "coordinator"]
    assert leader["container"] == "main" and leader["seq"] == 1
    for name in ("w3", "w4"):
        assert "mine: already compiled" in (whole.volume / "parts" / name / "log").read_text()


def test_the_stream_is_what_the_volume_keeps(whole: Run) -> None:
    for name in ("main", "w1", "w2", "w3", "w4"):
        folder = whole.volume / ("main" if name == "main" else f"parts/{name}")
        lines = whole.stream()
        events = [line for line in lines if line.startswith('{"v":') and json.loads(line)["container"] == name]
        assert events == (folder / "events.ndjson").read_text().splitlines()
        log = [m.groups() for line in lines if (m := NUMBERED.fullmatch(line)) and m[1] == name]
        assert [int(number) for _, number, _, _ in log] == list(range(1, len(log) + 1))
        assert all(zlib.crc32(f"{who}:{number}:{text}".encode()) == int(crc, 16) for who, number, crc, text in log)
        assert [text for *_, text in log] == (folder / "log").read_text().split("\n")[:-1]


def test_missing_data_was_fetched_once_by_the_coordinator(whole: Run) -> None:
    fetched = [e for e in whole.events("progress", "main") if e["phase"] == "data" and e["label"] == "download"]
    assert fetched and fetched[-1]["done"] == fetched[-1]["total"]
    listed = {f["filename"] for f in whole.driven.json("volume", "ls", "ann-datasets", "/")}
    assert {"tiny.hdf5", "tiny.json"} <= listed
    for name in ("w1", "w2"):
        assert not [e for e in whole.events("progress", name) if e["phase"] == "data"]


def test_the_machine_is_recorded(whole: Run) -> None:
    for container in whole.results()["containers"]:
        assert container["cpu"] and container["affinity"] and container["peak_bytes"] > 1 << 20


# What befalls containers ---------------------------------------------------------------------------------------------------------------


def slow(points: int) -> list[dict[str, Any]]:
    return [mine([12 + i for i in range(points)], leaf=1)]


def test_preemption_goes_on_at_the_next_point(driven: Driven, site: tuple[Path, str], tmp_path: Path) -> None:
    run = Run(driven, tmp_path, "preempted-1", job(site[1], slow(6), repeats=4), {"mine.cpp": MINE}, 1).let_client_go()
    eventually(lambda: len(run.events("point", "w1")) >= 2, what="two points")
    (container,) = run.containers("measure")
    driven.admin(f"/containers/{container['container']}/preempt", {})
    assert run.end() == {"code": 0, "failure": None}
    assert len(run.containers("measure")) == 2
    events = run.kept_events("w1")
    kinds = Counter(e["type"] for e in events)
    assert kinds["point"] == 6, "each once"
    assert kinds["container"] == 2 and kinds["stopped"] == 1 and kinds["result"] == 1
    assert [e["type"] for e in events if e["type"] in ("container", "stopped", "result")] == ["container", "stopped", "container", "result"]
    assert lasting(run.results()) == lasting(run.local(site[0]))


def test_a_container_out_of_memory_fails_its_part_alone(driven: Driven, site: tuple[Path, str], tmp_path: Path) -> None:
    run = Run(driven, tmp_path, "oom-1", job(site[1], [*slow(40), NAIVE, HNSW], repeats=4), {"mine.cpp": MINE}, 3).let_client_go()
    (begun,) = eventually(lambda: run.events("point", "w1")[:1], what="a point of w1")
    assert begun["impl"] == "mine"
    task = run.events("container", "w1")[0]["task"]
    eventually(lambda: points_on_volume(driven, run, "w1") >= 1, what="the point on the volume")
    driven.admin(f"/containers/{task}/oom", {})
    returned = run.end()
    assert returned["code"] == 1
    assert returned["failure"]["what"] == "1 of 3 parts failed"
    assert "w1 (mine leaf=1 on tiny): Memory ran out" in returned["failure"]["why"] and "--memory" in returned["failure"]["hint"]
    assert run.kept_events("main")[-1]["what"] == "1 of 3 parts failed"
    impls = Counter(p["impl"] for p in run.results()["points"])
    assert impls["naive"] == 1 and impls["hnsw"] == 2 and 1 <= impls["mine"] < 40


def points_on_volume(driven: Driven, run: Run, part: str) -> int:
    done = driven.cli("volume", "get", "--force", "ann-results", f"/runs/{run.name}/parts/{part}/events.ndjson", "-", rc=None)
    return done.stdout.count('"type":"point"')


def test_stop_keeps_what_was_finished(driven: Driven, site: tuple[Path, str], tmp_path: Path) -> None:
    wanted = job(site[1], [*slow(30), mine([12 + i for i in range(30)], leaf=2), NAIVE], repeats=4)
    run = Run(driven, tmp_path, "stopped-1", wanted, {"mine.cpp": MINE}, 2).let_client_go()
    eventually(lambda: run.events("point", "w1") and run.events("point", "w2"), what="points of both")
    run.ask_to_stop()
    assert run.end() == {"code": 130, "failure": None}
    assert run.kept_events("main")[-1]["type"] == "stopped" and run.kept_events("main")[-1]["reason"] == "asked"
    assert len(run.containers("measure")) == 2, "nothing was started after the stop"
    points = run.results()["points"]
    kept = [e for name in ("w1", "w2") for e in run.kept_events(name) if e["type"] == "point"]
    assert len(points) == len(kept) >= 2 and all(p["impl"] == "mine" for p in points)
    assert len(hdf5_files(run.volume / "results-hdf5")) == len(points)


def test_a_preempted_coordinator_measures_nothing_twice(driven: Driven, site: tuple[Path, str], tmp_path: Path) -> None:
    wanted = job(site[1], [*slow(6), NAIVE], repeats=4)
    run = Run(driven, tmp_path, "leaderless-1", wanted, {"mine.cpp": MINE}, 2).let_client_go()
    eventually(lambda: run.events("result", "w2") and run.events("point", "w1"), what="w2 done, w1 under way")
    (leader,) = run.containers("coordinate")
    driven.admin(f"/containers/{leader['container']}/preempt", {})
    assert run.end() == {"code": 0, "failure": None}
    assert len(run.containers("coordinate")) == 2
    assert Counter(e["type"] for e in run.kept_events("w1"))["point"] == 6
    assert Counter(e["type"] for e in run.kept_events("w2"))["point"] == 1
    assert Counter(e["type"] for e in run.kept_events("main"))["container"] == 2
    assert lasting(run.results()) == lasting(run.local(site[0]))


# Before anything is measured -----------------------------------------------------------------------------------------------------------


def test_own_code_that_does_not_compile_starts_no_machine_for_each_part(driven: Driven, site: tuple[Path, str], tmp_path: Path) -> None:
    source = MINE.replace("int rounds_ = 1;", "int rounds_ = ;")
    wanted = job(site[1], [mine([1], leaf=1), mine([1], leaf=2)])
    run = Run(driven, tmp_path, "uncompiled-1", wanted, {"mine.cpp": source}, 2).let_client_go()
    returned = run.end()
    assert returned["code"] == 1 and "compile-error" in returned["failure"]["why"]
    assert Counter(c["function"] for c in run.containers()) == {"coordinate": 1, "build": 1}
    assert [(v["implementation"], v["verdict"]) for v in run.results()["verdicts"]] == [("mine", "compile-error")] * 2
    assert "mine.cpp:" in (run.volume / "main" / "log").read_text()


def test_data_that_cannot_be_had_fails_its_parts_alone(driven: Driven, site: tuple[Path, str], tmp_path: Path) -> None:
    wanted = job(site[1], [NAIVE, HNSW])
    wanted["datasets"].append({"name": "gone", "url": f"{site[1]}/gone.hdf5"})
    run = Run(driven, tmp_path, "gone-1", wanted, {}, 2).let_client_go()
    returned = run.end()
    assert returned["code"] == 1 and returned["failure"]["what"] == "2 of 4 parts failed"
    why = returned["failure"]["why"]
    assert why.startswith("w3 (naive on gone), w4 (hnsw ") and why.count("404") == 1
    assert len(run.containers("measure")) == 2
    assert {(p["dataset"], p["impl"]) for p in run.results()["points"]} == {("tiny", "naive"), ("tiny", "hnsw")}


def test_no_container_is_left(driven: Driven) -> None:
    def alive() -> list[dict[str, Any]]:
        return [c for c in driven.admin("/containers") if c["alive"]]

    eventually(lambda: not alive(), what="the end of all containers")
    assert driven.admin("/health")["ok"]


def test_no_commit_found_a_file_open(driven: Driven) -> None:
    volumes = {one["name"]: one for one in driven.admin("/volumes")}
    assert volumes["ann-results"]["commits"] > 20
    assert {name: one["refused"] for name, one in volumes.items()} == {"ann-results": 0, "ann-datasets": 0}
    assert {name: one["version"] for name, one in volumes.items()} == {"ann-results": 2, "ann-datasets": 2}
