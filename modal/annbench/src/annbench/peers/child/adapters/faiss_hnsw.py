"""HNSW of faiss over float32 rows."""

from __future__ import annotations

import faiss
from vectors import normalised


class Adapter:
    def __init__(self, dim, metric, k):
        self._dim, self._angular = dim, metric == "angular"

    def build(self, rows, params, threads, seed):
        faiss.omp_set_num_threads(threads)
        self._index = faiss.IndexHNSWFlat(self._dim, params["M"])
        self._index.hnsw.efConstruction = params["efConstruction"]
        self._index.add(normalised(rows) if self._angular else rows)

    def set(self, params):
        self._index.hnsw.efSearch = params["efSearch"]

    def batch(self, queries, k, threads):
        faiss.omp_set_num_threads(threads)
        return self._index.search(normalised(queries) if self._angular else queries, k)[1]
