"""Whole sets: means, intervals, kinds, latency, differences."""

from __future__ import annotations

import json

import numpy as np
import pytest
from seizure.recording import Seizure
from seizure.scoring import bootstrap
from seizure.scoring.calibration import ece, reliability
from seizure.scoring.counts import Counts
from seizure.scoring.curves import auroc
from seizure.scoring.detector import curves, marked_at
from seizure.scoring.findings import by_kind, outcome
from seizure.scoring.latency import latency
from seizure.scoring.lines import lines
from seizure.scoring.mask import mask_of
from seizure.scoring.means import over
from seizure.scoring.recording import Judged, Marked
from seizure.scoring.table import Scores, differences, score
from scoring_support import judged


def test_means_tell_both_ways_of_an_undefined_figure() -> None:
    mean = over([1.0, None, 0.5])
    assert (mean.mean, mean.sd, mean.defined, mean.undefined) == (0.75, 0.25, 2, 1)
    assert mean.zero_mean == pytest.approx(0.5)
    assert mean.zero_sd == pytest.approx(np.std([1, 0, 0.5]))
    assert over([None]).mean is None and over([None]).zero_mean == 0 and over([]).zero_sd is None


def test_undefined_figures_are_none() -> None:
    nothing = Counts(0, 0, 0, 3600)
    assert (nothing.sensitivity, nothing.precision, nothing.f1) == (None, None, None)
    assert nothing.fa_per_day == 0 and Counts().fa_per_day is None
    assert Counts(0, 2, 0, 3600).f1 == 0 and Counts(0, 0, 3, 3600).f1 == 0


def marked() -> Marked:
    truth = (
        Seizure(100, 130, "sz-foc"), Seizure(400, 420, "sz-gen"), Seizure(800, 820, "sz-foc"),
        Seizure(1100.2, 1100.7, "sz-foc"), Seizure(1400, 1430, "sz-gen"),
    )  # fmt: skip
    guess = (Seizure(107, 120), Seizure(375, 380), Seizure(1390, 1420), Seizure(1000, 1010))
    return Marked("p", "r", 1800.0, truth, guess)


def test_each_seizure_is_found_or_missed_with_its_kind_and_latency() -> None:
    found = outcome(marked())
    assert [f.found for f in found.findings] == [True, True, False, True]
    assert [f.latency for f in found.findings] == [7, None, None, 0]
    assert found.vanished == 1
    assert found.misses == (Seizure(800, 820, "sz-foc"),)
    assert found.alarms == (Seizure(1000, 1010),)
    late = latency(found.findings)
    assert (late.seizures, late.early, late.median, late.quartiles) == (2, 1, 3.5, (1.75, 5.25))
    assert latency(()) is None
    kinds = [(k.kind, k.found, k.seizures) for k in by_kind(found.findings)]
    assert kinds == [("sz-foc", 1, 2), ("sz-gen", 2, 2)]
    assert by_kind(outcome(Marked("p", "r", 99, (Seizure(1, 5),), ())).findings) == ()


def scores_of(made: list[Judged], threshold: float, draws: int = 200) -> Scores:
    return score(marked_at(made, threshold), draws, 7, curves(made, threshold))


def test_a_set_is_told_whole_and_the_same_each_time() -> None:
    made = judged(11, 6, 14, 500, 2.0)
    told = scores_of(made, 0.6).to_json()
    assert told == scores_of(made, 0.6).to_json() and json.loads(json.dumps(told)) == told
    assert told["patients"] == 6 and told["recordings"] == 14
    pooled = told["events"]["pooled"]
    assert pooled["found"] == sum(p["events"]["found"] for p in told["by_patient"])
    assert told["hours"] == pytest.approx(sum(len(j.scores) for j in made) / 3600)
    assert told["intervals"]["f1"]["low"] <= pooled["f1"] <= told["intervals"]["f1"]["high"]
    scores = np.concatenate([j.scores for j in made])
    truth = np.concatenate([mask_of(j.truth, j.seconds) for j in made])
    assert told["curves"]["auroc"] == pytest.approx(auroc(scores, truth), abs=1e-12)
    assert told["intervals"]["auroc"]["low"] < told["curves"]["auroc"]
    assert told["curves"]["ece"] == pytest.approx(ece(reliability(scores, truth)), abs=1e-12)
    text = "\n".join(lines(told))
    assert "SzCORE rules, 1-Hz" in text and "not NEDC" in text and "95 % interval" in text


