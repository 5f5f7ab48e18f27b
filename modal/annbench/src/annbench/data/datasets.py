"""Data sets on disk: absent, partial (NAME.hdf5.part) or verified (NAME.hdf5 and its stamp).

The stamp NAME.json is written last, in one piece: a file without one was never finished.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from jobkit import download, files, machine
from jobkit.errors import Problem, Refused
from jobkit.events.phase import Phase, bytes_tick

from annbench.data import imports, synthetic, truth
from annbench.data.formats import bins, hdf5, vecs
from annbench.events import Events
from annbench.job import DatasetSpec
from annbench.recall import distance as exact_distance
from annbench.recall import recall, rules

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
    imports.check(spec)
    found = _current(spec, data_dir, phase.events)
    if found is None:
        try:
            data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = data_dir / f"{spec.name}.lock"
            with files.exclusive(lock, lambda: _say_waiting(phase.events, spec.name)):
                found = _current(spec, data_dir, None)
                if found is None:
                    files.sweep(data_dir, spec.name)
                    found = _obtain(spec, data_dir, threads, phase)
        except OSError as e:
            what = f"The data set {spec.name} could not be stored"
            raise files.as_problem(e, what, data_dir) from e
    if spec.sha256 and found["sha256"] != spec.sha256:
        raise Problem(
            f"The data set {spec.name} is not the one expected",
            f"sha256 {found['sha256']}, expected {spec.sha256}",
            f"delete {data_dir / found['file']} to have it fetched again",
        )
    return found


def _current(spec: DatasetSpec, data_dir: Path, events: Events | None) -> dict[str, Any] | None:
    """The stamp, unless the data set was made from a file and another file is given now."""
    stamp = stamp_of(data_dir, spec.name)
    if stamp is None or spec.source is None:
        return stamp
    if not isinstance(stamp.get("from"), dict):
        if spec.queries is None and _is_same(spec.source, stamp):
            return stamp
        raise Refused(
            f"{spec.name} is here already, from {stamp.get('source', 'elsewhere')}",
            f"{spec.source.name} is another file: give it a name of its own",
            imports.again(replace(spec, name=f"my-{spec.name}")),
        )
    if stamp["from"] == imports.identity(spec):
        return stamp
    if events is not None:
        events.log(f"{spec.name} was made from another file: it is made anew")
    return None


def _is_same(source: Path, stamp: dict[str, Any]) -> bool:
    """Whether a file is the one that was stamped, byte for byte."""
    if not source.is_file() or source.stat().st_size != stamp["bytes"]:
        return False
    return files.sha256(source, lambda _: None) == stamp["sha256"]


def _say_waiting(events: Events, name: str) -> None:
    events.warn(f"another process is preparing {name}; waiting for it")


def _obtain(spec: DatasetSpec, data_dir: Path, threads: int, phase: Phase) -> dict[str, Any]:
    path = data_dir / f"{spec.name}.hdf5"
    part = path.with_name(path.name + ".part")
    if spec.name == synthetic.NAME:
        _make_quick(part, threads, phase)
        return _finish(spec, part, path, {"source": synthetic.SOURCE}, phase)
    begun = imports.source_left(part)
    if spec.source is None and begun and begun["source"].exists():
        phase.events.log(f"going on with what was begun from {begun['source']}")
        spec = replace(spec, **begun)
    if path.exists() and not part.exists():
        # Finished but not stamped: killed in between, or put there by hand. It has to prove itself.
        origin = _origin(part, spec.source or path)
        if spec.source is None or origin.get("from") == imports.identity(spec):
            return _finish(spec, path, path, origin, phase)
    if spec.source is not None:
        if imports.complete(spec.source) and spec.queries is None:
            imports.copy(spec, part, bytes_tick(phase, "copy"))
        else:
            imports.make(spec, part, threads, phase)
        return _finish(spec, part, path, _origin(part, spec.source), phase)
    urls = addresses(spec)
    if not urls:
        raise Problem(
            f"The data set {spec.name} is not here", f"{path} does not exist",
            f"annbench sync {spec.name} --from FILE",
        )  # fmt: skip
    _require_whole(urls[0])
    agent = os.environ.get("ANNBENCH_USER_AGENT") or download.USER_AGENT
    tick = bytes_tick(phase, "download")
    url = download.download_any(urls, part, tick, phase.events.log, agent)
    if _is_of_rows_alone(part):
        _keep_for_import(spec.name, part)
    origin = {"source": download.public(url), "url": download.public(spec.url or url)}
    return _finish(spec, part, path, origin, phase)


def _origin(part: Path, source: Path) -> dict[str, Any]:
    """What the stamp says of a data set from this disk."""
    made_from = imports.left(part).get("from")
    if made_from is None:
        return {"source": f"found as {source.name}"}
    return {"source": f"file {Path(made_from['source']['path']).name}", "from": made_from}


_ROWS_ALONE = (".npy", ".npz", *vecs.VALUES, *bins.VALUES, ".tgz")


def _require_whole(url: str) -> None:
    """What is fetched is a data set as it stands; of rows alone one is made from a file."""
    if url.lower().endswith(_ROWS_ALONE):
        raise Problem(
            "Only whole data sets are fetched", f"{download.public(url)} holds rows alone",
            "fetch it (curl -LO), then sync by --from FILE: its neighbours are searched here",
        )  # fmt: skip


def _is_of_rows_alone(part: Path) -> bool:
    """Sound as far as it goes; what is damaged is told by the check that follows."""
    try:
        return hdf5.is_hdf5(part) and not imports.complete(part)
    except Problem:
        return False


def _keep_for_import(name: str, part: Path) -> None:
    """Gigabytes that only lack their neighbours are not thrown away."""
    kept = part.with_name(f"{name}.fetched.h5").absolute()
    os.replace(part, kept)
    download.remove(part)
    raise Problem(
        f"The file of {name} is no whole data set", 
        "it lacks queries, neighbours or a distance, which can be had here; it was kept",
        f"annbench sync {name} --from {shlex.quote(str(kept))}",
    )  # fmt: skip


def addresses(spec: DatasetSpec) -> list[str]:
    """All addresses of a published file, in the order in which they are tried. ANNBENCH_MIRRORS
    holds folders of mirrors, separated by spaces; they come first, as somebody asked for them."""
    if spec.url is None:
        return list(spec.mirrors)
    file = spec.url.rpartition("/")[2]
    folders = os.environ.get("ANNBENCH_MIRRORS", "").split()
    for folder in folders:
        if not folder.startswith(("http://", "https://")):
            raise Problem(
                "ANNBENCH_MIRRORS cannot be used", f"{folder!r} is no address",
                "https://host/folder, several separated by spaces",
            )  # fmt: skip
    asked = [f"{folder.rstrip('/')}/{file}" for folder in folders]
    return list(dict.fromkeys([*asked, spec.url, *spec.mirrors]))


def _finish(
    spec: DatasetSpec, whole: Path, path: Path, origin: dict[str, Any], phase: Phase
) -> dict[str, Any]:
    """Verifies `whole`, moves it to `path`, and stamps it. `origin` goes into the stamp."""
    try:
        shape = hdf5.verify(whole)
        size = whole.stat().st_size
        tick = bytes_tick(phase, "checksum")
        digest = files.sha256(whole, lambda done: tick(done, size))
        if spec.sha256 and digest != spec.sha256:
            raise Problem(
                f"The data set {spec.name} is not the one expected",
                f"sha256 {digest}, expected {spec.sha256}",
            )
        imports.check_name(spec.name, shape.train[1], shape.distance)
        if spec.name == FASHION:
            _check_fashion(whole)
        differ = _look_at_recall(spec.name, whole, shape, phase)
    except Problem as e:
        if whole != path:
            download.remove(whole)  # nothing that goes on from this can become right
            if spec.source is not None:
                # A person's own file is as it was; what was removed is the copy that was begun.
                e.why = e.why.replace(whole.name, spec.source.name)
            else:
                e.why += "; what was fetched was deleted"
                e.hint = e.hint or f"annbench sync {spec.name}"
        else:
            e.hint = e.hint or f"rm {shlex.quote(str(path))} && annbench sync {spec.name}"
        raise
    seen = path.with_suffix(".seen")
    if "url" in origin and not spec.sha256:
        _compare_with_seen(spec.name, seen, origin["url"], digest)
    with open(whole, "rb") as f:
        os.fsync(f.fileno())
    if whole != path:
        # Another file under an old stamp would pass for the old one if they are of one size.
        path.with_suffix(".json").unlink(missing_ok=True)
        for old in path.parent.glob(f"{spec.name}.subset-*.truth"):
            old.unlink()
        os.replace(whole, path)
    at = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")
    stamp = {
        "name": spec.name,
        "file": path.name,
        "bytes": size,
        "sha256": digest,
        "train": list(shape.train),
        "test": list(shape.test),
        "distance": shape.distance,
        "neighbors": shape.neighbors,
        "rules_differ": differ,
        **origin,
        "verified_at": at,
    }
    if "url" in origin:
        files.write_json(seen, {"url": origin["url"], "sha256": digest, "at": at})
    files.write_json(path.with_suffix(".json"), stamp)
    download.remove(path.with_name(path.name + ".part"))
    return stamp


def _look_at_recall(name: str, path: Path, shape: hdf5.Shape, phase: Phase) -> dict[str, float]:
    """By how much the two rules of recall can differ, of each k that is told of; and a warning
    where the file's true neighbours are not the nearest."""
    most = max(k for k in rules.TOLD if k <= shape.neighbors)
    metric, k = shape.distance, min(10, shape.neighbors)
    with h5py.File(path, "r") as f:
        train, sample = f["train"], rules.sampled(shape.test[0])
        queries = np.ascontiguousarray(f["test"][sample], np.float32)
        near = rules.nearest(
            lambda begin, end: np.ascontiguousarray(train[begin:end], np.float32),
            shape.train[0], queries, metric, max(2 * most, k), machine.cores(),
            lambda done, total: phase.progress(
                done, total, "rows", None, "recall's rules", force=done == total
            ),
        )  # fmt: skip
        stated = np.empty((len(sample), 1))
        for i, ids in enumerate(f["neighbors"][sample]):
            wanted, place = np.unique(ids, return_inverse=True)
            rows = np.ascontiguousarray(train[wanted], np.float32)
            found = exact_distance.to_rows(rows, queries[i : i + 1], place.reshape(1, -1), metric)
            stated[i] = np.sort(found[0])[k - 1]
    nearer = int((stated[:, 0] > recall.farthest_hit(near[:, k - 1], metric)).sum())
    if nearer:
        phase.events.warn(
            f"{name}: for {nearer} of {len(sample)} sampled queries there are nearer rows than the "
            f"true neighbours in the file: recall@{k} may come out too high"
        )
    differ = rules.told(near[:, : 2 * most], shape.neighbors, metric)
    shown = k if str(k) in differ else most
    if differ[str(shown)] > rules.WORTH:
        phase.events.log(rules.sentence(name, shown, differ[str(shown)]))
    return differ


