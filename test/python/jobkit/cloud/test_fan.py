"""Handing out parts, knowing whose containers died, keeping what was written."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from jobkit.cloud.container import ends
from jobkit.cloud.control import STALE, Control
from jobkit.cloud.coordinator.fan import Failed, Try, Wave, part_of
from jobkit.cloud.pulse import Every, Keeper, insist
from jobkit.cloud.workload import Part

from annbench.program import PROGRAM


class Store(dict[str, Any]):
    """Of this process; `modal.Dict` has these methods too."""

    def put(self, key: str, value: Any, *, skip_if_exists: bool = False) -> bool:
        if skip_if_exists and key in self:
            return False
        self[key] = value
        return True


@pytest.fixture
def parts() -> list[Part]:
    return [Part(f"w{number}", f"part {number}", {}) for number in range(1, 7)]


class Machines:
    """Does parts one by one, in the thread that waits for each; counts how many at once."""

    def __init__(self, ends_with: dict[str, Any] | None = None) -> None:
        self.ends_with = ends_with or {}
        self.asked: list[str] = []
        self.done: list[str] = []
        self.most = 0
        self.now = 0
        self.lock = threading.Lock()
        self.gate = threading.Event()
        self.gate.set()

    def __call__(self, part: Part) -> Try:
        self.asked.append(part.name)
        return Try(part.name, part, Work(self, part.name))


class Work:
    def __init__(self, machines: Machines, name: str) -> None:
        self.machines, self.id = machines, f"fc-{name}"

    def get(self) -> dict[str, Any]:
        machines, name = self.machines, self.id[3:]
        with machines.lock:
            machines.now += 1
            machines.most = max(machines.most, machines.now)
        time.sleep(0.05)
        machines.gate.wait(20)
        with machines.lock:
            machines.now -= 1
        machines.done.append(name)
        ended = machines.ends_with.get(name)
        if isinstance(ended, Exception):
            raise ended
        return ended or {"part": name, "code": 0}

    def cancel(self) -> None:
        raise AssertionError("nobody asked for it")


def names(outcomes: Iterator[tuple[Try, Any]]) -> list[str]:
    return [one.part.name for one, _ in outcomes]


def test_so_many_at_once_and_each_once(parts: list[Part]) -> None:
    machines = Machines()
    wave = Wave(2, machines, lambda _part: True, lambda: False)
    found = names(wave.outcomes(parts))
    assert sorted(found) == sorted(machines.done) == ["w1", "w2", "w3", "w4", "w5", "w6"]
    assert machines.most <= 2 and wave.over == 6 and not wave.live


def test_after_a_stop_nothing_more_is_started(parts: list[Part]) -> None:
    machines, go_on = Machines(), True
    wave = Wave(1, machines, lambda _part: go_on, lambda: False)
    for _ in wave.outcomes(parts):
        go_on = False
    assert machines.done == ["w1"]


def test_one_that_may_not_be_started_keeps_no_other_from_it(parts: list[Part]) -> None:
    machines = Machines()
    wave = Wave(1, machines, lambda part: part.name != "w1", lambda: False)
    assert names(wave.outcomes(parts[:3])) == ["w2", "w3"]


def test_an_end_is_that_of_its_part(parts: list[Part]) -> None:
    errors = {"w2": RuntimeError("exit code: 137"), "w4": TimeoutError("60s"), "w5": OSError("x")}
    wave = Wave(3, Machines(errors), lambda _part: True, lambda: False)
    found = {one.name: o for one, o in wave.outcomes(parts) if isinstance(o, Exception)}
    assert found == errors


def test_what_cannot_be_asked_for_is_an_end_too(parts: list[Part]) -> None:
    error = RuntimeError("spend limit")
    wave = Wave(1, lambda p: Try(p.name, p, Failed(error)), lambda _part: True, lambda: False)
    assert [o for _, o in wave.outcomes(parts[:2])] == [error, error]


def test_a_part_is_asked_for_again_and_calls_of_before_are_waited_for(parts: list[Part]) -> None:
    machines = Machines()
    wave = Wave(1, machines, lambda _part: True, lambda: False)
    wave.join(Try("w6", parts[5], Work(machines, "w6")))
    found = []
    for one, _ in wave.outcomes(parts[:2]):
        found.append(one.name)
        if found.count("w1") == 1 and one.name == "w1":
            wave.again(one.part)
    assert found == ["w6", "w1", "w2", "w1"] and machines.asked == ["w1", "w2", "w1"]


def test_nothing_is_waited_for_once_all_is_abandoned(parts: list[Part]) -> None:
    machines, abandoned, ticks = Machines(), False, 0
    machines.gate.clear()

    def tick() -> None:
        nonlocal abandoned, ticks
        ticks += 1
        abandoned = ticks == 2

    wave = Wave(2, machines, lambda _part: True, lambda: abandoned)
    assert list(wave.outcomes(parts, tick)) == []
    assert sorted(wave.live) == ["w1", "w2"] and machines.done == []
    machines.gate.set()


def test_the_part_of_a_try() -> None:
    assert [part_of(name) for name in ("w1", "w12.3")] == ["w1", "w12"]


def test_the_words_for_a_dead_container() -> None:
    words = ends.explain_container(PROGRAM, RuntimeError("Runner failed with exit code: 137"))
    assert words["what"] == "Memory ran out" and "exit code: 137" in words["why"]
    words = ends.explain_container(PROGRAM, TimeoutError("input hit its timeout of 60s"))
    assert words["what"] == "It took longer than was allowed" and "--timeout" in words["hint"]
    words = ends.explain_container(PROGRAM, ValueError("odd"))
    assert words == {"what": "The container ended", "why": "ValueError: odd"}


def test_a_claim_holds_while_it_is_renewed() -> None:
    store = Store()
    control = Control(store, "r")
    assert not control.held_by_other("w1", None)
    control.claim("w1", "in-1")
    assert control.held_by_other("w1", None) and control.held_by_other("w1", "in-2")
    assert not control.held_by_other("w1", "in-1"), "the same call, started again"
    store["r/w1"]["at"] -= STALE + 1
    assert not control.held_by_other("w1", "in-2")
    control.release("w1")
    control.release("w1")
    assert control.last_claim("w1") is None


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ({"stop": "asked", "budget": None}, "asked"),
        ({"stop": None}, None),
        (None, None),
        ("x", None),
    ],
)
def test_stop_is_a_word(value: Any, word: str | None) -> None:
    assert Control(Store(r=value), "r").stop() == word


def test_orders_hold_a_budget_that_is_an_amount() -> None:
    for budget, wanted in [(5, 5.0), (None, None), (0, None), (float("nan"), None), ("5", None)]:
        store = Store(r={"stop": None, "budget": budget})
        assert Control(store, "r").orders() == (None, wanted)


def test_a_stop_that_is_there_stays_and_so_does_the_budget() -> None:
    store = Store(r={"stop": None, "budget": 5})
    control = Control(store, "r")
    control.say_stop("budget")
    assert store["r"] == {"stop": "budget", "budget": 5}
    control.say_stop("asked")
    assert control.stop() == "budget"


def test_a_claim_tells_when_its_container_began_and_an_old_one_does_not() -> None:
    store = Store()
    control = Control(store, "r")
    assert control.began("w1", 0) is None
    control.claim("w1", "in-1", 1234.5, "ta-1")
    assert control.began("w1", 0) == 1234.5
    assert control.began("w1", time.time() + 5) is None, "of the try before"


def test_kept_at_once_after_a_point_and_not_when_nothing_changed() -> None:
    kept: list[int] = []
    size, points = 0, 0
    keeper = Keeper(lambda: kept.append(size), lambda: size, lambda: points)
    keeper.look()
    assert kept == [], "there is time"
    size, points = 10, 1
    keeper.look()
    keeper.look()
    assert kept == [10]
    keeper._at -= 60
    keeper.look()
    assert kept == [10], "nothing changed"
    size = 20
    keeper.look()
    assert kept == [10, 20]


def test_what_cannot_be_kept_is_tried_later_and_later(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("jobkit.cloud.pulse.time.monotonic", lambda: now[0])
    tries: list[float] = []
    good = False

    def keep() -> None:
        tries.append(now[0])
        if not good:
            raise RuntimeError("there are open files preventing the operation")

    keeper = Keeper(keep, lambda: 1, lambda: 1)
    for _ in range(180):  # a minute and a half, looked at twice a second
        with contextlib.suppress(RuntimeError):
            keeper.look()
        now[0] += 0.5
    assert len(tries) <= 8
    good = True
    now[0] += 60
    keeper.look()
    keeper.look()
    assert tries[-1] == now[0] and len(tries) <= 9, "kept, and then there is nothing new"


def test_insisting_tries_again_and_tells_its_last_error() -> None:
    said: list[str] = []
    tries: list[int] = []

    def work() -> None:
        tries.append(1)
        if len(tries) < 3:
            raise RuntimeError("not now")

    insist(work, said.append, (0, 0, 0))
    assert len(tries) == 3 and said == ["RuntimeError: not now; once more in 0 s"] * 2

    def never() -> None:
        raise RuntimeError("never")

    with pytest.raises(RuntimeError, match="never"):
        insist(never, said.append, (0,))


def test_an_error_is_said_once_and_it_goes_on() -> None:
    said: list[str] = []
    calls: list[int] = []

    def work() -> None:
        calls.append(1)
        raise OSError("no network")

    with Every(0.01, work, said.append):
        until = time.monotonic() + 200
        while len(calls) < 5 and time.monotonic() < until:
            time.sleep(0.01)
    assert len(calls) >= 5 and said == ["OSError: no network"]
