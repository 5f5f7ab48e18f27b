"""Where the 19 electrodes lie on a head seen from above, and how far what is under one reaches."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

#: Name → (to the right, to the front); the head is the unit circle, electrodes at the steps of 10
#: and 20 % of the 10-20 system.
PLACES: dict[str, tuple[float, float]] = {
    "Fp1": (-0.25, 0.76), "F3": (-0.33, 0.40), "C3": (-0.40, 0.00), "P3": (-0.33, -0.40),
    "O1": (-0.25, -0.76), "F7": (-0.65, 0.47), "T3": (-0.80, 0.00), "T5": (-0.65, -0.47),
    "Fz": (0.00, 0.40), "Cz": (0.00, 0.00), "Pz": (0.00, -0.40), "Fp2": (0.25, 0.76),
    "F4": (0.33, 0.40), "C4": (0.40, 0.00), "P4": (0.33, -0.40), "O2": (0.25, -0.76),
    "F8": (0.65, 0.47), "T4": (0.80, 0.00), "T6": (0.65, -0.47),
}  # fmt: skip
NAMES = tuple(PLACES)
POSITIONS: NDArray[np.float64] = np.array(list(PLACES.values()))


def reach(centre: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """[electrodes]: how much each picks up of what lies at `centre`, 1 at the very place, a
    Gaussian of `width`."""
    squared = ((POSITIONS - centre) ** 2).sum(axis=1)
    return np.exp(-squared / (2 * width**2))


def somewhere(rng: np.random.Generator, radius: float = 0.8) -> NDArray[np.float64]:
    """A place on the head, evenly drawn."""
    angle, far = 2 * np.pi * rng.random(), radius * np.sqrt(rng.random())
    return np.array([far * np.cos(angle), far * np.sin(angle)])
