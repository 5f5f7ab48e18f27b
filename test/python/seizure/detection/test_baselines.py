"""Baselines have the values that a calculation by hand gives; causal ones know no future."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from seizure.detection import signal as signals
from seizure.detection.baselines import BASELINES
from seizure.detection.features import band_power, line_length, robust, smoothed
from seizure.detection.registry import detectors
from seizure.detection.signal import Signal

BY_NAME = {one.name: one for one in BASELINES}


def of(rows: list[list[float]], rate: int, microvolts: float = 1.0) -> Signal:
    samples = np.array(rows, np.float16)
    return Signal(samples, rate, np.full(len(rows), microvolts, np.float32))


def noise(seconds: int, rate: int = 64, channels: int = 3, seed: int = 1) -> Signal:
    rng = np.random.default_rng(seed)
    samples = rng.standard_normal((channels, seconds * rate)).astype(np.float16)
    return Signal(samples, rate, np.full(channels, 20, np.float32))


def test_line_length_is_the_way_within_a_second_and_the_step_into_it() -> None:
    # Four samples a second: 0 1 0 1 | 3 3 3 3 | and half a second that is not scored.
    found = line_length(of([[0, 1, 0, 1, 3, 3, 3, 3, 9, 9]], 4))
    assert found.tolist() == [[3, 2]]


def test_raw_line_length_is_in_microvolts_and_half_at_a_thousand() -> None:
    signal = of([[0, 1, 0, 1, 3, 3, 3, 3], [0, 0, 0, 0, 0, 0, 0, 0]], 4, microvolts=500)
    # Means of the two channels: 3 and 2 units, half of them, times 500 uV.
    expected = [750 / 1750, 500 / 1500]
    assert BY_NAME["line-length"].score(signal) == pytest.approx(expected)
    assert BY_NAME["line-length"].score(of([[0, 1, 0, 1]], 4, 1000 / 3)) == pytest.approx([0.5])


def test_robust_takes_each_channel_by_its_own_median_and_leaves_flat_ones_out() -> None:
    feature = np.array([[1, 2, 3, 4, 10], [7, 7, 7, 7, 7], [10, 20, 30, 40, 100]], np.float32)
    # Median 3, deviations 2 1 0 1 7 with median 1; the third channel is ten times the first.
    assert robust(feature) == pytest.approx(np.array([-2, -1, 0, 1, 7]) / 1.4826)
    assert robust(feature[1:2]).tolist() == [0] * 5
    assert robust(np.zeros((2, 0), np.float32)).shape == (0,)


def test_smoothing_is_the_mean_of_ten_seconds_and_of_fewer_at_the_ends() -> None:
    values = np.zeros(30, np.float32)
    values[15] = 10
    found = smoothed(values, 10)
    # From five seconds before to four behind each.
    assert np.flatnonzero(found).tolist() == list(range(11, 21))
    assert found[11:21] == pytest.approx(1)
    assert smoothed(np.arange(3, dtype=np.float32), 10).tolist() == [1, 1, 1]
    assert smoothed(np.arange(6, dtype=np.float32), 10)[0] == pytest.approx(2)  # 0 to 4
    assert smoothed(np.zeros(0, np.float32), 10).shape == (0,)


def test_deviations_are_squashed_as_documented() -> None:
    # Seconds that travel by 1, 2 or 3, and one that travels by far more: median 2, of deviations 1.
    ways = [1, 3] * 9 + [1, 2, 50]
    rows: list[float] = []
    for way in ways:
        rows += [0, way / 2, 0, 0]  # there and back
    found = BY_NAME["line-length-normalised"].score(of([rows], 4))
    z = (np.array(ways, float) - 2) / 1.4826
    x = z - 2
    assert found == pytest.approx(0.5 + 0.5 * x / (2 + np.abs(x)), abs=1e-4)


def test_band_power_knows_its_band() -> None:
    rate, time = 64, np.arange(64 * 4) / 64
    rows = [np.sin(2 * np.pi * hertz * time) for hertz in (5, 8, 20)]
    found = 10 ** band_power(Signal(np.array(rows, np.float32), rate, np.ones(3, np.float32)), 2, 8)
    # A sine has the power 1/2. Under a Hann window 1/6 of it lies in each bin beside its own.
    assert found[0] == pytest.approx(0.5, rel=1e-3)
    assert found[1] == pytest.approx(0.5 * 5 / 6, rel=1e-3)
    assert found[2].max() < 1e-6


def test_a_long_recording_is_read_in_blocks_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    signal = noise(50)
    whole = [one.score(signal) for one in BASELINES]
    monkeypatch.setattr(signals, "BLOCK_SECONDS", 7)
    for one, expected in zip(BASELINES, whole, strict=True):
        assert one.score(signal) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("detector", BASELINES, ids=lambda one: one.name)
def test_a_causal_detector_does_not_know_the_future(detector: object) -> None:
    before, after = noise(40), noise(40)
    after.samples[:, 20 * 64 :] *= 3
    same = np.array_equal(detector.score(before)[:20], detector.score(after)[:20])  # type: ignore[attr-defined]
    assert same == detector.causal  # type: ignore[attr-defined]


def test_scores_are_single_precision_in_0_to_1_for_any_signal() -> None:
    for signal in (noise(12), of([[0.0] * 40] * 2, 4), of([[0.0] * 3], 4), noise(1)):
        for one in detectors((), 1):
            found = one.score(signal)
            assert found.dtype == np.float32
            assert found.shape == (signal.seconds,)
            assert ((found >= 0) & (found <= 1)).all()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_mapped_recording_does_not_fill_the_memory(tmp_path: Path) -> None:
    rate, seconds = 256, 3000
    path = tmp_path / "a.f16"
    with open(path, "wb") as f:
        f.truncate(19 * rate * seconds * 2)
    samples = np.memmap(path, "<f2", "r", shape=(19, rate * seconds))
    signal = Signal(samples, rate, np.ones(19, np.float32))
    before = _mapped_megabytes()
    most = max(_mapped_megabytes() for _ in signal.blocks(before=1))
    assert path.stat().st_size > 29e6 and most - before < 5


def _mapped_megabytes() -> float:
    """Of files, in this process' memory."""
    (line,) = (one for one in open("/proc/self/status") if one.startswith("RssFile"))
    return int(line.split()[1]) / 1000
