"""IVF with 4-bit product codes of faiss, scanned in registers; the best `rerank` rows of a query
are ranked once more by their float32."""

from __future__ import annotations

import faiss
import numpy as np
from vectors import normalised


class Adapter:
    def __init__(self, dim, metric, k):
        self._angular, self._k = metric == "angular", k
        self._dim = dim + dim % 2  # a code stands for two dimensions

    def _shaped(self, vectors):
        vectors = normalised(vectors) if self._angular else vectors
        odd = self._dim - vectors.shape[1]
        return np.pad(vectors, ((0, 0), (0, odd))) if odd else vectors

    def build(self, rows, params, threads, seed):
        faiss.omp_set_num_threads(threads)
        rows = self._shaped(rows)
        lists = min(params["nlist"], max(1, len(rows) // 39))  # fewer rows a list cannot be trained
        self._lists = faiss.index_factory(self._dim, f"IVF{lists},PQ{self._dim // 2}x4fs")
        self._index = faiss.IndexRefineFlat(self._lists)
        self._index.train(rows)
        self._index.add(rows)

    def set(self, params):
        faiss.downcast_index(self._lists).nprobe = params["nprobe"]
        self._index.k_factor = max(1.0, params["rerank"] / self._k)

    def batch(self, queries, k, threads):
        faiss.omp_set_num_threads(threads)
        return self._index.search(self._shaped(queries), k)[1]
