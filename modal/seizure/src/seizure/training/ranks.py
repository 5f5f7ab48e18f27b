"""The processes that share a training's batches, as the loop knows them: one, or several."""

from __future__ import annotations

import contextlib
from typing import Any, Protocol

from jobkit import signals
from torch import nn


class Ranks(Protocol):
    """`rank` of `world`; rank 0 is the job's own process, and the only one that tells and writes.
    All processes have to ask the same things in the same order."""

    rank: int
    world: int

    def wrap(self, model: nn.Module) -> nn.Module:
        """The model whose gradients are the mean of all processes'."""

    def together(self, model: nn.Module, last: bool) -> contextlib.AbstractContextManager[Any]:
        """Around a forward and backward pass; gradients meet in the `last` of a step alone."""

    def mean(self, value: float) -> float:
        """Of all processes' values."""

    def stop_requested(self) -> bool:
        """Whether the job is to leave: rank 0 knows, all hear."""

    def gather(self, value: Any) -> list[Any]:
        """Everybody's value, by rank, to everybody."""

    def told(self, value: Any) -> Any:
        """Rank 0's value, to everybody."""


class Alone:
    """Implements Ranks: one process."""

    rank, world = 0, 1

    def wrap(self, model: nn.Module) -> nn.Module:
        return model

    def together(self, model: nn.Module, last: bool) -> contextlib.AbstractContextManager[Any]:
        return contextlib.nullcontext()

    def mean(self, value: float) -> float:
        return value

    def stop_requested(self) -> bool:
        return signals.requested()

    def gather(self, value: Any) -> list[Any]:
        return [value]

    def told(self, value: Any) -> Any:
        return value
