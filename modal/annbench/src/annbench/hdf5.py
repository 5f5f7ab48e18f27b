"""Data sets as files in ann-benchmarks' HDF5 layout: writing, checking, loading.

train, test: float32 [n, d], [m, d]; neighbors: integers [m, 100], distances: floats [m, 100];
attributes distance, dimension, type, point_type.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

from annbench import distance as exact_distance
from annbench.errors import Problem

BLOCK_BYTES = 1 << 25
SAMPLED_QUERIES = 20


@dataclass(frozen=True)
class Shape:
    """What a file holds."""

    train: tuple[int, int]
    test: tuple[int, int]
    neighbors: int
    distance: str


@dataclass(frozen=True)
class Data:
    """A data set in memory. `distances` are the true ones, ascending, in the metric's unit."""

    name: str
    sha256: str
    distance: str
    train: NDArray[np.float32]
    test: NDArray[np.float32]
    neighbors: NDArray[np.int32]
    distances: NDArray[np.float32]


def write(
    path: Path,
    train: NDArray[np.float32],
    test: NDArray[np.float32],
    neighbors: NDArray[np.int32],
    distances: NDArray[np.float32],
    distance: str,
) -> None:
    """Writes one file; not atomic (the caller renames it when it is whole)."""
    with h5py.File(path, "w") as f:
        f.attrs["distance"] = distance
        f.attrs["dimension"] = train.shape[1]
        f.attrs["type"] = "dense"
        f.attrs["point_type"] = "float"
        f["train"] = train
        f["test"] = test
        f["neighbors"] = neighbors
        f["distances"] = distances


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _matrix(f: h5py.File, name: str, kinds: str) -> Any:
    # A file from elsewhere must not make us read other files: no links out, no outside storage.
    if not isinstance(f.get(name, getlink=True), h5py.HardLink):
        raise ValueError(f"there is no data set {name!r}")
    found = f[name]
    if not isinstance(found, h5py.Dataset) or found.is_virtual or found.external:
        raise ValueError(f"{name!r} is not a plain data set")
    if found.ndim != 2 or 0 in found.shape:
        raise ValueError(f"{name!r} has shape {found.shape}, not two dimensions")
    if found.dtype.kind not in kinds:
        raise ValueError(f"{name!r} holds {found.dtype}")
    return found


def _check(f: h5py.File) -> Shape:
    train, test = _matrix(f, "train", "f"), _matrix(f, "test", "f")
    neighbors, distances = _matrix(f, "neighbors", "iu"), _matrix(f, "distances", "f")
    metric = _text(f.attrs.get("distance", "missing"))
    if metric not in ("euclidean", "angular"):
        raise ValueError(f"distance is {metric!r}; known are euclidean and angular")
    kind = _text(f.attrs.get("type", "dense"))
    if kind != "dense":
        raise ValueError(f"type is {kind!r}; only dense vectors are known here")
    if train.shape[1] != test.shape[1]:
        raise ValueError(f"train has {train.shape[1]} dimensions and test {test.shape[1]}")
    if neighbors.shape != distances.shape or len(neighbors) != len(test):
        raise ValueError(
            f"neighbors {neighbors.shape}, distances {distances.shape}, test {test.shape} disagree"
        )
    ids = neighbors[:]
    if ids.min() < 0 or ids.max() >= len(train):
        raise ValueError("neighbors holds ids outside train")
    _check_sample(train, test, ids, distances[:], metric)
    return Shape(tuple(train.shape), tuple(test.shape), neighbors.shape[1], metric)


def _check_sample(
    train: Any, test: Any, ids: NDArray[np.integer], stated: NDArray[np.floating], metric: str
) -> None:
    """Recomputes the distances of a few queries spread over the file."""
    if not np.isfinite(stated).all() or (np.diff(stated, axis=1) < -1e-3).any():
        raise ValueError("distances are not finite and ascending")
    sample = np.unique(np.linspace(0, len(ids) - 1, SAMPLED_QUERIES).astype(int))
    for q in sample:
        wanted, place = np.unique(ids[q], return_inverse=True)
        rows = train[wanted].astype(np.float32)
        query = test[q : q + 1].astype(np.float32)
        found = exact_distance.to_rows(rows, query, place.reshape(1, -1), metric)[0]
        if not np.allclose(found, stated[q], rtol=1e-3, atol=2e-3):
            raise ValueError(f"query {q}: the distances do not agree with the vectors")


def verify(path: Path) -> Shape:
    """Checks structure, ids and a sample of distances. Problem when anything is off."""
    try:
        with h5py.File(path, "r") as f:
            return _check(f)
    except (ValueError, OSError, KeyError, RuntimeError, TypeError) as e:
        # h5py's own words come in several lines; one is enough.
        why = " ".join(str(e).split())
        raise Problem("The data set is damaged", f"{path.name}: {why}") from e


def _load(found: Any, rows: int) -> NDArray[np.float32]:
    """In blocks, so that a signal does not wait for gigabytes."""
    out = np.empty((rows, found.shape[1]), np.float32)
    block = max(1, BLOCK_BYTES // (4 * found.shape[1]))
    for begin in range(0, rows, block):
        out[begin : begin + block] = found[begin : min(begin + block, rows)]
    return out


def load(path: Path, name: str, sha256: str) -> Data:
    """Reads a verified file into memory."""
    try:
        with h5py.File(path, "r") as f:
            return Data(
                name, sha256, _text(f.attrs["distance"]),
                _load(f["train"], len(f["train"])), _load(f["test"], len(f["test"])),
                f["neighbors"][:].astype(np.int32), _load(f["distances"], len(f["distances"])),
            )  # fmt: skip
    except (OSError, KeyError, ValueError) as e:
        why = " ".join(str(e).split())
        raise Problem(
            "The data set could not be read", f"{path}: {why}", f"annbench sync {name}"
        ) from e
