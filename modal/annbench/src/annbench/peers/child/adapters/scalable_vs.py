"""Vamana of Intel's Scalable Vector Search over float16 rows. Its LVQ and LeanVec end the process
on processors that are not Intel's, so they are not among the settings."""

from __future__ import annotations

import numpy as np
import svs
from vectors import normalised


class Adapter:
    def __init__(self, dim, metric, k):
        self._angular, self._threads = metric == "angular", 0

    def build(self, rows, params, threads, seed):
        rows = normalised(rows) if self._angular else rows
        wanted = svs.VamanaBuildParameters(
            alpha=1.2, graph_max_degree=params["degree"], window_size=params["window"],
            max_candidate_pool_size=3 * params["window"], prune_to=params["degree"] - 4,
        )  # fmt: skip
        self._index = svs.Vamana.build(
            wanted, rows.astype(np.float16), svs.DistanceType.L2, num_threads=threads
        )

    def set(self, params):
        self._index.search_window_size = params["search_window"]

    def batch(self, queries, k, threads):
        if threads != self._threads:
            self._index.num_threads = self._threads = threads
        return self._index.search(normalised(queries) if self._angular else queries, k)[0]
