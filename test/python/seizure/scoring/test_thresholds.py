"""Thresholds and sensitivity at rates of false alarms, against the plain scorer at each."""

from __future__ import annotations

import numpy as np
import pytest
from seizure.recording import Seizure
from seizure.scoring.counts import total
from seizure.scoring.detector import marked_at
from seizure.scoring.postprocess import PostProcess
from seizure.scoring.recording import Judged
from seizure.scoring.szcore import score_events
from seizure.scoring.thresholds import LEVELS, best, choose, levels, sensitivity_at, sweep
from scoring_support import judged

SETTINGS = [
    PostProcess(),
    PostProcess(hysteresis=0.2, merge_seconds=5, min_seconds=3),
    PostProcess(hysteresis=0.1, min_seconds=2, max_seconds=40),
    PostProcess(merge_seconds=200, max_seconds=600),
]


@pytest.mark.parametrize("settings", SETTINGS)
def test_a_sweep_counts_as_scoring_at_each_threshold_does(settings: PostProcess) -> None:
    made = judged(3, 4, 20, 300, 1.5)
    points = sweep(made, settings)
    assert 1000 < len(points) <= LEVELS + 1 and points[0].threshold is None
    assert points[0].counts.reference > 15
    thresholds = [p.threshold for p in points[1:]]
    assert thresholds == sorted(set(thresholds), reverse=True)
    for point in points[1::40]:
        marked = marked_at(made, point.threshold, settings)
        scored = [score_events(m.truth, m.predicted, m.seconds)[0] for m in marked]
        assert point.counts == total(scored)


def test_every_distinct_score_is_tried_while_they_are_few() -> None:
    few = np.float32([0.5, -np.inf, 0.25, 0.5, 0.75])
    assert levels(few).tolist() == [0.75, 0.5, 0.25]
    many = np.random.default_rng(0).random(200_000, dtype=np.float32)
    tried = levels(many)
    distinct = np.unique(many)[::-1]
    assert tried[0] == distinct[0] and tried[-1] == distinct[-1] and len(tried) <= LEVELS
    assert np.array_equal(tried[:256], distinct[:256])
    ranks = np.searchsorted(-distinct, -tried) + 1
    assert (ranks[257:] / ranks[256:-1]).max() < 1.02


def one(scores: list[float], truth: list[tuple[float, float]], patient: str = "p") -> Judged:
    return Judged(
        patient, patient, float(len(scores)), tuple(Seizure(*t) for t in truth), np.float32(scores)
    )


def test_the_threshold_of_the_highest_f1_and_of_equal_ones_the_higher() -> None:
    scores = [0.0] * 1000
    scores[100], scores[500], scores[900] = 0.9, 0.5, 0.7
    dev = [one(scores, [(100, 110), (500, 520)])]
    # 0.9: 1 of 2, F1 2/3; 0.7: an alarm more; 0.5: both with one alarm, F1 4/5; 0: everything on
    assert choose(dev) == pytest.approx(0.5)
    tie = [one([0.0] * 200 + [0.9, 0.8], [(190, 202)])]
    assert choose(tie) == pytest.approx(0.9)


def test_without_a_seizure_there_is_no_threshold_to_choose() -> None:
    quiet = [one([0.1, 0.9, 0.3], [])]
    assert choose(quiet) is None and best(()) is None
    assert [s["sensitivity"] for s in sensitivity_at(sweep(quiet))] == [None] * 4


def test_sensitivity_at_a_rate_is_the_highest_that_makes_no_more() -> None:
    day = [0.0] * 86_400
    day[10_000], day[20_000] = 0.9, 0.6  # seizures
    day[50_000], day[60_000], day[70_000] = 0.8, 0.7, 0.5  # alarms
    points = sweep([one(day, [(10_000, 10_010), (20_000, 20_010), (30_000, 30_010)])])
    at = {s["fa_per_day"]: s for s in sensitivity_at(points, (3, 2, 1, 0.5))}
    assert [at[r]["sensitivity"] for r in (3, 2, 1, 0.5)] == pytest.approx(
        [2 / 3, 2 / 3, 1 / 3, 1 / 3]
    )
    assert [at[r]["made"] for r in (3, 2, 1, 0.5)] == [2, 2, 0, 0]
    assert at[1]["threshold"] == pytest.approx(0.9)
    only_false = sweep([one([0.0, 0.9] + [0.1] * 900, [(700, 710)])])
    (first,) = sensitivity_at(only_false, (1,))
    assert first["sensitivity"] == 0 and first["threshold"] is None
