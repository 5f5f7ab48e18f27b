"""From features of each electrode to features of the head: any number of electrodes, in any
order."""

from __future__ import annotations

import torch
from torch import Tensor

#: Features of the head for each of an electrode's.
STATISTICS = 3
#: Below any feature: they come out of a layer norm.
_LOWEST = -1e4
#: Added to a variance: a root has no slope at 0.
_LEAST_VARIANCE = 1e-4


def live(signal: Tensor, samples: int) -> Tensor:
    """[B, C, T] → [B, C, T / samples, 1]: 1.0 for each frame that is not zero throughout, else 0.0.
    Zeros are what is not there: a flat electrode, one that was dropped to train with, what lies
    behind the end of a recording."""
    return (signal != 0).unflatten(-1, (-1, samples)).any(dim=-1, keepdim=True).to(signal.dtype)


def pool(features: Tensor, alive: Tensor) -> Tensor:
    """[B, C, n, F] → [B, n, 3 F]: mean, largest and standard deviation over the electrodes that are
    alive ([B, C, n, 1], 1.0 or 0.0). One that is not might as well not be there; zeros where none
    is."""
    count = alive.sum(dim=1)
    share = alive / count.clamp(min=1)[:, None]
    mean = (features * share).sum(dim=1)
    variance = ((features - mean[:, None]) ** 2 * share).sum(dim=1)
    largest = (features + _LOWEST * (1 - alive)).amax(dim=1)
    found = torch.cat([mean, largest, torch.sqrt(variance + _LEAST_VARIANCE)], dim=-1)
    return found * (count > 0)
