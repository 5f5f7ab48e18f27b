"""A batch there and back: what the loop, the tries before it and a measurement do alike."""

from __future__ import annotations

import math

from torch import Tensor, nn

from seizure.training.config import Training
from seizure.training.loss import loss_of
from seizure.training.place import Place


def learn(
    running: nn.Module, signal: Tensor, labels: Tensor, place: Place, training: Training, hz: int
) -> float:
    """Adds the gradients of one of a step's `accumulate` batches. Returns its part of the loss."""
    with place.autocast():
        logits = running(signal)
    part = loss_of(logits, labels, hz, training.label_smoothing) / training.accumulate
    part.backward()
    return float(part.detach())


def clip(model: nn.Module, most: float | None) -> float:
    """The gradient's norm before it was cut to `most`."""
    return float(nn.utils.clip_grad_norm_(model.parameters(), math.inf if most is None else most))
