"""Data sets as files in ann-benchmarks' HDF5 layout: writing, checking, loading.

train, test: float32 [n, d], [m, d]; neighbors: integers [m, 100], distances: floats [m, 100];
attributes distance, dimension, type, point_type.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from jobkit.errors import Problem
from numpy.typing import NDArray

from annbench.data.formats.matrix import Matrix
from annbench.recall import distance as exact_distance

BLOCK_BYTES = 1 << 25
SIGNATURE = b"\x89HDF\r\n\x1a\n"
METRICS = ("euclidean", "angular")
#: What files call them.
CALLED = {"euclidean": "euclidean", "l2": "euclidean", "angular": "angular", "cosine": "angular"}
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
    """A data set in memory. `distances` are the true ones as stored, ascending, in the metric's
    unit."""

    name: str
    sha256: str
    distance: str
    train: NDArray[np.float32]
    test: NDArray[np.float32]
    neighbors: NDArray[np.int32]
    distances: NDArray[np.float32]

    @cached_property
    def true_distances(self) -> NDArray[np.float64]:
        """To the true neighbours, computed from the rows in float64, ascending (m x neighbours).
        What is stored is rounded to float32, and may be ordered by less than that; a row that
        stands there twice counts once."""
        ids = np.sort(self.neighbors, axis=1)
        found = exact_distance.to_rows(self.train, self.test, ids, self.distance)
        again = np.zeros(ids.shape, bool)
        again[:, 1:] = ids[:, 1:] == ids[:, :-1]
        farthest = np.broadcast_to(found.max(axis=1, keepdims=True), found.shape)
        found[again] = farthest[again]
        found.sort(axis=1)
        return found


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


def allocate(
    path: Path, train: tuple[int, int], test: tuple[int, int], neighbours: int, distance: str
) -> dict[str, int]:
    """Writes a file whose arrays are laid out but not filled; where in the file each one begins.
    What is then written there needs no HDF5 any more, and can be gone on with at any place."""
    rows = (test[0], neighbours)
    shapes = {"train": train, "test": test, "neighbors": rows, "distances": rows}
    at: dict[str, int] = {}
    with h5py.File(path, "w") as f:
        f.attrs["distance"] = distance
        f.attrs["dimension"] = train[1]
        f.attrs["type"] = "dense"
        f.attrs["point_type"] = "float"
        for name, shape in shapes.items():
            plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            plan.set_layout(h5py.h5d.CONTIGUOUS)
            plan.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
            plan.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
            plan.set_obj_track_times(False)  # the same data, the same bytes
            kind = h5py.h5t.py_create(np.dtype("<i4" if name == "neighbors" else "<f4"))
            space = h5py.h5s.create_simple(shape)
            made = h5py.h5d.create(f.id, name.encode(), kind, space, plan)
            at[name] = int(made.get_offset())
    return at


def is_hdf5(path: Path) -> bool:
    """By the first bytes."""
    with open(path, "rb") as f:
        return f.read(len(SIGNATURE)) == SIGNATURE


def require_signature(path: Path) -> None:
    """ValueError that says what a file is instead."""
    with open(path, "rb") as f:
        head = f.read(64)
    if head.startswith(SIGNATURE):
        return
    if head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<head", b"<?xml")):
        raise ValueError("it is a web page, not HDF5")
    raise ValueError("it is not HDF5" if head else "it is empty")


@dataclass(frozen=True)
class Found:
    """What a person's own file holds: rows, perhaps queries, perhaps their neighbours."""

    train: Matrix
    test: Matrix | None
    distance: str | None
    complete: bool  # it is a data set as it stands


def _rows(f: h5py.File, name: str, path: Path) -> Matrix:
    found = _matrix(f, name, "fiu")
    called = f"{path.name}: {name}"
    return Matrix(called, *found.shape, found.dtype, lambda begin, end: found[begin:end])


def survey(f: h5py.File, path: Path) -> Found:
    """What is in an open file. ValueError for what cannot be used."""
    names = {n for n in ("train", "test", "neighbors", "distances") if f.get(n, getlink=True)}
    metric = _metric(f) if "distance" in f.attrs else None
    if "train" in names:
        train = _rows(f, "train", path)
        test = _rows(f, "test", path) if "test" in names else None
        whole = len(names) == 4 and metric is not None
        return Found(
            train, test, metric, whole and f["train"].dtype.kind + f["test"].dtype.kind == "ff"
        )
    tables = [n for n in f if isinstance(f.get(n), h5py.Dataset) and f[n].ndim == 2]
    if len(tables) != 1:
        raise ValueError(
            f"there is no data set 'train', but {', '.join(map(repr, f)) or 'nothing'}; "
            "name the vectors 'train' (and the queries 'test')"
        )
    return Found(_rows(f, tables[0], path), None, metric, False)


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _metric(f: h5py.File) -> str:
    """The distance that a file says it is for. ValueError for one that is not known here."""
    called = _text(f.attrs.get("distance", "missing"))
    if called.lower() not in CALLED:
        raise ValueError(f"distance is {called!r}; known are {', '.join(CALLED)}")
    return CALLED[called.lower()]


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
    metric = _metric(f)
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
    for name, found in (("train", train), ("test", test)):
        rows = Matrix(name, *found.shape, found.dtype, lambda b, e, of=found: of[b:e])
        for _ in rows.blocks():  # a NaN among the vectors would spoil every recall, silently
            pass
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
        require_signature(path)
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


def load_rows(path: Path) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """(train, test) of a file whose neighbours are still to be searched."""
    with h5py.File(path, "r") as f:
        return _load(f["train"], len(f["train"])), _load(f["test"], len(f["test"]))


def load(path: Path, name: str, sha256: str) -> Data:
    """Reads a verified file into memory."""
    try:
        with h5py.File(path, "r") as f:
            return Data(
                name, sha256, _metric(f),
                _load(f["train"], len(f["train"])), _load(f["test"], len(f["test"])),
                f["neighbors"][:].astype(np.int32), _load(f["distances"], len(f["distances"])),
            )  # fmt: skip
    except (OSError, KeyError, ValueError) as e:
        why = " ".join(str(e).split())
        raise Problem(
            "The data set could not be read", f"{path}: {why}", f"annbench sync {name}"
        ) from e
