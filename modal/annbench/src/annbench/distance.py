"""Distances by numpy in float64, independent of the C++ core: what the core is judged by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def to_rows(
    train: NDArray[np.float32], queries: NDArray[np.float32], ids: NDArray[np.integer], metric: str
) -> NDArray[np.float64]:
    """Distance of queries[i] to train[ids[i, j]]; m x k, in the metric's unit.
    euclidean: sqrt of the sum of squares; angular: 1 - cos, which is 1 where a vector is zero."""
    out = np.empty(ids.shape, np.float64)
    block = max(1, (1 << 22) // max(1, ids.shape[1] * train.shape[1]))
    for begin in range(0, len(ids), block):
        part = slice(begin, begin + block)
        rows = train[ids[part]].astype(np.float64)
        query = queries[part].astype(np.float64)[:, None, :]
        if metric == "euclidean":
            rows -= query
            out[part] = np.sqrt(np.einsum("qkd,qkd->qk", rows, rows))
        else:
            lengths = np.linalg.norm(rows, axis=2) * np.linalg.norm(query, axis=2)
            dots = np.einsum("qkd,qd->qk", rows, query[:, 0, :])
            out[part] = 1.0 - np.divide(dots, lengths, out=np.zeros_like(dots), where=lengths > 0)
    return out
