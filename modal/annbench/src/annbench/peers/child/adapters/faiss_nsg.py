"""NSG of faiss over float32 rows, made from a graph of the `GK` nearest by NN-descent."""

from __future__ import annotations

import faiss
from vectors import normalised


class Adapter:
    def __init__(self, dim, metric, k):
        self._dim, self._angular = dim, metric == "angular"

    def build(self, rows, params, threads, seed):
        faiss.omp_set_num_threads(threads)
        self._index = faiss.IndexNSGFlat(self._dim, params["degree"])
        self._index.build_type = 1  # NN-descent; 0 would compare all rows with all
        self._index.GK = params["GK"]
        self._index.add(normalised(rows) if self._angular else rows)

    def set(self, params):
        self._index.nsg.search_L = params["search_L"]

    def batch(self, queries, k, threads):
        faiss.omp_set_num_threads(threads)
        return self._index.search(normalised(queries) if self._angular else queries, k)[1]
