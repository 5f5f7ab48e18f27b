"""The account of a run as its coordinator keeps it, and what a worker reckons for itself."""

from __future__ import annotations

import os
import time

import pytest
from jobkit.budget.account import Account, money
from jobkit.budget.ledger import Terms
from jobkit.cloud.container.container_start import container_start
from jobkit.cloud.worker.limits import Limits

TERMS = Terms(dollars=100.0, worker_rate=3600.0, coordinator_rate=36.0, boot=0, exit=0)


def test_without_terms_everything_is_affordable_and_nothing_is_written() -> None:
    account = Account(None, None, time.time())
    account.asked("w1")
    account.began("w1", time.time())
    account.ended("w1")
    assert account.affords() and account.look(None) is None and account.dump() is None
    assert account.budget() is None and account.changes == 0


def test_it_goes_on_with_what_the_coordinator_before_it_wrote() -> None:
    begun = time.time() - 50
    account = Account(TERMS, None, begun)
    account.asked("w1")
    account.began("w1", account.now() - 0.0)
    assert account.spent() == pytest.approx(50 * 0.01, abs=0.5)
    assert account.silent() == {}
    again = Account(TERMS, account.dump(), time.time())
    assert again.spent() == pytest.approx(account.spent(), abs=0.5)
    again.ended("w1")
    assert again.dump()["containers"][1]["ended"] is not None


def test_who_has_not_spoken_is_asked_about() -> None:
    account = Account(TERMS, None, time.time())
    account.asked("w1")
    assert list(account.silent()) == ["w1"]
    account.began("w1", time.time() + 99)  # a clock that is ahead
    assert account.silent() == {} and account.spent() < 5


def test_who_begins_late_is_told_what_is_spent_by_then() -> None:
    assert Account(None, None, time.time()).terms() is None
    account = Account(TERMS, None, time.time() - 1000)
    account.look(250.0)
    left = Terms.read(account.terms())
    assert left is not None and left.dollars == 250.0 and left.worker_rate == TERMS.worker_rate
    assert left.spent == pytest.approx(10, abs=0.5)


def test_every_change_is_to_be_written_and_a_look_that_changes_nothing_is_not() -> None:
    account = Account(TERMS, None, time.time())
    account.asked("w1")
    account.began("w1", account.now())
    before = account.changes
    assert account.look(None).verdict == "go-on" and account.changes == before
    assert account.look(1e-6).verdict == "end" and account.changes == before + 1
    assert account.budget() == 1e-6 and not account.affords()


def test_a_long_keeping_makes_the_way_out_longer() -> None:
    account = Account(TERMS, None, time.time())
    account.keeping_took(40)
    assert account.dump()["leave"] == 127
    account.left(account.now() - 200)
    assert account.dump()["leave"] == pytest.approx(202, abs=1)


@pytest.mark.parametrize(
    ("dollars", "text"),
    [(2, "$2.00"), (0.0123, "$0.0123"), (1234.5, "$1,234.50"), (0.99996, "$1.00")],
)
def test_money_is_written_as_everywhere(dollars: float, text: str) -> None:
    assert money(dollars) == text


def test_a_container_knows_when_it_began() -> None:
    at = container_start()
    assert at <= time.time()
    assert time.time() - at < 2 * 86_400 and os.getpid() > 0


def test_a_worker_leaves_before_the_platform_ends_it() -> None:
    assert not Limits().over_time(1e9)
    assert [Limits(seconds=3600).over_time(s) for s in (3569, 3571)] == [False, True]
    assert [Limits(seconds=40).over_time(s) for s in (29, 31)] == [False, True]


def test_a_worker_that_is_alone_reckons_with_the_worst() -> None:
    limits = Limits(3600, Terms(10.0, 360.0, 0.0, spent=4.0), containers=3)
    assert [limits.over_budget(s) for s in (19, 20)] == [False, True]
    assert not Limits(3600, None, 3).over_budget(1e9)
