"""FlatNav: one level of a navigable graph over float32 rows, laid out by its own order."""

from __future__ import annotations

import flatnav.index
from vectors import normalised


class Adapter:
    def __init__(self, dim, metric, k):
        self._dim, self._angular = dim, metric == "angular"

    def build(self, rows, params, threads, seed):
        rows = normalised(rows) if self._angular else rows
        self._index = flatnav.index.create("l2", self._dim, len(rows), params["edges"])
        self._index.set_num_threads(threads)
        self._index.add(rows, params["efConstruction"])
        self._index.reorder(["gorder"])

    def set(self, params):
        self._ef = params["efSearch"]

    def batch(self, queries, k, threads):
        self._index.set_num_threads(threads)
        queries = normalised(queries) if self._angular else queries
        return self._index.search(queries, k, max(self._ef, k))[1]
