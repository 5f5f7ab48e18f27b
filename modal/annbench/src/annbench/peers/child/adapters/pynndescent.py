"""NN-descent in numba. What is compiled is so on a few rows first, off the clock of a build."""

from __future__ import annotations

import numba
import numpy as np
from pynndescent import NNDescent


class Adapter:
    def __init__(self, dim, metric, k):
        self._metric = "euclidean" if metric == "euclidean" else "cosine"
        warm = np.random.default_rng(0).random((1000, dim), np.float32)
        self._make(warm, 10, 1, 0)
        self._index.query(warm[:20], k)

    def _make(self, rows, neighbors, threads, seed):
        self._index = NNDescent(
            rows, metric=self._metric, n_neighbors=neighbors, n_jobs=threads, random_state=seed
        )
        self._index.prepare()

    def build(self, rows, params, threads, seed):
        self._make(rows, params["neighbors"], threads, seed)

    def set(self, params):
        self._epsilon = params["epsilon_percent"] / 100

    def batch(self, queries, k, threads):
        numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
        return self._index.query(queries, k, self._epsilon)[0]
