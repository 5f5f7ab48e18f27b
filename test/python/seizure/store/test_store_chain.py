"""The way of a signal: blocks give what the whole would give, rates and bands are what they say."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from seizure.store.chain.around import around
from seizure.store.chain.bandpass import band, taps_of
from seizure.store.chain.resample import Resampler, resampled_length
from seizure.store.chain.scale import Middles, scaled
from seizure.store.settings import Settings


def cut(signal: np.ndarray, seed: int, most: int = 3000) -> Iterator[np.ndarray]:
    """Blocks of random lengths, empty ones among them."""
    rng, at = np.random.default_rng(seed), 0
    while at < signal.shape[1]:
        count = int(rng.integers(0, most))
        yield signal[:, at : at + count]
        at += count


def joined(blocks: Iterator[np.ndarray]) -> np.ndarray:
    return np.concatenate(list(blocks), axis=1)


@pytest.mark.parametrize("length", [1, 2, 7, 50, 51, 52, 199, 200, 201, 1000])
def test_pieces_are_the_signal_with_its_surroundings(length: int) -> None:
    signal = np.random.default_rng(length).standard_normal((2, length))
    reach, step = 25, 50
    whole = np.pad(signal, ((0, 0), (reach, reach)), mode="reflect", reflect_type="odd")
    pieces = list(around(cut(signal, length, 40), reach, step))
    assert [one.shape[1] - 2 * reach for one in pieces[:-1]] == [step] * (len(pieces) - 1)
    for i, piece in enumerate(pieces):
        assert np.array_equal(piece, whole[:, i * step : i * step + step + 2 * reach])
    assert sum(one.shape[1] - 2 * reach for one in pieces) == length
    assert list(around(iter([]), reach, step)) == []


@pytest.mark.parametrize("rate", [200, 249.97, 250, 256, 400, 500, 512, 1000])
@pytest.mark.parametrize("to", [128, 256])
def test_another_rate_shows_the_same_signal(rate: float, to: int) -> None:
    """Tones below `keep` come out as they would be sampled; what would fold onto them is gone."""
    keep, length = 50, round(70 * rate)
    tones = [(3, 0.3), (17.3, 1), (keep, 2)]

    def signal(t: np.ndarray) -> np.ndarray:
        return sum(np.sin(2 * np.pi * hz * t + phase) for hz, phase in tones)

    given = signal(np.arange(length) / rate)[None]
    above = to - 0.6 * keep
    if above < rate / 2:
        given = given + 30 * np.sin(2 * np.pi * above * np.arange(length) / rate)
    resampler = Resampler(rate, to, keep)
    made = joined(resampler.apply(cut(given, 1)))
    assert made.shape[1] == resampled_length(length, rate, to) <= 70 * to
    middle = slice(2 * to, -2 * to)
    off = made[0, middle] - signal(np.arange(made.shape[1]) / to)[middle]
    assert np.abs(off).max() < (0.1 if above < rate / 2 else 0.01)
    assert np.array_equal(made, joined(resampler.apply(cut(given, 2)))), "blocks leave no trace"


def test_resampling_is_that_of_scipy() -> None:
    from scipy.signal import resample_poly

    signal = np.random.default_rng(0).standard_normal((2, 25_000)) + 100
    one = Resampler(250, 256, 60)
    edge = one.reach * one.down
    wide = np.pad(signal, ((0, 0), (edge, edge)), mode="reflect", reflect_type="odd")
    wanted = resample_poly(wide, one.up, one.down, axis=1, window=one.taps / one.up)
    made = joined(one.apply([signal]))
    begin = one.reach * one.up
    assert np.abs(made - wanted[:, begin : begin + made.shape[1]]).max() < 1e-11


@pytest.mark.parametrize("notch", [None, 50])
def test_zero_phase_in_blocks_is_the_convolution_of_the_whole(notch: int | None) -> None:
    settings = Settings("bipolar", 256, 0.5, 60, notch)
    signal = np.random.default_rng(3).standard_normal((2, 30_001)) * 50 + 5000
    taps = taps_of(settings)
    half = len(taps) // 2
    wide = np.pad(signal, ((0, 0), (half, half)), mode="reflect", reflect_type="odd")
    wanted = np.array([np.convolve(row, taps, "valid") for row in wide])
    made = joined(band(cut(signal, 4), settings))
    assert made.shape == signal.shape
    assert np.abs(made - wanted).max() < 1e-9
    assert np.allclose(taps, taps[::-1], rtol=0, atol=1e-15), "nothing is moved in time"


@pytest.mark.parametrize("kind", ["zero-phase", "causal"])
def test_the_band_is_what_it_says(kind: str) -> None:
    settings = Settings("bipolar", 256, 1, 40, 60 if kind == "causal" else 50, kind)
    t = np.arange(60 * 256) / 256

    def gain(hz: float) -> float:
        """Decibels."""
        made = joined(band([np.sin(2 * np.pi * hz * t)[None]], settings))[0, 20 * 256 : -20 * 256]
        return 20 * np.log10(np.sqrt(2) * made.std() + 1e-9)

    assert gain(10) == pytest.approx(0, abs=0.1)
    assert gain(1) == pytest.approx(-6 if kind == "zero-phase" else -3, abs=0.1)
    assert gain(40) == pytest.approx(-6 if kind == "zero-phase" else -3, abs=0.2)
    assert gain(0.25) < (-50 if kind == "zero-phase" else -30)
    assert gain(settings.notch or 0) < -50
    made = joined(band([np.full((1, 5000), 1e4)], settings))
    assert np.abs(made).max() < 1e-6, "an offset leaves nothing, not even at the ends"


def test_causal_knows_nothing_of_what_comes() -> None:
    settings = Settings("bipolar", 256, 0.5, 60, None, "causal")
    signal = np.random.default_rng(5).standard_normal((2, 9000))
    other = signal.copy()
    other[:, 6000:] = 99
    made, changed = (joined(band(cut(one, 6), settings)) for one in (signal, other))
    assert np.array_equal(made[:, :6000], changed[:, :6000])
    assert np.array_equal(made, joined(band(cut(signal, 7), settings))), "blocks leave no trace"


def test_scales_are_medians_and_quartiles(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(8)
    signal = rng.standard_normal((4, 200_000)) * np.array([[1], [20], [300], [0]])
    signal += np.array([[0], [-50], [7], [12]])
    signal[1, :20_000] = 1e5  # an artefact of a tenth of the recording moves the scale by little
    middles = Middles(4, signal.shape[1])
    for block in cut(signal, 9):
        middles.see(block)
    centre, scale = middles.scales()
    exact = np.percentile(signal.astype(np.float32), (25, 50, 75), axis=1)
    assert np.allclose(centre, exact[1])
    assert np.allclose(scale[:3], (exact[2] - exact[0])[:3] / 1.34898, rtol=1e-5)
    assert scale[1] == pytest.approx(20, rel=0.2)
    assert scale[3] == 0
    units = scaled(signal, centre, scale, 10)
    assert units.dtype == np.float16
    assert units[1, 0] == 10 and not units[3].any()
    monkeypatch.setattr("seizure.store.chain.scale.MOST", 1000)
    few = Middles(4, signal.shape[1])
    for block in cut(signal, 10):
        few.see(block)
    assert few.stride == 200
    assert np.array_equal(few.scales(), scales_of(signal[:, ::200]))


def scales_of(signal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    whole = Middles(len(signal), signal.shape[1])
    whole.see(signal)
    return whole.scales()
