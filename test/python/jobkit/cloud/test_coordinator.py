"""A run on several containers, each a thread here, with a workload that is no benchmark."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jobkit.budget.ledger import Terms
from jobkit.cloud import job_runner, pulse
from jobkit.cloud.control import Control
from jobkit.cloud.coordinator import Platform, containers, coordinate, lead
from jobkit.cloud.coordinator import volume as coordinator_volume
from jobkit.cloud.coordinator.outcomes import Outcomes
from jobkit.cloud.worker import leaving, worker
from jobkit.cloud.worker.limits import Limits
from jobkit.cloud.workload import OUTCOME, PARTS, Part
from jobkit.errors import Problem
from jobkit.events import JOURNAL

SUPPORT = Path(__file__).parents[1]
sys.path.insert(0, str(SUPPORT))
from support import PROGRAM, Count, Events  # noqa: E402

COUNT = Count()


class Store(dict[str, Any]):
    def put(self, key: str, value: Any, *, skip_if_exists: bool = False) -> bool:
        if skip_if_exists and key in self:
            return False
        self[key] = value
        return True


class Call:
    """Of a worker in a thread."""

    def __init__(self, id_: str, work: Callable[[], dict[str, Any]]) -> None:
        self.id = id_
        self._ended: dict[str, Any] | BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
        self._thread.start()

    def _run(self, work: Callable[[], dict[str, Any]]) -> None:
        try:
            self._ended = work()
        except BaseException as e:
            self._ended = e

    def get(self) -> dict[str, Any]:
        self._thread.join()
        if isinstance(self._ended, BaseException):
            raise self._ended
        assert self._ended is not None
        return self._ended

    def cancel(self) -> None:
        pass


class Queued:
    """A call that nobody has found a machine for."""

    def __init__(self, world: World, id_: str) -> None:
        self.id, self._world = id_, world
        self._gone = threading.Event()

    def get(self) -> dict[str, Any]:
        self._gone.wait(60)
        time.sleep(self._world.lag)
        raise RuntimeError("the input was cancelled")

    def cancel(self) -> None:
        self._world.cancelled.append(self.id)
        self._gone.set()


class World:
    """Volumes and containers."""

    def __init__(self, folder: Path) -> None:
        self.results, self.data = folder / "results", folder / "data"
        for made in (self.results, self.data):
            made.mkdir()
        self.control = Control(Store(), "r")
        self.asked: list[str] = []
        self.functions: list[str] = []
        self.calls: dict[str, Call] = {}
        self.taken: set[str] = set()  # functions that no machine is found for
        self.cancelled: list[str] = []
        self.lag = 0.0  # seconds until a call that was cancelled has ended
        self.given: list[dict[str, Any]] = []
        self.holder = "in-main"
        self.led_on = 0
        self.leading: Any = None
        self.before: Callable[[dict[str, Any]], None] = lambda _part: None
        self.project_after: float | None = None
        self.timer: float | None = None  # of a part's container
        self.ordered: list[list[str]] = []
        self.dead: set[str] = set()  # parts whose container ends without a word
        self.kept_data = 0  # times that data was made durable by a part
        self.keep_data: Callable[[], None] | None = self._keep_data
        self.keep: Callable[[], None] = lambda: None
        self.keep_part: Callable[[], None] = lambda: None

    def _keep_data(self) -> None:
        self.kept_data += 1

    @property
    def run(self) -> Path:
        return self.results / "runs" / "r"

    def work(self, part: dict[str, Any], function: str) -> Call:
        self.asked.append(part["part"])
        self.functions.append(function)

        self.before(part)

        def do() -> dict[str, Any]:
            if part["part"] in self.dead:
                raise RuntimeError("exit code 137")
            place = worker.Place(
                Path(part["folder"]), self.results / "shared", f"in-{part['part']}", "ta-1",
                self.keep_part, self.data, self.keep_data, kind=part["kind"],
                machine=part["machine"],
            )  # fmt: skip
            terms = Terms.read(part["budget"])
            limits = Limits(self.timer, terms, project_after=self.project_after)
            return worker.work(COUNT, part["part"], part["job"], place, self.control, limits)

        self.given.append(part)
        id_ = f"fc-{len(self.given)}-{part['part']}"
        call = self.calls[id_] = Queued(self, id_) if function in self.taken else Call(id_, do)
        return call

    def known(self, id_: str) -> Call:
        assert id_ in self.calls, f"{id_} was never made"
        return self.calls[id_]

    def lead_on(self) -> str:
        self.led_on += 1
        return f"fc-main-{self.led_on + 1}"

    def carry_out(self, order: list[str], _give_up: Callable[[], bool]) -> dict[str, Any]:
        self.ordered.append(order)
        return COUNT.carry_out(order, self.results / "shared")

    def lead(self, job: dict[str, Any], **more: Any) -> dict[str, Any]:
        platform = Platform(
            results=self.results, datasets=self.data, control=self.control, task="ta-0",
            keep=lambda: self.keep(), keep_datasets=lambda: None, reload=lambda: None,
            work=self.work, known=self.known, carry_out=self.carry_out,
            lead_on=self.lead_on, holder=self.holder, call={},
        )  # fmt: skip
        launch = {"run": "r", "attempt": 1, "containers": 2, "job": job, "spec": {"kind": "count"}}
        return coordinate(COUNT, {**launch, **more}, platform)

    def events(self, part: str | None = None) -> list[dict[str, Any]]:
        folder = self.run / (f"{PARTS}/{part}" if part else "main")
        return [json.loads(line) for line in (folder / JOURNAL).read_text().splitlines()]

    def told(self) -> list[dict[str, Any]]:
        """Likewise of the coordinator, before there may be any."""
        return self.events() if (self.run / "main" / JOURNAL).exists() else []

    def free_when_stopped(self) -> None:
        """As the platform ends what waits when its coordinator does."""
        while self.control.stop() is None or self.leading.word is None:
            time.sleep(0.05)
        for call in self.calls.values():
            call.cancel()

    def result(self) -> dict[str, Any]:
        return json.loads((self.run / COUNT.result).read_text())["parts"]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    class Popen(subprocess.Popen):  # type: ignore[type-arg]
        """`-m count` is a file here, and no module that is installed."""

        def __init__(self, command: list[str], **options: Any) -> None:
            assert command[1:4] == ["-I", "-m", "count"]
            super().__init__([sys.executable, str(SUPPORT / "support.py"), *command[4:]], **options)

    monkeypatch.setattr(job_runner.subprocess, "Popen", Popen)
    return World(tmp_path)


def test_parts_are_done_and_merged_and_the_last_event_says_so(world: World) -> None:
    assert world.lead({"count": [3, 2, 4]}) == {"code": 0, "failure": None}
    assert {name: one["count"] for name, one in world.result().items()} == {
        "w1": 3, "w2": 2, "w3": 4,
    }  # fmt: skip
    told = world.events()
    assert [e["role"] for e in told if e["type"] == "container"] == ["coordinator"]
    assert told[-1]["type"] == "result" and told[-1]["file"] == "count.json"
    phases = [(e["phase"], e["state"], e["label"]) for e in told if e["type"] == "phase"]
    assert phases == [("count", "start", "3 parts"), ("count", "done", "3 parts")]
    assert [e["value"] for e in world.events("w3") if e["type"] == "number"] == [0, 1, 2, 3]
    outcome = json.loads((world.run / PARTS / "w3" / OUTCOME).read_text())
    assert (outcome["code"], outcome["kept"]) == (0, 4)
    assert json.loads((world.run / "spec.json").read_text()) == {"kind": "count"}


def test_again_nothing_is_done_twice(world: World) -> None:
    world.lead({"count": [2, 2]})
    assert world.lead({"count": [2, 2]}, attempt=2)["code"] == 0
    assert sorted(world.asked) == ["w1", "w2"]


def test_what_was_kept_of_a_part_is_found_again(world: World) -> None:
    folder = world.run / PARTS / "w1"
    folder.mkdir(parents=True)
    with_own = Events("w1", folder / JOURNAL, human=None)
    with_own.emit("number", value=0)
    assert world.lead({"count": [3]})["code"] == 0
    assert world.result()["w1"] == {"count": 3, "earlier": 1}


def test_what_is_missing_is_had_before(world: World) -> None:
    assert world.lead({"count": [1], "needs": "words"})["code"] == 0
    assert (world.data / "words").exists()


def test_what_cannot_be_had_fails_its_parts_with_one_reason(world: World) -> None:
    ended = world.lead({"count": [1, 1], "needs": "nowhere"})
    assert ended["code"] == 1 and world.asked == []
    assert ended["failure"]["what"] == "Every part failed"
    assert ended["failure"]["why"] == "w1 (to 1), w2 (to 1): It is nowhere: it never was"
    assert world.events()[-1]["type"] == "failed"


def test_what_is_done_before_may_decide_parts(world: World) -> None:
    assert world.lead({"count": [1, 1], "broken": "w2"})["code"] == 0
    assert world.ordered == [["w2"]] and world.asked == ["w1"]
    assert world.result()["w2"] is None
    looked = [e for e in world.events() if e["type"] == "phase" and e["phase"] == "look"]
    assert [(e["state"], e["label"]) for e in looked] == [("start", "w2"), ("done", "w2")]


def test_the_verdict_is_the_workloads(world: World) -> None:
    ended = world.lead({"count": [1], "broken": "w1"})
    assert ended["failure"]["what"] == "Nothing was counted" and ended["code"] == 1


def test_a_part_that_failed_is_told_with_its_own_words(world: World) -> None:
    ended = world.lead({"count": [1, 1], "fails": "w1"})
    assert ended["code"] == 1 and ended["failure"]["what"] == "1 of 2 parts failed"
    assert "w1 (to 1): It lost count: it was asked to" in ended["failure"]["why"]
    assert world.result()["w2"]["count"] == 1


def test_parts_that_are_apart_leave_the_verdict_to_the_workload(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(COUNT, "apart", True)
    job = {"count": [1, 2], "fails": "w1"}
    assert world.lead(job) == {"code": 0, "failure": None}
    assert world.result()["w2"]["count"] == 2 and world.result()["w1"] is None
    warned = [e["message"] for e in world.events() if e["type"] == "warning"]
    assert warned == ["w1 (to 1) failed: It lost count: it was asked to"]
    monkeypatch.setattr(COUNT, "verdict", lambda *_: Problem("None", "at all"))
    ended = world.lead(job, attempt=2)
    assert ended["code"] == 1 and ended["failure"]["why"].startswith("w1 (to 1): It lost count")
    assert ended["failure"]["what"] == "1 of 2 parts failed"


def test_a_dead_container_is_told_in_the_words_of_the_program(world: World) -> None:
    world.dead = {"w1"}
    ended = world.lead({"count": [1]})
    assert ended["failure"]["what"] == "Memory ran out"
    assert PROGRAM.smaller in ended["failure"]["hint"]


def test_a_job_that_is_none_is_told(world: World) -> None:
    ended = world.lead({"count": 3})
    assert ended["code"] == 1 and ended["failure"]["why"] == "count: must be a list"


def test_sources_lie_beside_the_run_and_nowhere_else(world: World) -> None:
    world.lead({"count": [1]}, sources={"a/b.py": "x"})
    assert (world.run / "sources" / "a" / "b.py").read_text() == "x"
    ended = world.lead({"count": [1]}, sources={"../../x": "x"})
    assert ended["failure"]["why"] == "sources.../../x: leads out of its folder"


def test_a_stop_is_heard_by_all_and_what_is_done_is_kept(world: World) -> None:
    def stop() -> None:
        first = world.run / PARTS / "w1" / JOURNAL
        while not first.exists() or b"number" not in first.read_bytes():
            time.sleep(0.05)
        world.control.say_stop("asked")

    threading.Thread(target=stop, daemon=True).start()
    ended = world.lead({"count": [1000, 1000, 1000], "pace": 0.2})
    assert ended == {"code": 130, "failure": None}
    assert world.events()[-1]["type"] == "stopped" and world.events()[-1]["reason"] == "asked"
    assert "w3" not in world.asked
    assert [e for e in world.events("w1") if e["type"] == "number"]


def test_a_budget_that_is_gone_ends_the_run_with_a_next_step(world: World) -> None:
    budget = {"dollars": 0.01, "worker_rate": 3600.0, "coordinator_rate": 0.0, "boot": 0, "exit": 0}
    ended = world.lead({"count": [1]}, budget=budget)
    assert ended["code"] == 4 and world.asked == []
    assert ended["failure"]["hint"] == "ann-tui resume r --budget 0.02"
    assert os.path.exists(world.run / "main" / "budget-1.json")


def test_data_that_is_shared_is_worked_on_in_a_copy_and_brought_back(world: World) -> None:
    (world.data / "seen").write_text("7\n")
    (world.data / "other").write_text("nobody asked for it")
    job = {"count": [2], "shares": ["seen", "none"]}
    assert world.lead(job) == {"code": 0, "failure": None}
    assert (world.data / "seen").read_text() == "7\n2\n"
    assert sorted(path.name for path in world.data.iterdir()) == ["other", "seen"]
    assert world.kept_data == 1
    said = (world.run / PARTS / "w1" / "log").read_text()
    assert "2 B of data were there, fetched in " in said


def test_shared_data_of_a_place_that_is_only_read_stays_as_it_is(world: World) -> None:
    (world.data / "seen").write_text("7\n")
    world.keep_data = None
    assert world.lead({"count": [2], "shares": ["seen"]}) == {"code": 0, "failure": None}
    assert (world.data / "seen").read_text() == "7\n"


def test_data_is_kept_of_a_part_that_failed_too(world: World) -> None:
    assert world.lead({"count": [2], "shares": ["seen"], "fails": "w1"})["code"] == 1
    assert (world.data / "seen").read_text() == "2\n"
    assert world.kept_data == 1


def test_a_stage_begins_when_the_one_before_it_is_done(world: World) -> None:
    def is_first_done(part: dict[str, Any]) -> None:
        if part["part"].startswith("w"):
            assert all((world.run / PARTS / p / COUNT.result).exists() for p in ("p1", "p2"))

    world.before = is_first_done
    machines = {"work": [{"label": "T4"}], "prepare": {"label": "4 cores", "containers": 2}}
    job = {"count": [2, 1], "prepares": [3, 1]}
    assert world.lead(job, machines=machines)["code"] == 0
    assert set(world.asked[:2]) == {"p1", "p2"} and set(world.asked[2:]) == {"w1", "w2"}
    assert world.functions == ["prepare", "prepare", "work", "work"]
    told = {e["container"]: e for e in world.events("p1") + world.events("w1") if "role" in e}
    assert (told["p1"]["role"], told["p1"]["machine"]) == ("preparer", "4 cores")
    assert (told["w1"]["role"], told["w1"]["machine"]) == ("worker", "T4")
    phases = [(e["phase"], e["label"]) for e in world.events() if e["type"] == "phase"]
    assert phases == [("prepare", "2 parts")] * 2 + [("count", "2 parts")] * 2


def test_what_is_to_be_prepared_and_fails_keeps_the_rest_from_beginning(world: World) -> None:
    ended = world.lead({"count": [1], "prepares": [1], "fails": "p1"})
    assert ended["code"] == 1 and world.asked == ["p1"]
    assert ended["failure"] == {"what": "It lost count", "why": "it was asked to"}


def test_without_a_machine_in_time_the_next_that_will_do_is_asked_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "_LOOK_SECONDS", 0.05)
    world.taken = {"work"}
    machines = {
        "work": [{"label": "H100", "rate": 4.0}, {"label": "A100-80GB", "rate": 2.5}],
        "patience": 0.3,
    }
    assert world.lead({"count": [2]}, machines=machines)["code"] == 0
    assert world.functions == ["work", "work_2"] and world.cancelled == ["fc-1-w1"]
    (warning,) = (e["message"] for e in world.events() if e["type"] == "warning")
    assert "no machine with H100" in warning and "A100-80GB is asked for instead" in warning
    assert [one["machine"] for one in world.given] == ["H100", "A100-80GB"]


def test_a_machine_that_was_given_up_stays_so_for_the_coordinator_that_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "_LOOK_SECONDS", 0.05)
    world.taken, world.lag = {"work"}, 2.0
    machines = {"work": [{"label": "H100"}, {"label": "A100-80GB"}], "patience": 0.3}
    ended = world.lead({"count": [2]}, machines=machines, coordinator_timeout=1.5)
    if "next" in ended:  # not on a machine so busy that it was done before
        assert world.functions == ["work"] and world.cancelled == ["fc-1-w1"]
        world.holder = "in-next"
        ended = world.lead({"count": [2]}, machines=machines, segment=2)
    assert ended["code"] == 0
    assert world.functions == ["work", "work_2"] and world.cancelled == ["fc-1-w1"]


def test_a_container_speaks_before_it_waits_for_the_volume_and_its_time_counts_from_then(
    world: World,
) -> None:
    (part,) = COUNT.split({"count": [100], "pace": 0.1})
    heard: list[Any] = []

    def reload() -> None:
        heard.append(world.control.last_claim("w1"))
        time.sleep(1.6)

    place = worker.Place(
        world.run / PARTS / "w1", world.results / "shared", "in-1", "ta-1", lambda: None,
        reload=reload,
    )  # fmt: skip
    begun = time.monotonic()
    outcome = worker.work(COUNT, "w1", part.job, place, world.control, Limits(2.0))
    assert heard[0][0] == "in-1" and outcome["stopped"] == "time"
    # By what it counted it would be there for ten seconds.
    assert outcome["leaving"] - (time.time() - (time.monotonic() - begun)) >= 1.5
    assert world.control.last_claim("w1") is None and world.control.lease("w1", "in-2", 1).take()


def test_a_part_that_is_for_one_machine_alone_goes_without_it_and_the_others_are_done(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "_LOOK_SECONDS", 0.05)
    world.taken = {"work"}
    machines = {"work": [{"label": "H100"}, {"label": "L4"}], "patience": 0.3, "each": True}
    ended = world.lead({"count": [2, 1], "machines": ["work_1", "work_2"]}, machines=machines)
    assert sorted(world.functions) == ["work", "work_2"] and world.cancelled == ["fc-1-w1"]
    assert world.result()["w2"]["count"] == 1
    assert ended["failure"]["what"] == "1 of 2 parts failed"
    assert "No machine was free: no machine with H100 for 0.005 min" in ended["failure"]["why"]


def test_with_one_kind_of_machine_waiting_is_told_and_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "_LOOK_SECONDS", 0.05)

    class Known(lead.Stopping):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            world.leading = self

    monkeypatch.setattr(lead, "Stopping", Known)
    world.taken = {"work"}

    def stop() -> None:
        while not any(e["type"] == "warning" for e in world.told()):
            time.sleep(0.05)
        world.control.say_stop("asked")

    threading.Thread(target=stop, daemon=True).start()
    machines = {"work": [{"label": "H100"}], "patience": 0.3}
    threading.Thread(target=world.free_when_stopped, daemon=True).start()
    assert world.lead({"count": [2]}, machines=machines)["code"] == 130
    assert world.functions == ["work"]


def test_at_the_end_of_its_time_another_coordinator_goes_on(world: World) -> None:
    job = {"count": [30], "pace": 0.1}
    ended = world.lead(job, coordinator_timeout=1.0)
    assert ended == {"code": 0, "failure": None, "next": "fc-main-2"}
    assert world.asked == ["w1"] and "result" not in {e["type"] for e in world.events()}
    world.holder = "in-next"
    assert world.lead(job, segment=2) == {"code": 0, "failure": None}
    assert world.asked == ["w1"], "the one that was under way is waited for"
    assert world.result()["w1"]["count"] == 30
    after = [e.get("after") for e in world.events() if e["type"] == "container"]
    assert after == [None, "time"]


def test_a_second_coordinator_leaves_and_touches_nothing(world: World) -> None:
    job, ends = {"count": [20], "pace": 0.1}, []
    thread = threading.Thread(target=lambda: ends.append(world.lead(job)))
    thread.start()
    while not world.asked:
        time.sleep(0.02)
    world.holder = "in-other"
    second = world.lead(job)
    assert second["code"] == 1 and second["failure"]["what"].startswith("Another coordinator")
    thread.join()
    assert ends == [{"code": 0, "failure": None}] and world.asked == ["w1"]
    assert sum(e["type"] == "container" for e in world.events()) == 1


def test_a_coordinator_that_is_superseded_leaves_without_a_word(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lead, "_RENEW_SECONDS", 0.1)
    ends: list[dict[str, Any]] = []
    job = {"count": [200], "pace": 0.1}
    thread = threading.Thread(target=lambda: ends.append(world.lead(job)))
    thread.start()
    while not world.asked:
        time.sleep(0.02)
    assert world.control.lease("main", "in-later", 2).take()
    thread.join(30)
    assert ends[0]["failure"]["what"].startswith("Another coordinator")
    assert world.events()[-1]["type"] not in ("stopped", "failed", "result")


@pytest.fixture
def new_container(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a worker takes for its container's life begins with it, and not with this machine's."""
    monkeypatch.setattr(leaving, "container_start", time.time)


