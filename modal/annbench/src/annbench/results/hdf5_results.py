"""Points as files in ann-benchmarks' layout of results, so that its own plots can show them.

results-hdf5/DATASET/K/ALGORITHM/ARGUMENTS.hdf5 holds of each query the seconds of the best pass
(`times`, NaN where all are answered at once: then a query has no time of its own), the ids found
(`neighbors`, -1 where none) and their recomputed distances (`distances`, inf where none). Put the
folder in the place of ann-benchmarks' `results` to plot it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

FOLDER = "results-hdf5"
#: Most systems refuse names of more than 255 bytes.
LONGEST = 200


def path_of(folder: Path, point: dict[str, Any], build: dict[str, Any]) -> Path:
    """Where a point's file is. A subset is a data set of its own: it has its own neighbours."""
    dataset = point["dataset"]
    if point.get("subset"):
        dataset += f"-first-{point['subset']}"
    batch = "-batch" if point["threads"] > 1 else ""
    search = {name: v for name, v in point["params"].items() if name not in build}
    arguments = json.dumps([build, search], sort_keys=True)
    name = re.sub(r"[^\w.]+", "_", arguments).strip("_") or "default"
    if len(name) > LONGEST:
        name = f"{name[:LONGEST]}_{hashlib.sha256(arguments.encode()).hexdigest()[:12]}"
    return (
        folder / FOLDER / dataset / str(point["k"]) / (point["impl"] + batch)
        / f"{name}.hdf5"
    )  # fmt: skip


def drop(folder: Path, point: dict[str, Any], build: dict[str, Any]) -> None:
    """Takes a point's file away, if there is one."""
    path_of(folder, point, build).unlink(missing_ok=True)


def _name(point: dict[str, Any]) -> str:
    params = ", ".join(f"{name}={value}" for name, value in point["params"].items())
    return f"{point['impl']}({params})"


def write(
    folder: Path,
    point: dict[str, Any],
    build: dict[str, Any],
    distance: str,
    seconds: NDArray[np.float64],
    ids: NDArray[np.integer],
    distances: NDArray[np.float64],
) -> Path:
    """One file, whole or not at all. `seconds` of each query; `distances` inf where an id is -1."""
    path = path_of(folder, point, build)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    runs, queries = len(point["qps_all"]), len(ids)
    attributes = {
        "algo": point["impl"],
        "batch_mode": point["threads"] > 1,
        "best_search_time": 1.0 / point["qps"],
        "build_time": point["build_seconds"],
        "candidates": float((ids >= 0).sum() / max(1, queries)),
        "count": point["k"],
        "dataset": path.parts[-4],
        "distance": distance,
        "expect_extra": False,
        "index_size": point["index_bytes"] / 1024,
        "name": _name(point),
        "run_count": runs,
    }
    if "dist_comps" in point:  # of all runs together, as its reader divides by their number
        attributes["dist_comps"] = point["dist_comps"] * queries * runs
    try:
        with h5py.File(beside, "w") as f:
            f.attrs.update(attributes)
            f.create_dataset("times", data=seconds, dtype="f4")
            f.create_dataset("neighbors", data=ids, dtype="i4")
            f.create_dataset("distances", data=distances, dtype="f4")
        with open(beside, "rb") as whole:
            os.fsync(whole.fileno())
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return path
