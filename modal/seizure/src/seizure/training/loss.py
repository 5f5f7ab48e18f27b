"""How far logits are from the truth."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from seizure.model.faults import ModelFault


def losses_of(logits: Tensor, labels: Tensor, logits_hz: int, smoothing: float = 0.0) -> Tensor:
    """The binary cross-entropy of each logit, in float32: [B, seconds · logits_hz], as `logits`
    are. `labels`: [B, seconds], 0 or 1, drawn towards one half by `smoothing`. ModelFault where
    the logits have another shape."""
    check_shape(logits, labels, logits_hz)
    wanted = labels.float().repeat_interleave(logits_hz, dim=1)
    wanted = wanted * (1 - smoothing) + smoothing / 2
    return functional.binary_cross_entropy_with_logits(logits.float(), wanted, reduction="none")


def loss_of(logits: Tensor, labels: Tensor, logits_hz: int, smoothing: float = 0.0) -> Tensor:
    """The mean of `losses_of`."""
    return losses_of(logits, labels, logits_hz, smoothing).mean()


def check_shape(logits: Tensor, labels: Tensor, logits_hz: int) -> None:
    windows, seconds = labels.shape
    wanted = (windows, seconds * logits_hz)
    if not isinstance(logits, Tensor) or tuple(logits.shape) != wanted:
        shape = list(logits.shape) if isinstance(logits, Tensor) else type(logits).__name__
        why = (
            f"forward gave {shape} for {windows} windows of {seconds} s; {list(wanted)} were "
            f"expected at logits_hz {logits_hz}"
        )
        raise ModelFault("wrong-shape", "The model's logits have another shape", why)


def probabilities(logits: Tensor, logits_hz: int) -> Tensor:
    """[B, seconds]: of each second, the mean of its logits' probabilities."""
    return torch.sigmoid(logits.float()).unflatten(1, (-1, logits_hz)).mean(dim=2)