@pytest.mark.usefixtures("new_container")
def test_a_run_that_would_cost_more_than_its_budget_stops_and_says_what_it_would_cost(
    world: World,
) -> None:
    world.project_after = 0.3
    budget = {"dollars": 1.0, "worker_rate": 36.0, "coordinator_rate": 0.0, "boot": 0, "exit": 0}
    ended = world.lead({"count": [2000], "pace": 0.1}, budget=budget)  # 200 s at a cent a second
    assert ended["code"] == 4
    assert ended["failure"]["what"].startswith("All of it would cost about $")
    assert ended["failure"]["hint"].startswith("ann-tui resume r --budget 2.")
    assert world.events()[-1]["reason"] == "forecast"


@pytest.mark.usefixtures("new_container")
def test_a_container_whose_time_is_over_before_a_minute_judges_before_that(world: World) -> None:
    world.project_after, world.timer = 60, 8
    budget = {"dollars": 1.0, "worker_rate": 36.0, "coordinator_rate": 0.0, "boot": 0, "exit": 0}
    assert world.lead({"count": [2000], "pace": 0.1}, budget=budget)["code"] == 4
    assert world.events()[-1]["reason"] == "forecast" and world.asked == ["w1"]


@pytest.mark.usefixtures("new_container")
def test_within_its_budget_it_goes_on(world: World) -> None:
    world.project_after = 0.2
    budget = {"dollars": 1.0, "worker_rate": 36.0, "coordinator_rate": 0.0, "boot": 0, "exit": 0}
    assert world.lead({"count": [15], "pace": 0.1}, budget=budget)["code"] == 0


