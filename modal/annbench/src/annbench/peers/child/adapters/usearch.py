"""HNSW of usearch; `bits` 32 keeps rows as float32, 16 as float16."""

from __future__ import annotations

import numpy as np
from usearch.index import Index


class Adapter:
    def __init__(self, dim, metric, k):
        self._dim, self._metric = dim, "l2sq" if metric == "euclidean" else "cos"

    def build(self, rows, params, threads, seed):
        self._index = Index(
            ndim=self._dim, metric=self._metric, dtype=f"f{params['bits']}",
            connectivity=params["M"], expansion_add=params["efConstruction"],
        )  # fmt: skip
        self._index.add(np.arange(len(rows), dtype=np.uint64), rows, threads=threads)

    def set(self, params):
        self._index.expansion_search = params["efSearch"]

    def batch(self, queries, k, threads):
        found = self._index.search(queries, k, threads=threads)
        if found.counts.min() == k:
            return found.keys
        missing = np.arange(k) >= found.counts[:, None]
        return np.where(missing, -1, found.keys.astype(np.int64))

    def bytes(self):
        return self._index.memory_usage
