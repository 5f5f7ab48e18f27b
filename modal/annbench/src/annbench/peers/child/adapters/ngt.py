"""ANNG of NGT. The wheel has no `ngt` command, so its quantised graphs cannot be made."""

from __future__ import annotations

import shutil
import tempfile

import ngtpy


class Adapter:
    def __init__(self, dim, metric, k):
        self._dim, self._metric = dim, "L2" if metric == "euclidean" else "Cosine"

    def build(self, rows, params, threads, seed):
        folder = tempfile.mkdtemp(prefix="annbench-ngt-")  # it insists on a folder
        try:
            ngtpy.create(
                f"{folder}/index", self._dim, edge_size_for_creation=params["edges"],
                distance_type=self._metric,
            )  # fmt: skip
            self._index = ngtpy.Index(f"{folder}/index", zero_based_numbering=True)
            self._index.batch_insert(rows, num_threads=threads)
        finally:
            shutil.rmtree(folder)

    def set(self, params):
        self._epsilon = (params["epsilon_percent"] - 100) / 100

    def one(self, query, k):
        return self._index.search(query, k, self._epsilon, with_distance=False)
