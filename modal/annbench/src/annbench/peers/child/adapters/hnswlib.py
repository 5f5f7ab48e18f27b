"""HNSW by its authors."""

from __future__ import annotations

import hnswlib


class Adapter:
    def __init__(self, dim, metric, k):
        self._index = hnswlib.Index("l2" if metric == "euclidean" else "cosine", dim)

    def build(self, rows, params, threads, seed):
        self._index.init_index(
            len(rows), M=params["M"], ef_construction=params["efConstruction"], random_seed=seed
        )
        self._index.add_items(rows, num_threads=threads)

    def set(self, params):
        self._index.set_ef(params["efSearch"])

    def batch(self, queries, k, threads):
        return self._index.knn_query(queries, k, num_threads=threads)[0]

    def bytes(self):
        return self._index.index_file_size()
