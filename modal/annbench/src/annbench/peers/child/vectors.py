"""What several adapters do with vectors."""

from __future__ import annotations

import numpy as np


def normalised(vectors: np.ndarray) -> np.ndarray:
    """A copy with rows of length 1, float32; rows of zeros stay zero. For libraries that rank
    angular data by the Euclidean distance: of such rows both give one order."""
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float32))
    lengths[lengths == 0] = 1
    return vectors / lengths[:, None]
