"""Is strict recall the recall by ids?

On six kinds of data naive, hnsw and an index that always answers the same are measured by the real
command line. Of each point the ids that were returned are compared with the ids of the k nearest
rows, all rows that tie at rank k counting as one of them. Distances are computed here, from the
rows, in numpy's long double, by code of its own: nothing of annbench is used for that.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np

K = 10
CONSTANT = """#include <ann.h>

class Constant {
public:
    void build(ann::Matrix, ann::Metric) {}
    void search(const float*, int k, int* out) const {
        for (int i = 0; i < k; ++i) out[i] = i;
    }
};
REGISTER(Constant)
"""


def kinds(rows: int, queries: int) -> dict[str, tuple[np.ndarray, np.ndarray, str]]:
    """(train, queries, metric) of each kind, by a fixed seed. Row 0 … k-1 are never the nearest."""
    rng = np.random.default_rng(7)

    def clustered(dim: int) -> np.ndarray:
        centres = rng.standard_normal((30, dim)) * 2
        return centres[rng.integers(0, 30, rows + queries)] + rng.standard_normal(
            (rows + queries, dim)
        )

    plain = clustered(32)
    histograms = rng.gamma(0.3, size=(rows + queries, 256)) + 1e-9
    histograms /= histograms.sum(axis=1, keepdims=True)
    found = {
        "plain": (plain, "euclidean"),
        "times-1e-4": (plain * 1e-4, "euclidean"),
        "times-1e4": (plain * 1e4, "euclidean"),
        "histograms": (histograms * 0.02 + 0.98 / 256, "euclidean"),  # smoothed: each sums to 1
        "uncentred": (clustered(32) + 1e3, "angular"),
        "many-ties": (rng.integers(0, 3, (rows + queries, 8)), "euclidean"),
    }
    return {
        name: (points[:rows].astype(np.float32), points[rows:].astype(np.float32), metric)
        for name, (points, metric) in found.items()
    }


def nearest(train: np.ndarray, queries: np.ndarray, metric: str, k: int = K) -> list[set[int]]:
    """Of each query the ids of the k nearest rows, and of all that tie with the last of them."""
    rows, asked = train.astype(np.longdouble), queries.astype(np.longdouble)
    if metric == "angular":
        rows = rows / np.sqrt((rows * rows).sum(axis=1, keepdims=True))
        asked = asked / np.sqrt((asked * asked).sum(axis=1, keepdims=True))
    found = []
    for query in asked:
        square = ((rows - query) ** 2).sum(axis=1)
        last = np.partition(square, k - 1)[k - 1]
        found.append(set(np.flatnonzero(square <= last * (1 + np.longdouble(1e-15))).tolist()))
    return found


def by_ids(true: list[set[int]], ids: np.ndarray) -> float:
    """Recall of `ids` (m x k, -1 where nothing was found)."""
    pairs = zip(true, ids.tolist(), strict=True)
    return sum(len(near.intersection(answer)) for near, answer in pairs) / ids.size


def _annbench(*args: object) -> None:
    command = [sys.executable, "-I", "-m", "annbench", *map(str, args)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")


def measured(folder: Path, rows: int, queries: int) -> list[dict[str, Any]]:
    """Every point of every kind, with what recall by ids says of it."""
    import h5py

    source = folder / "constant.cpp"
    source.write_text(CONSTANT)
    found = []
    for name, (train, asked, metric) in kinds(rows, queries).items():
        np.save(folder / f"{name}.npy", train)
        np.save(folder / f"{name}-queries.npy", asked)
        _annbench("sync", name, "--data", folder, "--from", folder / f"{name}.npy",
                  "--queries", folder / f"{name}-queries.npy", "--distance", metric)  # fmt: skip
        out = folder / f"run-{name}"
        _annbench("bench", "--dataset", name, "--data", folder, "--out", out, "--repeats", 1,
                  "--k", K, "--impl", f"naive,hnsw,{source}")  # fmt: skip
        points = json.loads((out / "results.json").read_text())["points"]
        files = [f for f in (out / "results-hdf5").rglob("*.hdf5") if not f.name.startswith(".")]
        if len(files) != len(points):
            raise SystemExit(f"{name}: {len(points)} points, {len(files)} files of answers")
        true, answers = nearest(train, asked, metric), {}
        for file in files:
            with h5py.File(file) as f:
                answers[str(f.attrs["name"])] = f["neighbors"][:]
        for point in points:
            params = ", ".join(f"{key}={value}" for key, value in point["params"].items())
            ids = answers[f"{point['impl']}({params})"]
            found.append({
                "kind": name, "impl": point["impl"], "params": point["params"],
                "strict": point["recall"], "tolerant": point["recall_tolerant"],
                "by_ids": by_ids(true, ids),
            })  # fmt: skip
    return found


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--queries", type=int, default=200)
    args = parser.parse_args()
    points = measured(args.folder, args.rows, args.queries)
    print(json.dumps({"points": points}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
