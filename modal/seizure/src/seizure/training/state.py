"""How far a training is: what it needs beside tensors to go on as if nothing had been."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from seizure.training.config import Training
from seizure.training.look import Look


@dataclass(frozen=True)
class State:
    """`step`: updates so far. `looked`: the step of the last look at dev, -1 before the first.
    `best_*`: of the step whose weights did best there. `without_gain`: looks since. `seconds` of
    training so far, over all attempts."""

    step: int = 0
    looked: int = -1
    best_step: int | None = None
    best_auroc: float | None = None
    best_loss: float | None = None
    without_gain: int = 0
    seconds: float = 0.0

    def looked_at(self, found: Look) -> State:
        """After a look at dev at this step."""
        if self.is_gain(found):
            return replace(
                self, looked=self.step, best_step=self.step, best_auroc=found.auroc,
                best_loss=found.loss, without_gain=0,
            )  # fmt: skip
        return replace(self, looked=self.step, without_gain=self.without_gain + 1)

    def is_gain(self, found: Look) -> bool:
        """By AUROC, by loss where dev has no seizure. Whatever is first is a gain."""
        if self.best_step is None:
            return True
        if found.auroc is not None and self.best_auroc is not None:
            return found.auroc > self.best_auroc
        return found.loss < (math.inf if self.best_loss is None else self.best_loss)

    def without_best(self) -> State:
        """When the weights of the best step are lost: the next look finds a new best."""
        return replace(
            self, looked=-1, best_step=None, best_auroc=None, best_loss=None, without_gain=0
        )

    def is_early(self, training: Training) -> bool:
        """Stops before its last step, for want of a gain."""
        patience = training.patience
        return bool(patience) and self.without_gain >= patience and self.step < training.steps

    def is_over(self, training: Training) -> bool:
        return self.step >= training.steps or self.is_early(training)

    def is_look_due(self, training: Training) -> bool:
        due = self.step % training.evaluate_every == 0 or self.step >= training.steps
        return due and self.step > 0 and self.looked < self.step

    def looks_left(self, training: Training) -> int:
        every, steps = training.evaluate_every, training.steps
        return -(-steps // every) - self.step // every if self.step < steps else 0

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @staticmethod
    def from_json(value: dict[str, Any]) -> State:
        """KeyError where a field is missing."""
        return State(**{one.name: value[one.name] for one in fields(State)})
