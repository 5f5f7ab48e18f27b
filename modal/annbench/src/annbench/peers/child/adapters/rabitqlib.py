"""SymphonyQG as rabitqlib has it: a graph whose vertices hold 1-bit codes of their neighbours."""

from __future__ import annotations

import numpy as np
import rabitqlib
from vectors import normalised

LEAST_DIM = 64  # its rotation knows no fewer


class Adapter:
    def __init__(self, dim, metric, k):
        self._dim, self._angular = max(dim, LEAST_DIM), metric == "angular"

    def _shaped(self, vectors):
        vectors = normalised(vectors) if self._angular else vectors
        few = self._dim - vectors.shape[1]
        return np.pad(vectors, ((0, 0), (0, few))) if few else vectors

    def build(self, rows, params, threads, seed):
        self._index = rabitqlib.SymqgIndex(self._dim, params["degree"], "l2")
        self._index.build(self._shaped(rows), params["efConstruction"], num_threads=threads)

    def set(self, params):
        self._ef = params["ef"]

    def batch(self, queries, k, threads):
        return self._index.search_batch(self._shaped(queries), k, self._ef, num_threads=threads)[0]
