"""A score a second: what windows, their overlap and their weights make of a model's logits."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from checkpoint_folders import Loud, torch
from jobkit.errors import Problem
from seizure.detection.signal import Signal
from seizure.inference.scoring import probabilities, starts_of, triangle_of

RATE, CHANNELS = 32, 3
CPU = torch.device("cpu")


def signal_of(seconds: float, seed: int = 0) -> Signal:
    samples = np.random.default_rng(seed).standard_normal((CHANNELS, round(seconds * RATE)))
    return Signal(samples.astype(np.float16), RATE, np.ones(CHANNELS, np.float32))


class Edgy(torch.nn.Module):
    """Knows where in its window it is: only weights and order can be told by it."""

    logits_hz = 4

    def forward(self, signal: torch.Tensor) -> torch.Tensor:
        count = signal.shape[-1] // RATE * self.logits_hz
        size = signal.abs().mean(dim=(1, 2))
        return torch.linspace(-1, 3, count)[None, :] + size[:, None]


def by_hand(signal: Signal, seconds: int, hz: int, overlap: float) -> np.ndarray:
    """Window after window, in double precision."""
    whole = max(signal.seconds, seconds)
    samples = np.zeros((CHANNELS, whole * RATE))
    samples[:, : signal.seconds * RATE] = signal.samples[:, : signal.seconds * RATE]
    step = max(1, round(seconds * (1 - overlap)))
    starts = sorted({*range(0, whole - seconds, step), whole - seconds})
    top, below = np.zeros(whole * hz), np.zeros(whole * hz)
    for start in starts:
        window = samples[:, start * RATE : (start + seconds) * RATE]
        for k in range(seconds * hz):
            logit = -1 + 4 * k / (seconds * hz - 1) + np.abs(window).mean()
            weight = min(k + 0.5, seconds * hz - k - 0.5) / (seconds * hz / 2)
            top[start * hz + k] += weight * logit
            below[start * hz + k] += weight
    mean = (top / below).reshape(-1, hz).mean(axis=1)[: signal.seconds]
    return 1 / (1 + np.exp(-mean))


@pytest.mark.parametrize("seconds", [5, 10])
@pytest.mark.parametrize("overlap", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("length", [1, 4.5, 5, 10, 11, 37.9, 170])
def test_scores_are_those_made_by_hand(seconds: int, overlap: float, length: float) -> None:
    signal = signal_of(length)
    found = probabilities(Edgy(), signal, seconds, 4, overlap, CPU)
    assert found.dtype == np.float32 and found.shape == (int(length),)
    np.testing.assert_allclose(found, by_hand(signal, seconds, 4, overlap), atol=1e-6)


def test_every_second_is_in_a_window_and_none_reaches_beyond_the_end() -> None:
    for whole in range(1, 80):
        for seconds in (1, 7, 30):
            for overlap in (0, 0.3, 0.5, 0.9):
                starts = starts_of(whole, seconds, overlap)
                seen = {s + k for s in starts for k in range(seconds)}
                assert starts == sorted(set(starts)) and seen >= set(range(whole))
                assert starts[-1] + seconds == max(whole, seconds)
    assert (triangle_of(7) > 0).all() and triangle_of(7)[3] == 1


def test_the_same_recording_has_the_same_scores_however_many_work() -> None:
    torch.manual_seed(0)
    model = torch.nn.Sequential(
        torch.nn.Conv1d(CHANNELS, 8, 15, padding=7), torch.nn.GELU(),
        torch.nn.Conv1d(8, 1, 15, padding=7), torch.nn.AvgPool1d(RATE), torch.nn.Flatten(),
    )  # fmt: skip
    one = probabilities(model, signal_of(301), 10, 1, 0.5, CPU)
    probabilities(model, signal_of(77, 1), 10, 1, 0.5, CPU)
    again = probabilities(model, signal_of(301), 10, 1, 0.5, CPU)
    assert one.tobytes() == again.tobytes()
    for workers in (2, 5):
        found = probabilities(model, signal_of(301), 10, 1, 0.5, CPU, workers)
        assert found.tobytes() == one.tobytes()


def test_masked_channels_are_zeros_and_scores_stay_numbers() -> None:
    signal = signal_of(20)
    signal.samples[1] = 0
    assert np.isfinite(probabilities(Loud(CHANNELS, RATE), signal, 5, 2, 0.5, CPU)).all()
    signal.samples[:] = 0
    found = probabilities(Loud(CHANNELS, RATE), signal, 5, 2, 0.5, CPU)
    np.testing.assert_allclose(found, 1 / (1 + np.exp(2)), rtol=1e-6)
    huge = Loud(CHANNELS, RATE)
    huge.offset.data.fill_(-1e30)
    assert (probabilities(huge, signal, 5, 2, 0.5, CPU) == 0).all()


def test_a_day_takes_little_memory() -> None:
    rate, seconds = 32, 86_400
    day = np.zeros((CHANNELS, seconds * rate), np.float16)  # touched by nobody: no memory yet
    signal = Signal(day, rate, np.ones(CHANNELS, np.float32))
    tracemalloc.start()
    found = probabilities(Loud(CHANNELS, rate), signal, 30, 2, 0.5, CPU)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found) == seconds
    assert most < 16 << 20


class Wrong(torch.nn.Module):
    def __init__(self, answer: object) -> None:
        super().__init__()
        self.answer = answer

    def forward(self, signal: torch.Tensor) -> object:
        return self.answer(signal)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (lambda x: x, r"\(3, 3, 160\), not \(3, 20\)"),
        (lambda x: x.mean(), r"\(\), not"),
        (lambda x: [1.0], "list, not a tensor"),
        (lambda x: torch.full((len(x), 20), float("nan")), "no number"),
        (lambda x: torch.full((len(x), 20), float("inf")), "infinite"),
    ],
)
def test_what_is_no_score_is_a_problem(answer: object, why: str) -> None:
    with pytest.raises(Problem, match=why):
        probabilities(Wrong(answer), signal_of(8), 5, 4, 0.5, CPU)
