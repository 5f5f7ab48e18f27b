"""Data sets on disk: absent, partial (NAME.hdf5.part) or verified (NAME.hdf5 and its stamp).

The stamp NAME.json is written last, in one piece: a file without one was never finished.
"""

from __future__ import annotations

import datetime
import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from annbench import download, files, hdf5, idx, machine, synthetic, truth
from annbench.errors import Problem
from annbench.events import Events, Phase
from annbench.job import DatasetSpec

#: Squared distances of the first test image of Fashion-MNIST to its five nearest; whole numbers,
#: computed in integers. A wrong order of images or a wrong search cannot pass this.
FASHION = "fashion-mnist-784-euclidean"
FASHION_FIRST = (232610, 465111, 501971, 532363, 580701)


def stamp_of(data_dir: Path, name: str) -> dict[str, Any] | None:
    """The stamp of a verified data set, or None."""
    try:
        stamp = json.loads((data_dir / f"{name}.json").read_text(encoding="utf-8"))
        size = (data_dir / f"{name}.hdf5").stat().st_size
    except (OSError, ValueError):
        return None
    if not isinstance(stamp, dict) or stamp.get("bytes") != size or "sha256" not in stamp:
        return None
    if name == synthetic.NAME and stamp.get("source") != synthetic.SOURCE:
        return None  # made by another recipe
    return stamp


def ensure(spec: DatasetSpec, data_dir: Path, threads: int, phase: Phase) -> dict[str, Any]:
    """Returns the stamp of a verified data set, having made or fetched it where necessary."""
    found = stamp_of(data_dir, spec.name)
    if found is None:
        try:
            data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = data_dir / f"{spec.name}.lock"
            with files.exclusive(lock, lambda: _say_waiting(phase.events, spec.name)):
                found = stamp_of(data_dir, spec.name) or _obtain(spec, data_dir, threads, phase)
        except OSError as e:
            raise files.as_problem(e, f"The data set {spec.name} could not be stored") from e
    if spec.sha256 and found["sha256"] != spec.sha256:
        raise Problem(
            f"The data set {spec.name} is not the one expected",
            f"sha256 {found['sha256']}, expected {spec.sha256}",
            f"delete {data_dir / found['file']} to have it fetched again",
        )
    return found


def _say_waiting(events: Events, name: str) -> None:
    events.warn(f"another process is preparing {name}; waiting for it")


def _obtain(spec: DatasetSpec, data_dir: Path, threads: int, phase: Phase) -> dict[str, Any]:
    path = data_dir / f"{spec.name}.hdf5"
    part = path.with_name(path.name + ".part")
    made_here = spec.name == synthetic.NAME
    if path.exists() and not made_here and spec.source is None:
        # Finished but not stamped: killed in between, or put there by hand. It has to prove itself.
        return _finish(spec, path, path, f"found as {path.name}", phase)
    if made_here:
        _make_quick(part, threads, phase)
        source = synthetic.SOURCE
    elif spec.source is not None and spec.source.is_dir():
        _make_from_images(spec, part, threads, phase)
        source = "IDX images"
    elif spec.source is not None:
        _copy(spec.source, part, phase)
        source = f"file {spec.source.name}"
    elif spec.url is not None:
        phase.events.log(f"fetching {download.public(spec.url)}")
        download.download(spec.url, part, _bytes_tick(phase, "download"), phase.events.log)
        source = download.public(spec.url)
    else:
        raise Problem(
            f"The data set {spec.name} is not here", f"{path} does not exist",
            f"annbench sync {spec.name} --data {data_dir} with --url URL or --from PATH",
        )  # fmt: skip
    return _finish(spec, part, path, source, phase)


def _bytes_tick(phase: Phase, label: str) -> Any:
    first: list[tuple[float, int]] = []

    def tick(done: int, total: int) -> None:
        if not first:
            first.append((phase.seconds, done))
        seconds, fetched = phase.seconds - first[0][0], done - first[0][1]
        eta = seconds / fetched * (total - done) if fetched and total and seconds > 1 else None
        phase.progress(done, total or done, "bytes", eta, label, force=done == total)

    return tick


def _finish(
    spec: DatasetSpec, whole: Path, path: Path, source: str, phase: Phase
) -> dict[str, Any]:
    """Verifies `whole`, moves it to `path`, and stamps it."""
    try:
        shape = hdf5.verify(whole)
        size = whole.stat().st_size
        tick = _bytes_tick(phase, "checksum")
        digest = files.sha256(whole, lambda done: tick(done, size))
        if spec.sha256 and digest != spec.sha256:
            raise Problem(
                f"The data set {spec.name} is not the one expected",
                f"sha256 {digest}, expected {spec.sha256}",
            )
    except Problem as e:
        if whole != path:
            download.remove(whole)  # nothing that goes on from this can become right
            e.hint = e.hint or "it was deleted; fetch it again or elsewhere"
        else:
            e.hint = e.hint or f"delete {path}, then fetch it again"
        raise
    with open(whole, "rb") as f:
        os.fsync(f.fileno())
    os.replace(whole, path)
    download.remove(path.with_name(path.name + ".part"))
    stamp = {
        "name": spec.name,
        "file": path.name,
        "bytes": size,
        "sha256": digest,
        "train": list(shape.train),
        "test": list(shape.test),
        "distance": shape.distance,
        "neighbors": shape.neighbors,
        "source": source,
        "verified_at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
    }
    files.write_json(path.with_suffix(".json"), stamp)
    return stamp


