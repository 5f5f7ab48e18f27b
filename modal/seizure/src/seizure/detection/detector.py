"""What turns a signal into a score a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seizure.detection.signal import Signal
from seizure.scoring.postprocess import PostProcess

#: What counts as a seizure where there was nothing to choose a threshold on.
UNCHOSEN_THRESHOLD = 0.5


@dataclass(frozen=True)
class Trained:
    """What a detector brings from its training. `checkpoint`: its folder. `on`: names of datasets.
    `threshold`: the one that was chosen on their dev, None where that had no seizure. `events`: how
    scores become events. `made_of`: what scores change with, beside the signal."""

    seed: int
    checkpoint: str
    on: tuple[str, ...]
    threshold: float | None
    events: PostProcess
    made_of: str


@dataclass(frozen=True)
class Detector:
    """`name`: a folder's name too. `causal`: no second's score knows a later one. `score`: float32
    [whole seconds], 0 to 1; only their order is meant, unless a detector says that they are
    probabilities. `trained`: None for a baseline."""

    name: str
    title: str
    causal: bool
    score: Callable[[Signal], NDArray[np.float32]]
    trained: Trained | None = None

    @property
    def events(self) -> PostProcess:
        """How its scores become events; a baseline's as they are."""
        return self.trained.events if self.trained else PostProcess()
