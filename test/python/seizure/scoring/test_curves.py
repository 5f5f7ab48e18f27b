"""Areas and calibration against their definitions, pair by pair."""

from __future__ import annotations

import numpy as np
import pytest
from seizure.scoring.calibration import ece, reliability
from seizure.scoring.curves import auprc, auroc
from seizure.scoring.pairs import Pairs


def tied(seed: int, n: int, values: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return (rng.integers(0, values, n) / values).astype("f4"), rng.random(n) < 0.2


@pytest.mark.parametrize("values", [1, 3, 20, 100_000])
def test_auroc_is_the_share_of_pairs_won_ties_counting_half(values: int) -> None:
    scores, truth = tied(values, 400, values)
    seizure, quiet = scores[truth][:, None], scores[~truth][None, :]
    share = np.mean((seizure > quiet) + 0.5 * (seizure == quiet))
    assert auroc(scores, truth) == pytest.approx(share, abs=1e-12)


@pytest.mark.parametrize("values", [1, 3, 20, 100_000])
def test_auprc_sums_precision_over_gains_in_recall(values: int) -> None:
    scores, truth = tied(values + 1, 300, values)
    area, recall = 0.0, 0.0
    for t in sorted(set(scores.tolist()), reverse=True):
        on = scores >= np.float32(t)
        reached = (on & truth).sum() / truth.sum()
        area, recall = area + (reached - recall) * (on & truth).sum() / on.sum(), reached
    assert auprc(scores, truth) == pytest.approx(area, abs=1e-12)
    assert auprc(np.zeros(300, "f4"), truth) == pytest.approx(truth.mean())


def test_areas_are_undefined_where_a_class_is_absent() -> None:
    scores = np.float32([0.1, 0.2])
    for truth in ([False, False], [True, True]):
        assert auroc(scores, np.array(truth)) is None and auprc(scores, np.array(truth)) is None
    assert auroc(np.zeros(0, "f4"), np.zeros(0, bool)) is None
    assert auroc(scores, np.array([False, True])) == auprc(scores, np.array([False, True])) == 1


def test_pairs_between_patients_give_the_auroc_of_any_draw_of_them() -> None:
    patients = [tied(seed, 50 + 30 * seed, 12) for seed in range(5)]
    patients.append((np.float32([0.5, 0.7]), np.array([False, False])))  # nobody's seizure
    pairs = Pairs.of(patients)
    rng = np.random.default_rng(0)
    draws = rng.integers(0, 6, (30, 6))
    weights = np.stack([np.bincount(d, minlength=6) for d in draws])
    for found, draw in zip(pairs.auroc(weights), draws, strict=True):
        pooled = auroc(*(np.concatenate([patients[i][k] for i in draw]) for k in (0, 1)))
        assert found == pytest.approx(pooled, abs=1e-12)
    assert pairs.pooled() == pytest.approx(
        auroc(*(np.concatenate([p[k] for p in patients]) for k in (0, 1))), abs=1e-12
    )
    each = [auroc(s, t) for s, t in patients]
    assert pairs.each()[:5] == pytest.approx(each[:5]) and pairs.each()[5] is None


def test_calibration_weighs_the_distance_of_each_bin() -> None:
    scores = np.float32([0.05, 0.05, 0.95, 0.95, 1.0, 0.5])
    truth = np.array([False, True, True, True, True, False])
    table = reliability(scores, truth, bins=10)
    assert [b.seconds for b in table] == [2, 0, 0, 0, 0, 1, 0, 0, 0, 3]
    assert table[9].score == pytest.approx(2.9 / 3) and table[9].seizure == 1
    assert table[1].score is None and table[9].high == 1
    assert ece(table) == pytest.approx((2 * 0.45 + 0.5 + 3 * (0.1 / 3)) / 6)
    chances = np.random.default_rng(1).random(100_000, dtype=np.float32)
    fair = np.random.default_rng(2).random(100_000) < chances
    assert ece(reliability(chances, fair)) < 0.01


def test_scores_outside_0_to_1_are_no_chances() -> None:
    assert reliability(np.float32([0.5, 1.5]), np.array([False, True])) == ()
    assert ece(()) is None and reliability(np.zeros(0, "f4"), np.zeros(0, bool)) == ()
