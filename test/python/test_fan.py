"""Handing out parts, knowing whose containers died, keeping what was written."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from annbench.cloud import ends
from annbench.cloud.control import STALE, Control
from annbench.cloud.fan import Wave
from annbench.cloud.parts import Part, split
from annbench.cloud.pulse import Every, Keeper


class Store(dict[str, Any]):
    """Of this process; `modal.Dict` has these methods too."""

    def put(self, key: str, value: Any) -> None:
        self[key] = value


@pytest.fixture
def parts(job: dict[str, Any]) -> list[Part]:
    job["implementations"] = [
        {"name": "hnsw", "build": {"M": m}, "search": [{}]} for m in range(2, 8)
    ]
    return split(job)


class Machines:
    """Does parts one by one in a thread each; counts how many at once."""

    def __init__(self, ends_with: dict[str, Exception | None] | None = None) -> None:
        self.ends_with = ends_with or {}
        self.done: list[str] = []
        self.most = 0
        self._now = 0
        self._lock = threading.Lock()

    def __call__(self, feed: AsyncIterator[dict[str, Any]]) -> Iterator[Any]:
        out: queue.Queue[Any] = queue.Queue()

        async def pump() -> None:
            async for part in feed:
                threading.Thread(target=self._work, args=(part, out)).start()
            out.put(None)

        threading.Thread(target=lambda: asyncio.run(pump())).start()
        over = False
        while not over or self._now:
            try:
                outcome = out.get(timeout=0.05)
            except queue.Empty:
                continue
            if outcome is None:
                over = True
                continue
            with self._lock:
                self._now -= 1
            yield outcome

    def _work(self, part: dict[str, Any], out: queue.Queue[Any]) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(0.05)
        self.done.append(part["part"])
        out.put(self.ends_with.get(part["part"]) or {"part": part["part"], "code": 0})


def test_so_many_at_once_and_each_once(parts: list[Part]) -> None:
    machines = Machines()
    wave = Wave(parts, 2, lambda: False)
    found = [o["part"] for o in wave.outcomes(machines, "/runs/x/parts")]
    assert sorted(found) == sorted(machines.done) == ["w1", "w2", "w3", "w4", "w5", "w6"]
    assert machines.most <= 2 and wave.over == 6
    assert list(wave.died(lambda _: None)) == []


def test_after_a_stop_nothing_more_is_started(parts: list[Part]) -> None:
    machines, stop = Machines(), False
    wave = Wave(parts, 1, lambda: stop)
    for _ in wave.outcomes(machines, "/runs/x/parts"):
        stop = True
    assert machines.done == ["w1"]


def test_who_died_is_told_by_the_call_in_the_text_or_by_who_fell_silent_first(
    parts: list[Part],
) -> None:
    errors = {
        "w2": RuntimeError("Runner failed with exit code: 137"),
        "w4": TimeoutError("Task's current input in-4:1 hit its timeout of 60s"),
        "w5": RuntimeError("Runner failed with exit code: 1"),
    }
    wave = Wave(parts, 1, lambda: False)
    assert len(list(wave.outcomes(Machines(errors), "/x"))) == 3
    claims = {"w2": ("in-2", 10.0), "w4": ("in-4", 5.0), "w5": ("in-5", 20.0)}
    assert dict(wave.died(claims.get)) == errors


def test_the_words_for_a_dead_container() -> None:
    words = ends.explain_container(RuntimeError("Runner failed with exit code: 137"))
    assert words["what"] == "Memory ran out" and "exit code: 137" in words["why"]
    words = ends.explain_container(TimeoutError("input hit its timeout of 60s"))
    assert words["what"] == "It took longer than was allowed" and "--timeout" in words["hint"]
    words = ends.explain_container(ValueError("odd"))
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


def test_an_error_is_said_once_and_it_goes_on() -> None:
    said: list[str] = []
    calls: list[int] = []

    def work() -> None:
        calls.append(1)
        raise OSError("no network")

    with Every(0.01, work, said.append):
        until = time.monotonic() + 20
        while len(calls) < 5 and time.monotonic() < until:
            time.sleep(0.01)
    assert len(calls) >= 5 and said == ["OSError: no network"]
