"""What turns a signal into a score a second."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from seizure.detection.signal import Signal

#: What counts as a seizure where there was nothing to choose a threshold on.
UNCHOSEN_THRESHOLD = 0.5


@dataclass(frozen=True)
class Detector:
    """`name`: a folder's name too. `causal`: no second's score knows a later one. `score`: float32
    [whole seconds], 0 to 1; only their order is meant, unless a detector says that they are
    probabilities."""

    name: str
    title: str
    causal: bool
    score: Callable[[Signal], NDArray[np.float32]]
