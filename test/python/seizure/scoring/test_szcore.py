"""Counts against szcore_evaluation 0.0.7, and against a scorer that looks at every second."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from seizure.recording import Seizure
from seizure.scoring import matching
from seizure.scoring.command import score
from seizure.scoring.findings import outcome
from seizure.scoring.recording import Marked
from seizure.scoring.szcore import score_events
from scoring_support import GOLDEN, MAKER, seizures
from timescoring.scoring import EventScoring

CASES = MAKER.cases()


def counted(case: tuple) -> str:
    seconds, truth, predicted = case
    events, samples = score_events(seizures(truth), seizures(predicted), seconds)
    numbers = [n for c in (samples, events) for n in (c.found, c.false, c.reference)]
    return " ".join(map(str, numbers))


@pytest.mark.parametrize("name", MAKER.HAND_MADE)
def test_hand_made_lists_count_as_the_leaderboard_counts_them(name: str) -> None:
    assert counted(MAKER.HAND_MADE[name]) == GOLDEN["hand_made"][name]


def test_random_lists_count_as_the_leaderboard_counts_them() -> None:
    assert len(GOLDEN["hand_made"]) == 15 and len(CASES) == len(GOLDEN["random"]) == 1000
    assert MAKER.checksum(CASES) == GOLDEN["cases"]  # the very lists that were counted
    wrong = [i for i, case in enumerate(CASES) if counted(case) != GOLDEN["random"][i]]
    assert wrong == []


def test_a_data_set_has_the_leaderboards_means_spreads_and_pooled_figures(tmp_path: Path) -> None:
    for name, texts in MAKER.data_set(CASES).items():
        for side, text in zip(("truth", "predicted"), texts, strict=True):
            if text is not None:
                path = tmp_path / side / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
    told = score(tmp_path / "truth", tmp_path / "predicted", 10, 0)
    assert len(told["missing"]) == 3  # no file, no row, another length
    names = {"sensitivity": "sensitivity", "precision": "precision", "f1": "f1",
             "fa_per_day": "fpRate"}  # fmt: skip
    for part, theirs in (("events", "event_results"), ("samples", "sample_results")):
        for ours, name in names.items():
            mean = told[part]["over_patients"][ours]
            assert mean["mean"] == pytest.approx(GOLDEN["per_subject"][theirs][name], rel=1e-12)
            assert mean["sd"] == pytest.approx(
                GOLDEN["per_subject"][theirs][f"{name}_std"], rel=1e-12
            )
            pooled = GOLDEN["pooled"][theirs][name]
            assert told[part]["pooled"][ours] == pytest.approx(pooled, rel=1e-12)


def by_seconds(truth: list[Seizure], predicted: list[Seizure], seconds: float) -> str:
    """SzCORE's rules second by second, on sets of seconds."""
    length = int(seconds)

    def marked(events: list[Seizure]) -> list[bool]:
        return [any(int(e.start) <= s < int(e.end) for e in events) for s in range(length)]

    def events_in(seconds_marked: list[bool]) -> list[set[int]]:
        found: list[set[int]] = []
        for s, on in enumerate(seconds_marked):
            if on and found and s - max(found[-1]) <= 90:  # fewer than 90 quiet seconds between
                found[-1] |= set(range(max(found[-1]), s + 1))
            elif on:
                found.append({s})
        pieces = []
        for event in found:
            inside = sorted(event)
            pieces += [set(inside[i : i + 300]) for i in range(0, len(inside), 300)]
        return pieces

    t, p = marked(truth), marked(predicted)
    annotated, guessed = events_in(t), events_in(p)
    wide = [{s for s in range(min(e) - 30, max(e) + 61) if 0 <= s < length} for e in annotated]
    alarm = set().union(*guessed) if guessed else set()
    hit = [w for w in wide if w & alarm]
    covered = set().union(*hit) if hit else set()
    false = sum(1 for g in guessed if not g & covered)
    both = [a and b for a, b in zip(t, p, strict=True)]
    numbers = [sum(both), sum(p) - sum(both), sum(t), len(hit), false, len(annotated)]
    return " ".join(map(str, numbers))


def test_a_scorer_that_looks_at_every_second_agrees() -> None:
    short = [case for case in CASES if case[0] < 1500][:150]
    for seconds, truth, predicted in [*short, *MAKER.HAND_MADE.values()]:
        expected = by_seconds(seizures(truth), seizures(predicted), seconds)
        assert counted((seconds, truth, predicted)) == expected


def test_arithmetic_on_intervals_counts_as_timescoring_does() -> None:
    for number, (seconds, truth, predicted) in enumerate([*CASES, *MAKER.HAND_MADE.values()]):
        marked = Marked("p", "r", seconds, tuple(seizures(truth)), tuple(seizures(predicted)))
        events, _ = score_events(marked.truth, marked.predicted, seconds)
        found = outcome(marked)
        assert len(found.misses) == events.reference - events.found, number
        assert len(found.alarms) == events.false, number


def test_the_intervals_follow_the_parameters_of_timescoring() -> None:
    theirs = EventScoring.Parameters()
    assert matching.CLOSED_BELOW == theirs.minDurationBetweenEvents
    assert matching.CUT_AT == theirs.maxEventDuration
    assert (matching.WIDENED_BEFORE, matching.WIDENED_BEHIND) == (
        theirs.toleranceStart, theirs.toleranceEnd,
    )  # fmt: skip
    assert theirs.minOverlap == 0


def test_events_in_any_order_and_a_recording_shorter_than_a_second() -> None:
    truth, guess = seizures([(10, 5), (300, 20)]), seizures([(305, 2), (11, 1)])
    assert score_events(truth, guess, 600) == score_events(truth[::-1], guess[::-1], 600)
    events, samples = score_events(truth, guess, 0.9)
    assert (events.reference, samples.reference, events.fa_per_day) == (0, 0, None)
    assert np.isclose(score_events([], guess, 3600)[0].fa_per_day, 48)