def test_patients_are_in_one_order_and_told_worst_first() -> None:
    made = judged(11, 6, 14, 500, 2.0)
    found = scores_of(made[::-1], 0.6)
    names = [p.patient for p in found.patients]
    assert names == sorted(names) and found.curves.patients == tuple(names)
    for patient in found.patients:
        own = [j for j in made if j.patient == patient.patient]
        alone = scores_of(own, 0.6)
        assert (patient.events, patient.auroc) == (alone.events, alone.curves.auroc)
    told = lines(found.to_json())
    head = next(i for i, line in enumerate(told) if line.startswith("patients, worst first"))
    f1 = [p.events.f1 for p in found.patients]
    assert told[head + 1].split()[0] == names[f1.index(min(f1))]
    assert told[head + 6].split()[0] == names[len(f1) - 1 - f1[::-1].index(max(f1))]


def test_what_marking_every_second_gives_stands_beside() -> None:
    short = [Marked(f"p{i}", f"r{i}", 150, (Seizure(50, 60),), ()) for i in range(3)]
    quiet = Marked("q", "r9", 700.5, (), ())
    told = score([*short, quiet], 10, 0).to_json()
    every = told["everything"]  # 700 s are three pieces, each of them false
    assert (every["found"], every["false"], every["reference"]) == (3, 3, 3)
    assert every["f1"] == pytest.approx(6 / 9)
    assert "marking every second gives event F1 0.667" in "\n".join(lines(told))


def test_redrawn_counts_are_what_adding_the_drawn_patients_gives() -> None:
    rng = np.random.default_rng(0)
    counts = [Counts(*(int(n) for n in rng.integers(0, 3, 3)), 3600.0) for _ in range(4)]
    counts = [Counts(min(c.found, c.reference), c.false, c.reference, c.seconds) for c in counts]
    weights = bootstrap.drawn(4, 300, 1)
    assert (weights.sum(axis=1) == 4).all()
    for figure in ("sensitivity", "precision", "f1", "fa_per_day"):
        values = bootstrap.of_counts(counts, figure)(weights)
        for row, value in zip(weights, values, strict=True):
            drawn = [c for c, n in zip(counts, row, strict=True) for _ in range(n)]
            expected = getattr(sum(drawn, Counts()), figure)
            assert np.isnan(value) if expected is None else value == pytest.approx(expected)


def test_draws_without_a_figure_are_left_out_and_counted() -> None:
    counts = [Counts(1, 0, 2, 60), Counts(0, 0, 0, 60)]
    found = bootstrap.interval(bootstrap.of_counts(counts, "sensitivity"), 2, 1000, 3)
    assert (found.low, found.high, found.draws) == (0.5, 0.5, 1000)
    assert 200 < found.undefined < 300  # the second patient twice: a quarter of draws
    never = bootstrap.of_counts([Counts(0, 0, 0, 60)] * 2, "f1")
    assert bootstrap.interval(never, 2) is None
    assert bootstrap.interval(never, 1) is None


def test_an_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    covered = 0
    for seed in range(200):
        found = np.random.default_rng(seed).binomial(20, 0.6, 40)
        counts = [Counts(int(n), 0, 20, 60) for n in found]
        one = bootstrap.interval(bootstrap.of_counts(counts, "sensitivity"), 40, 300, seed)
        covered += one.low <= 0.6 <= one.high
    assert 0.88 <= covered / 200 <= 0.99


def test_differences_are_paired() -> None:
    made = judged(5, 8, 16, 500, 2.0)
    good = scores_of(made, 0.7)
    assert differences(good, good)["f1"]["interval"]["high"] == 0
    noise = np.random.default_rng(1)
    blind = [
        Judged(j.patient, j.recording, j.seconds, j.truth, noise.random(len(j.scores)))
        for j in made
    ]
    told = differences(good, scores_of(blind, 0.9))
    assert told["auroc"]["interval"]["low"] > 0.1
    assert told["auroc"]["difference"] == pytest.approx(
        good.curves.auroc - scores_of(blind, 0.9).curves.auroc
    )
    with pytest.raises(ValueError, match="same patients"):
        differences(good, scores_of(made[1:], 0.7))


def test_scores_of_another_length_or_without_a_number_are_refused() -> None:
    with pytest.raises(ValueError, match="3 whole seconds"):
        Judged("p", "r", 3.5, (), np.zeros(4, "f4"))
    with pytest.raises(ValueError, match="second 1"):
        Judged("p", "r", 2, (), np.float32([0, np.nan]))


def test_nothing_at_all_is_told_without_a_crash() -> None:
    told = score([], 100, 0).to_json()
    assert told["patients"] == 0 and told["intervals"]["f1"] is None
    assert lines(told)
    alone = score([marked()], 100, 0).to_json()
    assert alone["intervals"]["f1"] is None and "sz-foc" in "\n".join(lines(alone))
