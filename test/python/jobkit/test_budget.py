"""The run's own account, driven by simulated time; what Modal would bill is computed apart."""

from __future__ import annotations

import json
import random

import pytest
from jobkit.budget.ledger import Ledger, Life, Terms

TERMS = Terms(dollars=1.0, worker_rate=3600.0, coordinator_rate=36.0, poll=0.0, leave=0.0)


def test_terms_are_read_from_launch_json():
    given = {
        "dollars": 2, "spent": 0.5, "worker_rate": 1.7, "coordinator_rate": 0.03,
        "poll": 2, "leave": 15, "boot": 9, "exit": 3, "startup": 60,
    }  # fmt: skip
    assert Terms.read(given) == Terms(2, 1.7, 0.03, 0.5, 2, 15, 9, 3, 60)
    assert Terms.read(None) is None


@pytest.mark.parametrize(
    "wrong", [{"dollars": 0}, {"dollars": -1}, {"dollars": float("nan")}, {"dollars": 1, "boot": -1}]
)
def test_terms_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError):
        Terms.read({"worker_rate": 1, "coordinator_rate": 1, **wrong})


def test_a_queue_is_free_but_for_a_start_that_may_have_begun():
    terms = Terms(1.0, 3600.0, 36.0, boot=20)
    assert Life(1.0, asked=100).seconds(105, terms) == 5
    assert Life(1.0, asked=100).seconds(9999, terms) == 20
    # An hour in the queue, then it began: the start alone is added.
    assert Life(1.0, asked=100, began=3700).seconds(3710, terms) == 30
    # It began at once: nothing is billed before it was asked for.
    assert Life(1.0, asked=100, began=104).seconds(110, terms) == 10


def test_a_start_that_nobody_sees_costs_no_more_than_the_budget():
    ledger = Ledger(Terms(100.0, 3600.0, 0.0, poll=2, leave=8, boot=5, exit=0, startup=90))
    ledger.coordinator(0)
    ledger.asked("w1", 0)
    assert ledger.spent(85) == pytest.approx(5), "as far as anybody knows"
    assert ledger.look(85).verdict == "go-on", "no start lasts longer than 90 seconds"
    assert ledger.look(9999).verdict == "leave"
    ledger = Ledger(ledger.terms)
    ledger.asked("w1", 0)
    ledger.began("w1", 50)
    assert ledger.look(90).verdict == "go-on", "45 of them were a queue"
    ledger.asked("w2", 50)
    assert ledger.look(87).verdict == "go-on"
    assert ledger.look(88).verdict == "leave", "what is silent is counted in full"


def test_an_end_is_billed_a_little_longer_and_then_no_more():
    terms = Terms(1.0, 3600.0, 36.0, boot=20, exit=3)
    life = Life(1.0, asked=0, began=20, ended=50)
    assert [life.seconds(now, terms) for now in (50, 52, 53, 999)] == [50, 52, 53, 53]
    assert Life(1.0, asked=0, ended=5).seconds(99, terms) == 5


def test_all_containers_add_up_and_earlier_attempts_count():
    ledger = Ledger(Terms(100.0, 3600.0, 360.0, spent=2.0, boot=0, exit=0))
    ledger.coordinator(0)
    for name in ("w1", "w2"):
        ledger.asked(name, 0)
        ledger.began(name, 0)
    ledger.ended("w1", 4)
    assert ledger.spent(10) == pytest.approx(2 + 10 * 0.1 + 4 + 10)
    assert ledger.rate(10) == 3960


def test_a_worker_that_nobody_asked_for_is_counted_from_its_first_word():
    ledger = Ledger(TERMS)
    ledger.began("w9", 5)
    assert ledger.spent(6) >= 1


def test_a_restart_is_counted_as_one_life():
    ledger = Ledger(Terms(100.0, 3600.0, 36.0, boot=0))
    ledger.asked("w1", 0)
    ledger.began("w1", 10)
    ledger.began("w1", 30)
    assert ledger.spent(40) == pytest.approx(30)


def test_it_leaves_while_the_way_out_can_be_paid():
    ledger = Ledger(Terms(100.0, 3600.0, 36.0, poll=2, leave=10, boot=0))
    ledger.asked("w1", 0)
    ledger.began("w1", 0)
    assert ledger.look(87).verdict == "go-on"
    assert ledger.look(88).verdict == "leave"
    assert ledger.look(98).verdict == "leave"
    assert ledger.look(99).verdict == "end"


def test_a_raised_budget_counts_at_once_but_who_leaves_goes_on_leaving():
    ledger = Ledger(Terms(10.0, 3600.0, 36.0, poll=2, leave=3, boot=0))
    ledger.asked("w1", 0)
    ledger.began("w1", 0)
    assert ledger.look(6, raised=20.0).verdict == "go-on"
    assert ledger.look(14, raised=20.0).verdict == "go-on"
    assert ledger.look(15, raised=20.0).verdict == "leave"
    assert ledger.look(16, raised=500.0).verdict == "leave"