def test_a_run_that_takes_longer_than_it_may_is_ended_by_the_coordinator(world: World) -> None:
    ended = world.lead({"count": [1000], "pace": 0.1}, deadline=time.time() + 1)
    assert ended["code"] == 1 and ended["failure"]["what"].startswith("The run took longer")


def test_a_container_that_begins_again_says_after_what(world: World) -> None:
    folder = world.run / PARTS / "w1"
    assert world.lead({"count": [1], "fails": "w1"})["code"] == 1
    assert world.lead({"count": [1], "fails": None}, attempt=2)["code"] == 0
    after = [e.get("after") for e in world.events("w1") if e["type"] == "container"]
    assert after == [None, "failure"]
    (folder / COUNT.result).unlink()
    (folder / OUTCOME).unlink()
    assert world.lead({"count": [1], "fails": None}, attempt=3)["code"] == 0
    assert [e.get("after") for e in world.events("w1") if e["type"] == "container"][-1] == "loss"


FULL = "could not commit the volume: No space left on device"


@pytest.fixture
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    def insist(work: Callable[[], None], say: Callable[[str], None]) -> None:
        pulse.insist(work, say, (0, 0))

    for module in (coordinator_volume, worker):
        monkeypatch.setattr(module, "insist", insist)


def _full() -> None:
    raise RuntimeError(FULL)


