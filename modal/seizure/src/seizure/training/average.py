"""The moving average of the weights, which is what is evaluated."""

from __future__ import annotations

import copy

import torch
from torch import nn


class Average:
    """`module`: a copy of `model` whose weights follow its own: w ← d·w + (1 - d)·new, with
    d = min(decay, (1 + step) / (10 + step)), so that the first weights are soon forgotten
    (the ramp of TensorFlow's ExponentialMovingAverage). Buffers are the model's. Without a decay
    `module` is the model itself."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        self._model, self._decay = model, decay
        self.module = copy.deepcopy(model).requires_grad_(False) if decay else model

    @torch.no_grad()
    def update(self, step: int) -> None:
        """After `step` updates of the model's weights."""
        if self.module is self._model:
            return
        decay = min(self._decay, (1 + step) / (10 + step))
        own = [p.data for p in self.module.parameters()]
        new = [p.data for p in self._model.parameters()]
        torch._foreach_lerp_(own, new, 1 - decay)
        pairs = zip(self.module.buffers(), self._model.buffers(), strict=True)
        for mine, theirs in pairs:
            mine.copy_(theirs)