def test_a_longer_way_out_that_was_seen_counts():
    ledger = Ledger(Terms(100.0, 3600.0, 36.0, poll=2, leave=10, boot=0))
    ledger.asked("w1", 0)
    ledger.began("w1", 0)
    ledger.left_in(40)
    ledger.left_in(5)
    assert ledger.look(58).verdict == "leave"


def test_warnings_come_once_and_again_after_the_budget_was_raised():
    ledger = Ledger(Terms(100.0, 3600.0, 36.0, poll=0, leave=0, boot=0))
    ledger.asked("w1", 0)
    ledger.began("w1", 0)
    assert ledger.look(40).warn == ()
    assert ledger.look(81).warn == (0.5, 0.8)
    assert ledger.look(82).warn == ()
    assert ledger.look(83, raised=200.0).warn == ()
    assert ledger.look(101, raised=200.0).warn == (0.5,)
    assert ledger.look(102, raised=200.0).warn == ()
    assert ledger.look(161, raised=200.0).warn == (0.8,)


def test_one_more_container_is_asked_for_only_when_its_start_and_way_out_are_paid():
    ledger = Ledger(Terms(100.0, 3600.0, 0.0, poll=2, leave=8, boot=5, exit=3))
    ledger.coordinator(0)
    assert ledger.affords(0)
    ledger.asked("w1", 0)
    ledger.began("w1", 0)
    # 20 s of two containers leaving, 8 of a start and an end: 28 dollars.
    assert ledger.affords(71)
    assert not ledger.affords(72)


def test_what_was_counted_survives_a_restart_of_the_coordinator():
    ledger = Ledger(Terms(100.0, 3600.0, 36.0, boot=4))
    ledger.coordinator(2)
    ledger.asked("w1", 5)
    ledger.began("w1", 9)
    ledger.ended("w1", 30)
    ledger.asked("w2", 31)
    ledger.left_in(12)
    ledger.look(60)
    again = Ledger.load(ledger.terms, json.loads(json.dumps(ledger.dump(60))))
    assert again.spent(75) == ledger.spent(75)
    assert again.look(75) == ledger.look(75)
    assert again.leave == 12


@pytest.mark.parametrize("torn", [None, {}, {"v": 2}, {"v": 1}, {"v": 1, "containers": [{}]}])
def test_an_account_that_cannot_be_read_begins_anew(torn):
    assert Ledger.load(TERMS, torn).lives == {}


@pytest.mark.parametrize("seed", range(40))
def test_no_run_is_billed_more_than_its_budget_and_one_poll(seed):
    """Queues, starts, parts, and ways out of any length up to what the terms say; four containers
    side by side."""
    chance = random.Random(seed)
    terms = Terms(
        dollars=chance.uniform(0.05, 2), worker_rate=chance.uniform(0.5, 8), coordinator_rate=0.03,
        poll=2, leave=chance.uniform(6, 20), boot=chance.uniform(2, 25), exit=3,
    )  # fmt: skip
    ledger = Ledger(terms)
    main_boot = chance.uniform(0, terms.boot)
    ledger.coordinator(main_boot)  # all it knows: when its own process began
    real: dict[str, list[float | None]] = {}  # a machine found, gone
    plans: dict[str, tuple[float, float, float]] = {}
    now, part, leaving = main_boot, 0, None
    budget = terms.dollars
    most = 0.0
    while True:
        live = [name for name, (_, gone) in real.items() if gone is None]
        for name in live:
            assigned, speaks, works = plans[name]
            if now >= speaks:
                ledger.began(name, speaks)
            if now >= speaks + works or (leaving is not None and now >= leaving[name]):
                ledger.ended(name, now)
                real[name][1] = now + chance.uniform(0, terms.exit)
        look = ledger.look(now)
        if look.verdict == "end":
            for name in live:
                if real[name][1] is None:
                    real[name][1] = now + chance.uniform(0, 1)
            break
        if look.verdict == "leave" and leaving is None:
            # Its workers look every poll, drop what they are at, keep what they have.
            leaving = {name: now + chance.uniform(0, terms.leave) for name in real}
        live = [name for name, (_, gone) in real.items() if gone is None]
        if look.verdict == "go-on" and len(live) < 4 and ledger.affords(now):
            part += 1
            name = f"w{part}"
            ledger.asked(name, now)
            assigned = now + chance.choice([0, 0, 0, 40])
            plans[name] = assigned, assigned + chance.uniform(0, terms.boot), chance.uniform(5, 400)
            real[name] = [assigned, None]
        if leaving is not None and not live:
            break
        now += terms.poll
    for name, (assigned, gone) in real.items():
        most += max(0.0, (now + 1 if gone is None else gone) - assigned) * terms.worker_rate
    most += (now + 1) * terms.coordinator_rate
    rate = 4 * terms.worker_rate + terms.coordinator_rate
    assert most / 3600 <= budget + terms.poll * rate / 3600
