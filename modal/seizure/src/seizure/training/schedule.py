"""The learning rate of each step."""

from __future__ import annotations

import math

from seizure.training.config import Training


def learning_rate(training: Training, step: int) -> float:
    """Of the update from `step` to `step` + 1: up in a straight line over warmup_steps, then down
    to final_learning_rate · learning_rate along half a cosine (Loshchilov and Hutter 2017, without
    restarts)."""
    highest, warmup = training.learning_rate, training.warmup_steps
    if step < warmup:
        return highest * (step + 1) / warmup
    lowest = highest * training.final_learning_rate
    part = (step - warmup) / max(1, training.steps - 1 - warmup)
    return lowest + (highest - lowest) * 0.5 * (1 + math.cos(math.pi * min(1.0, part)))
