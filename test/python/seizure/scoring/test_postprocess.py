from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from seizure.recording import Seizure
from seizure.scoring.postprocess import PostProcess, events_of


def spans(scores: list[float], threshold: float, rate: float = 1, **settings: float) -> list:
    found = events_of(np.float32(scores), rate, threshold, PostProcess(**settings))
    return [(e.start, e.end) for e in found]


def test_plain_stretches_at_or_above_the_threshold() -> None:
    assert spans([0.5, 0.4, 0.5, 0.6], 0.5) == [(0, 1), (2, 4)]
    assert spans([], 0.5) == [] and spans([0.1] * 5, 0.5) == []
    assert events_of(np.float32([0, 1, 1, 0]), 4, 0.5) == [Seizure(0.25, 0.75)]


def test_hysteresis_holds_an_event_down_to_the_lower_threshold() -> None:
    track = [0.0, 0.6, 0.9, 0.6, 0.2, 0.6, 0.6, 0.0]
    assert spans(track, 0.8, hysteresis=0.25) == [(1, 4)]  # the second never reaches 0.8
    assert spans(track, 0.8) == [(2, 3)]


def test_gaps_close_before_short_events_go_and_long_ones_end() -> None:
    track = [1, 1, 0, 0, 1, 1, 0, 0, 0, 1]
    assert spans(track, 0.5, merge_seconds=3) == [(0, 6), (9, 10)]  # gaps of 2 and of 3
    assert spans(track, 0.5, merge_seconds=3, min_seconds=3) == [(0, 6)]
    assert spans(track, 0.5, min_seconds=3) == []
    assert spans(track, 0.5, min_seconds=2) == [(0, 2), (4, 6)]
    assert spans(track, 0.5, merge_seconds=3, max_seconds=4) == [(0, 4), (9, 10)]
    assert spans(track, 0.5, rate=2, merge_seconds=1.5, min_seconds=1) == [(0, 3)]


def test_a_lower_threshold_never_loses_a_second() -> None:
    rng = np.random.default_rng(5)
    for _ in range(60):
        track = np.convolve(rng.standard_normal(300), np.ones(5) / 5, mode="same").astype("f4")
        settings = PostProcess(
            hysteresis=float(rng.random() * 0.5),
            merge_seconds=float(rng.integers(0, 12)),
            min_seconds=float(rng.integers(0, 12)),
        )
        before: set[int] = set()
        for threshold in np.linspace(1.2, -1.2, 25):
            found = events_of(track, 1.0, float(threshold), settings)
            now = {s for e in found for s in range(int(e.start), int(e.end))}
            assert before <= now
            before = now
            assert all(e.seconds >= settings.min_seconds for e in found)
            gaps = [b.start - a.end for a, b in pairwise(found)]
            assert all(gap >= max(1, settings.merge_seconds) for gap in gaps)


@pytest.mark.parametrize(
    "wrong",
    [{"hysteresis": -0.1}, {"min_seconds": float("nan")}, {"max_seconds": 0},
     {"min_seconds": 5, "max_seconds": 4}],
)  # fmt: skip
def test_settings_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be"):
        PostProcess(**wrong)
