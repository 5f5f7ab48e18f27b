"""ScaNN: a tree of leaves, anisotropic 4-bit codes, and the best `rerank` rows ranked exactly."""

from __future__ import annotations

import numpy as np
import scann
from vectors import normalised


class Adapter:
    def __init__(self, dim, metric, k):
        self._angular, self._k = metric == "angular", k

    def build(self, rows, params, threads, seed):
        # Of rows of length 1 the largest product is the nearest.
        rows, by = (normalised(rows), "dot_product") if self._angular else (rows, "squared_l2")
        threshold = 0.2 if self._angular else float("nan")
        leaves = min(params["leaves"], max(1, len(rows) // 10))
        builder = scann.scann_ops_pybind.builder(rows, self._k, by)
        builder = builder.set_n_training_threads(threads)
        builder = builder.tree(leaves, 1, training_sample_size=min(len(rows), 250_000))
        builder = builder.score_ah(2, anisotropic_quantization_threshold=threshold)
        self._index = builder.reorder(self._k * 10).build()

    def set(self, params):
        self._leaves, self._rerank = params["leaves_to_search"], params["rerank"]

    def batch(self, queries, k, threads):
        queries = normalised(queries) if self._angular else queries
        ask = self._index.search_batched_parallel if threads > 1 else self._index.search_batched
        ids, distances = ask(queries, k, max(self._rerank, k), self._leaves)
        missing = np.isnan(distances)  # too few rows in the leaves that were searched
        return np.where(missing, -1, ids.astype(np.int64)) if missing.any() else ids