def _compare_with_seen(name: str, seen: Path, url: str, digest: str) -> None:
    """A published file is pinned by the first that was verified here, also after it was deleted."""
    try:
        before = json.loads(seen.read_text(encoding="utf-8"))
        same = before["url"] != url or before["sha256"] == digest
    except (OSError, ValueError, KeyError, TypeError):
        return
    if not same:
        raise Problem(
            f"The data set {name} is not the one that {download.public(url)} had before",
            f"sha256 {digest}; on {before.get('at', 'an earlier day')} it was {before['sha256']}",
            f"if its publisher replaced it, delete {seen} and sync again; the file is kept",
        )


def _make_quick(part: Path, threads: int, phase: Phase) -> None:
    phase.events.log("making the synthetic data set quick")
    train, test = synthetic.make()
    neighbors, distances = truth.exact(train, test, "euclidean", threads, phase)
    download.remove(part)
    hdf5.write(part, train, test, neighbors, distances, "euclidean")


def _check_fashion(path: Path) -> None:
    with h5py.File(path, "r") as f:
        nearest = f["distances"][0, :5].astype(np.float64)
    first = tuple(np.rint(nearest**2).astype(int).tolist())
    if first != FASHION_FIRST:
        raise Problem(
            "These are not the images of Fashion-MNIST",
            f"squared distances of the first query: {first}, expected {FASHION_FIRST}",
            "give the folder of Fashion-MNIST, not that of another data set",
        )


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
                kept = f["neighbors"][:], f["distances"][:]
                if (
                    kept[0].shape
                    == kept[1].shape
                    == (len(data.test), min(subset, truth.NEIGHBOURS))
                ):
                    return replace(data, train=train, neighbors=kept[0], distances=kept[1])
    except (OSError, KeyError, RuntimeError):
        pass
    phase.events.log(f"searching the true neighbours among the first {subset} rows")
    neighbors, distances = truth.exact(train, data.test, data.distance, threads, phase)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with h5py.File(beside, "w") as f:
            f.attrs["sha256"] = data.sha256
            f["neighbors"] = neighbors
            f["distances"] = distances
        os.replace(beside, path)
    except OSError as e:  # a full disk, a folder that is only read: they are searched again then
        phase.events.log(f"the neighbours of the subset were not kept: {e}")
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
    return replace(data, train=train, neighbors=neighbors, distances=distances)
