"""The `quick` data set: small, made on the spot, and yet not trivial for a graph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NAME = "quick"
SEED = 42
#: Part of the stamp: another recipe makes another data set, and the old one is made anew.
SOURCE = "synthetic, recipe 1, seed 42"

TRAIN, TEST, DIM = 40_000, 1_000, 96
CLUSTERS = 100
INTRINSIC = 64


def make() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(train, test): clusters of unequal size and spread, each within its own 64-dimensional slant
    of the 96-dimensional space, and a little noise everywhere. Queries come from the same clusters.
    """
    rng = np.random.Generator(np.random.PCG64(SEED))
    total = TRAIN + TEST
    weights = rng.dirichlet(np.full(CLUSTERS, 1.0))
    cluster = rng.choice(CLUSTERS, size=total, p=weights)
    centres = rng.standard_normal((CLUSTERS, DIM), dtype=np.float32)
    spread = rng.uniform(0.5, 1.5, CLUSTERS).astype(np.float32)
    slants = rng.standard_normal((CLUSTERS, INTRINSIC, DIM), dtype=np.float32)
    slants /= np.sqrt(np.float32(INTRINSIC))
    inner = rng.standard_normal((total, INTRINSIC), dtype=np.float32)
    points = rng.standard_normal((total, DIM), dtype=np.float32) * np.float32(0.1)
    for c in range(CLUSTERS):
        members = np.flatnonzero(cluster == c)
        points[members] += centres[c] + spread[c] * (inner[members] @ slants[c])
    return points[:TRAIN], points[TRAIN:]
