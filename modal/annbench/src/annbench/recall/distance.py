"""Distances by numpy in float64, independent of the C++ core: what the core is judged by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def to_rows(
    train: NDArray[np.float32], queries: NDArray[np.float32], ids: NDArray[np.integer], metric: str
) -> NDArray[np.float64]:
    """Distance of queries[i] to train[ids[i, j]]; m x k, in the metric's unit.
    euclidean: sqrt of the sum of squares. angular: 1 - cos, as |a/|a| - b/|b||^2 / 2, which keeps
    its digits where 1 - a.b/(|a||b|) cancels them; 1 where a vector is zero."""
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
            apart = _directions(rows) - _directions(query)
            out[part] = np.einsum("qkd,qkd->qk", apart, apart) / 2.0
            out[part][~(rows.any(axis=2) & query.any(axis=2))] = 1.0
    return out


def _directions(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scaled to length 1; zeros stay zeros. In float64 no square of a float32 is lost."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