@pytest.mark.usefixtures("_no_waits")
def test_a_volume_that_is_full_at_the_beginning_is_no_defect_of_ours(world: World) -> None:
    world.keep = _full
    ended = world.lead({"count": [1]})
    assert ended["code"] == 1 and ended["failure"]["what"] == "The volume of results takes nothing"
    assert ended["failure"]["why"].startswith(f"{FULL}; `ann-tui volumes` says")
    assert ended["failure"]["resume"] is True and world.asked == []


@pytest.mark.usefixtures("_no_waits")
def test_a_volume_that_fills_up_under_a_part_is_told_at_once_and_at_its_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse, "_FIRST_WAIT", 0.01)
    monkeypatch.setattr(pulse, "_LAST_WAIT", 0.01)
    world.keep_part = _full
    ended = world.lead({"count": [40], "pace": 0.1})
    assert ended["code"] == 1 and ended["failure"]["what"] == "The volume of results takes nothing"
    assert ended["failure"]["why"].startswith(FULL) and ended["failure"]["resume"] is True
    (warned,) = [e["message"] for e in world.events("w1") if e["type"] == "warning"]
    assert f"taken nothing 3 times ({FULL})" in warned


@pytest.mark.usefixtures("_no_waits")
def test_another_coordinator_goes_on_though_the_volume_takes_nothing_just_then(
    world: World,
) -> None:
    job = {"count": [30], "pace": 0.1}
    world.before = lambda _part: setattr(world, "keep", _full)
    ended = world.lead(job, coordinator_timeout=1.0)
    assert ended == {"code": 0, "failure": None, "next": "fc-main-2"}
    world.holder, world.keep = "in-next", lambda: None
    assert world.lead(job, segment=2) == {"code": 0, "failure": None}
    assert world.asked == ["w1"]


def test_what_all_of_a_stage_share_is_why_the_run_failed() -> None:
    events = Events("main", human=None)
    parts = [Part("p1", "a", {}), Part("p2", "b", {}), Part("w1", "c", {}, stage=1)]
    loss = {"what": "The loss is nan", "why": "at step 3", "hint": "ann-tui train --config FILE"}
    alone = Outcomes(parts, lambda _part: False)
    alone.fail(events, parts[2], loss)
    assert alone.failure() == loss
    both = Outcomes(parts, lambda _part: False)
    for part in parts[:2]:
        both.fail(events, part, loss)
    assert both.failure() == loss
    one = Outcomes(parts, lambda _part: False)
    one.fail(events, parts[0], loss)
    told = one.failure()
    assert told is not None and told["what"] == "1 of 3 parts failed"
