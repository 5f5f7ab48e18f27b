"""The benchmark app under budgets that it would exceed: what it is billed by the stand-in's own book, what it leaves behind, with nobody watching."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import modal
import pytest
from driving import Driven, eventually
from jobs import client_of
from test_benchmark_app import MINE, NAIVE, ROOT, Run, driven, job, mine, site  # noqa: F401

PRICES = (ROOT / "configs" / "prices.yaml").read_text()
POLL = 2
# Dollars an hour, of configs/prices.yaml: what the stand-in bills.
CORE, GIB = (float(re.search(rf"^  {name}: ([0-9.]+)", PRICES, re.MULTILINE)[1]) for name in ("core", "gib"))


class Limited(Run):
    """A run with a budget, and what the stand-in bills for it."""

    def __init__(self, driven: Driven, folder: Path, name: str, job: dict[str, Any], containers: int, timeout: int | None = None, **budget: float) -> None:
        worker, leader = 2 * CORE + 2 * GIB, 0.5 * CORE + GIB
        self.rate = containers * worker + leader
        self.terms = {"spent": 0, "worker_rate": worker, "coordinator_rate": leader, "poll": POLL, "leave": 8, "boot": 4, "exit": 3, **budget}
        more = {"budget": self.terms} if timeout is None else {"budget": self.terms, "timeout": timeout}
        super().__init__(driven, folder, name, job, {"mine.cpp": MINE}, containers, **more)

    def bill(self) -> float:
        return float(self.driven.admin(f"/bill?app={self.app}")["total"])

    def ledger(self) -> dict[str, Any]:
        return json.loads((self.volume / "main" / "budget-1.json").read_text())

    def most(self) -> float:
        return self.terms["dollars"] + POLL * self.rate / 3600

    def set_budget(self, dollars: float) -> None:
        control = modal.Dict.from_name("ann-tui-control", create_if_missing=True, client=client_of(self.driven))
        control.put(self.name, {"stop": None, "budget": dollars})

    def expect_gone(self) -> None:
        eventually(lambda: all(not c["alive"] for c in self.containers()), what="the end of its containers")


def seconds(rate_of: int) -> float:
    """Dollars that so many containers and their coordinator cost in a second."""
    return (rate_of * (2 * CORE + 2 * GIB) + 0.5 * CORE + GIB) / 3600


def long(points: int) -> list[dict[str, Any]]:
    """With ten repeats each point takes more than ten seconds: 200 queries of five milliseconds. No two of them take turns."""
    return [mine([200 + i for i in range(points)], leaf=1)]


def endless(parts: int = 1) -> list[dict[str, Any]]:
    return [mine([12 + i for i in range(200)], leaf=1 + part) for part in range(parts)]


def test_it_leaves_by_itself_with_what_is_finished(driven: Driven, site: tuple[Path, str], tmp_path: Path) -> None:  # noqa: F811
    run = Limited(driven, tmp_path, "limited-1", job(site[1], endless(2), repeats=4), 2, dollars=30 * seconds(2)).kill_client()
    returned = run.end()
    run.expect_gone()
    assert returned["code"] == 4
    assert returned["failure"]["what"].startswith("The budget of $0.00") and returned["failure"]["hint"].startswith("ann-tui resume limited-1 --budget ")
    assert run.bill() <= run.most(), "no more than the budget and one look"
    assert run.bill() > 0.5 * run.terms["dollars"], "and most of it was used"
    ledger = run.ledger()
    assert ledger["leaving"] and ledger["spent"] >= run.bill() - POLL * run.rate / 3600, "it counts rather too much than too little"
    assert {c["name"] for c in ledger["containers"]} == {"main", "build", "w1", "w2"}
    assert all(c["began"] is not None and c["ended"] is not None for c in ledger["containers"] if c["name"] != "main")
    kept = [e for name in ("w1", "w2") for e in run.kept_events(name) if e["type"] == "point"]
    assert len(run.results()["points"]) == len(kept) >= 2
    said = [e for e in run.kept_events("main") if e["type"] in ("warning", "stopped")]
    assert said[-1]["reason"] == "budget"
    assert [e["message"].split(" is spent")[0] for e in said[:-1]][0].startswith("50 % of the budget of $0.00")


def test_who_does_not_leave_in_time_is_ended(driven: Driven, site: tuple[Path, str], tmp_path: Path) -> None:  # noqa: F811
    wanted = job(site[1], endless(), repeats=4)
    run = Limited(driven, tmp_path, "ended-1", wanted, 1, dollars=25 * seconds(1), leave=0, boot=8).let_client_go()
    returned = run.end()
    run.expect_gone()
    assert returned["code"] == 4 and run.bill() <= run.most()
    assert len(run.results()["points"]) >= 1, "what was kept before is there"


def test_a_coordinator_that_was_preempted_goes_on_counting(driven: Driven, site: tuple[Path, str], tmp_path: Path) -> None:  # noqa: F811
    wanted = job(site[1], endless(), repeats=4)
    run = Limited(driven, tmp_path, "leaderless-2", wanted, 1, dollars=40 * seconds(1)).let_client_go()
    eventually(lambda: run.events("point", "w1"), what="a point")
    (leader,) = run.containers("coordinate")
    driven.admin(f"/containers/{leader['container']}/preempt", {})
    returned = run.end()
    run.expect_gone()
    assert returned["code"] == 4 and run.bill() <= run.most()
    assert len(run.containers("coordinate")) == 2 and len(run.containers("measure")) == 1
    assert [c["name"] for c in run.ledger()["containers"]][:1] == ["main"]


def test_a_budget_that_is_raised_in_time_lets_it_finish(driven: Driven, site: tuple[Path, str], tmp_path: Path) -> None:  # noqa: F811
    wanted = job(site[1], [*long(4), NAIVE], repeats=10)
    run = Limited(driven, tmp_path, "raised-1", wanted, 1, dollars=40 * seconds(1)).let_client_go()
    eventually(lambda: run.events("container", "w1"), what="a worker")
    run.set_budget(500 * seconds(1))
    assert run.end() == {"code": 0, "failure": None}
    assert len(run.results()["points"]) == 5
    assert run.bill() > run.terms["dollars"]


def test_a_part_whose_time_is_over_is_asked_for_again(driven: Driven, site: tuple[Path, str], tmp_path: Path) -> None:  # noqa: F811
    # All of them take longer than the limit on any machine, and one of them far less also on a busy one.
    wanted = job(site[1], long(3), repeats=10)
    run = Limited(driven, tmp_path, "again-1", wanted, 1, timeout=36, dollars=10.0).let_client_go()
    assert run.end() == {"code": 0, "failure": None}
    assert len(run.containers("measure")) > 1, "what takes longer than that on any machine"
    assert [c["name"] for c in run.ledger()["containers"]][1:3] == ["w1", "w1.2"]
    points = [e for e in run.kept_events("w1") if e["type"] == "point"]
    assert len(points) == 3 and len({json.dumps(e["params"], sort_keys=True) for e in points}) == 3, "each once"


@pytest.fixture(scope="module", autouse=True)
def no_container_is_left(driven: Driven) -> Any:  # noqa: F811
    yield
    eventually(lambda: all(not c["alive"] for c in driven.admin("/containers")), what="the end of all containers")
