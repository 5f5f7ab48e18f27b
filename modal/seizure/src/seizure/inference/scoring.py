"""A model's probability of seizure for each second of a recording."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from seizure.detection.signal import Signal
from seizure.model.faults import ModelFault

#: Windows that a model is given at once where nothing speaks for fewer.
BATCH = 8


def probabilities(
    model: nn.Module, signal: Signal, seconds: int, logits_hz: int, overlap: float,
    device: torch.device, workers: int = 1, batch: int = BATCH,
) -> NDArray[np.float32]:  # fmt: skip
    """float32 [whole seconds of the recording], 0 to 1.

    Windows of `seconds` overlap by the share `overlap`; the last one ends with the recording, and a
    recording that is shorter than a window is followed by zeros. Where windows overlap, their
    logits are averaged, weighted by a triangle that is highest in the middle of each: a model knows
    least at its window's ends. A second's probability is the logistic of the mean of its logits.

    `batch`: windows that a model is given at once. `workers`: batches that are computed at a time,
    each by a thread of its own; the scores are the same for any number. Memory: as many batches of
    windows, and two numbers a logit; a day at 4 logits a second takes 6 MB. ModelFault where the
    model gives another shape, or what is no number."""
    if signal.seconds == 0:
        return np.zeros(0, np.float32)
    whole = max(signal.seconds, seconds)
    sums, weights = np.zeros(whole * logits_hz), np.zeros(whole * logits_hz)
    triangle = triangle_of(seconds * logits_hz)
    model.eval()

    def logits_of(starts: list[int]) -> NDArray[np.float64]:
        with torch.inference_mode():
            windows = torch.from_numpy(_cut(signal, starts, seconds)).to(device)
            return _checked(model(windows), len(starts), seconds * logits_hz)

    starts = starts_of(signal.seconds, seconds, overlap)
    batches = [starts[first : first + batch] for first in range(0, len(starts), batch)]
    with ThreadPoolExecutor(workers) as pool:
        for given, logits in zip(batches, pool.map(logits_of, batches), strict=True):
            for start, row in zip(given, logits, strict=True):
                place = slice(start * logits_hz, (start + seconds) * logits_hz)
                sums[place] += triangle * row
                weights[place] += triangle
    mean = (sums / weights).reshape(whole, logits_hz).mean(axis=1)[: signal.seconds]
    return _logistic(mean).astype(np.float32)


def starts_of(whole: int, seconds: int, overlap: float) -> list[int]:
    """First seconds of the windows of a recording of `whole` seconds: every one is in a window."""
    step = max(1, round(seconds * (1 - overlap)))
    last = max(0, whole - seconds)
    return [*range(0, last, step), last]


def triangle_of(count: int) -> NDArray[np.float64]:
    """Weights of a window's logits: 1 in the middle, above 0 at the ends."""
    at = np.arange(count) + 0.5
    return np.minimum(at, count - at) / (count / 2)


def _cut(signal: Signal, starts: list[int], seconds: int) -> NDArray[np.float32]:
    """float32 [windows, channels, samples]."""
    windows = np.zeros((len(starts), len(signal.samples), seconds * signal.rate), np.float32)
    for window, start in zip(windows, starts, strict=True):
        part = signal.part(start, min(signal.seconds, start + seconds))
        window[:, : part.shape[1]] = part
    return windows


def _checked(logits: object, windows: int, count: int) -> NDArray[np.float64]:
    what = "The model does not score"
    if not isinstance(logits, torch.Tensor):
        raise ModelFault("wrong-shape", what, f"forward gave {type(logits).__name__}, not a tensor")
    if tuple(logits.shape) != (windows, count):
        why = f"forward gave {tuple(logits.shape)}, not ({windows}, {count})"
        raise ModelFault("wrong-shape", what, why)
    found = logits.to("cpu", torch.float64).numpy()
    if not np.isfinite(found).all():
        raise ModelFault("not-finite", what, "forward gave a logit that is no number, or infinite")
    return found


def _logistic(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (1 + exp(-x)), without an overflow on either side."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1.0 + small)