def _write_part(part: Path, *arrays: Any) -> None:
    download.remove(part)
    hdf5.write(part, *arrays)


def _make_quick(part: Path, threads: int, phase: Phase) -> None:
    phase.events.log("making the synthetic data set quick")
    train, test = synthetic.make()
    neighbors, distances = truth.exact(train, test, "euclidean", threads, phase)
    _write_part(part, train, test, neighbors, distances, "euclidean")


def _make_from_images(spec: DatasetSpec, part: Path, threads: int, phase: Phase) -> None:
    assert spec.source is not None
    if not spec.name.endswith("-784-euclidean"):
        raise Problem(
            f"{spec.name} cannot be made from images",
            "a folder of IDX images makes mnist-784-euclidean or fashion-mnist-784-euclidean",
        )
    train = idx.read_images(idx.find(spec.source, "train-images-idx3-ubyte"))
    test = idx.read_images(idx.find(spec.source, "t10k-images-idx3-ubyte"))
    if train.shape[1] != 784 or test.shape[1] != 784:
        raise Problem("The images could not be used", "they are not 28 x 28")
    phase.events.log(f"searching the true neighbours of {len(test)} images among {len(train)}")
    neighbors, distances = truth.exact(train, test, "euclidean", threads, phase)
    if spec.name == FASHION:
        first = tuple(np.rint(distances[0, :5].astype(np.float64) ** 2).astype(int).tolist())
        if first != FASHION_FIRST:
            raise Problem(
                "These are not the images of Fashion-MNIST",
                f"squared distances of the first query: {first}, expected {FASHION_FIRST}",
                "give the folder of Fashion-MNIST, not that of another data set",
            )
    _write_part(part, train, test, neighbors, distances, "euclidean")


def _copy(source: Path, part: Path, phase: Phase) -> None:
    if not source.is_file():
        raise Problem("The file was not found", str(source), "check the path given by --from")
    download.remove(part)
    total, done = source.stat().st_size, 0
    tick = _bytes_tick(phase, "copy")
    with open(source, "rb") as f, open(part, "wb") as out:
        while block := f.read(files.BLOCK):
            out.write(block)
            done += len(block)
            tick(done, total)
    shutil.copymode(source, part)


def load(
    spec: DatasetSpec, data_dir: Path, subset: int | None, threads: int, phase: Phase
) -> hdf5.Data:
    """Ensures and loads a data set; of the first `subset` rows only, if asked for."""
    stamp = ensure(spec, data_dir, threads, phase)
    free = machine.memory_bytes()
    # The rows are in memory twice: as loaded, and in the index.
    needed = 2.2 * 4 * stamp["train"][0] * stamp["train"][1]
    if needed > free:
        phase.events.warn(
            f"{spec.name} needs about {needed / 1e9:.0f} GB of memory, of {free / 1e9:.0f} GB"
        )
    data = hdf5.load(data_dir / stamp["file"], spec.name, stamp["sha256"])
    if subset is None:
        return data
    if subset >= len(data.train):
        phase.events.warn(f"subset {subset}: {spec.name} has {len(data.train)} rows, all are used")
        return data
    return _first_rows(data, data_dir, subset, threads, phase)


def _first_rows(
    data: hdf5.Data, data_dir: Path, subset: int, threads: int, phase: Phase
) -> hdf5.Data:
    """The neighbours among all rows say nothing about the first few: they are searched anew, once,
    and kept beside the data set."""
    train = np.ascontiguousarray(data.train[:subset])
    path = data_dir / f"{data.name}.subset-{subset}.truth"
    try:
        with h5py.File(path, "r") as f:
            if f.attrs["sha256"] == data.sha256:
                return replace(
                    data, train=train, neighbors=f["neighbors"][:], distances=f["distances"][:]
                )
    except (OSError, KeyError):
        pass
    neighbors, distances = truth.exact(train, data.test, data.distance, threads, phase)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with h5py.File(beside, "w") as f:
            f.attrs["sha256"] = data.sha256
            f["neighbors"] = neighbors
            f["distances"] = distances
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    return replace(data, train=train, neighbors=neighbors, distances=distances)
