"""HGraph of VSAG over 8-bit codes; `rerank` 1 ranks what is found once more by its float32 rows."""

from __future__ import annotations

import json

import numpy as np
import pyvsag


class Adapter:
    def __init__(self, dim, metric, k):
        self._dim, self._metric = dim, "l2" if metric == "euclidean" else "cosine"

    def build(self, rows, params, threads, seed):
        index = {
            "base_quantization_type": "sq8_uniform",
            "max_degree": params["degree"],
            "ef_construction": params["efConstruction"],
            "build_thread_count": threads,
        }
        if params["rerank"]:
            index.update(use_reorder=True, precise_quantization_type="fp32")
        wanted = {
            "dtype": "float32", "metric_type": self._metric, "dim": self._dim, "index_param": index,
        }  # fmt: skip
        self._index = pyvsag.Index("hgraph", json.dumps(wanted))
        self._index.build(rows.ravel(), np.arange(len(rows), dtype=np.int64), len(rows), self._dim)

    def set(self, params):
        self._search = json.dumps({"hgraph": {"ef_search": params["efSearch"]}})

    def one(self, query, k):
        return self._index.knn_search(query, k, self._search)[0]
