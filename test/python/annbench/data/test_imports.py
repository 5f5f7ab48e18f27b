"""Data sets of a person's own: read from any format, refused with the row, gone on with."""

from __future__ import annotations

import io
import json
import os
import random
import re
import shlex
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from conftest import ANNBENCH, annbench, clustered
from jobkit.errors import Problem
from jobkit.events.phase import Phase

from annbench import _core
from annbench.data import datasets, imports, truth
from annbench.data.formats import hdf5, matrix, wink
from annbench.events import Events
from annbench.job import DatasetSpec


def sync(name: str, folder: Path, *more: object) -> subprocess.CompletedProcess[str]:
    return annbench("sync", name, "--data", folder, "--events", *more)


def failed(done: subprocess.CompletedProcess[str], code: int = 1) -> str:
    """What, why and hint of a failure, in one line."""
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    event = json.loads(done.stdout.splitlines()[-1])
    assert event["type"] == "failed"
    return f"{event['what']}: {event['why']} ({event.get('hint')})"


def warnings(done: subprocess.CompletedProcess[str]) -> str:
    events = map(json.loads, done.stdout.splitlines())
    return "\n".join(e["message"] for e in events if e["type"] == "warning")


def vecs(path: Path, rows: np.ndarray) -> Path:
    lengths = np.full((len(rows), 1), rows.shape[1], "<i4")
    path.write_bytes(np.hstack([lengths.view("u1"), rows.view("u1")]).tobytes())
    return path


def npy(path: Path, rows: Any) -> Path:
    np.save(path, rows, allow_pickle=True)
    return path


def of(folder: Path, name: str = "mine") -> tuple[hdf5.Data, dict[str, Any]]:
    stamp = datasets.stamp_of(folder, name)
    assert stamp is not None
    assert not list(folder.glob("*.part*")), "nothing half done is left"
    return hdf5.load(folder / f"{name}.hdf5", name, stamp["sha256"]), stamp


def is_exact(data: hdf5.Data) -> None:
    k = min(100, len(data.train))
    true = _core.exact_neighbours(data.train, data.test, data.distance, k)
    assert data.neighbors.shape == (len(data.test), k)
    assert np.allclose(data.distances, true[1], rtol=1e-6)


@pytest.mark.parametrize("metric", ["euclidean", "angular"])
def test_fvecs_with_queries(tmp_path: Path, metric: str) -> None:
    train, test = clustered(3, 700, 12, 40)
    base, queries = vecs(tmp_path / "b.fvecs", train), vecs(tmp_path / "q.fvecs", test)
    done = sync("mine", tmp_path / "d", "--from", base, "--queries", queries, "--distance", metric)
    assert done.returncode == 0, done.stderr
    data, stamp = of(tmp_path / "d")
    assert (data.train == train).all() and (data.test == test).all() and data.distance == metric
    assert stamp["source"] == "file b.fvecs"
    is_exact(data)


def test_bvecs(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).integers(0, 256, (300, 16), np.uint8)
    base, queries = vecs(tmp_path / "b.bvecs", rows[:280]), vecs(tmp_path / "q.bvecs", rows[280:])
    assert sync("mine", tmp_path / "d", "--from", base, "--queries", queries).returncode == 0
    data, _ = of(tmp_path / "d")
    assert (data.train == rows[:280]).all() and (data.test == rows[280:]).all()


@pytest.mark.parametrize("dtype", ["f2", "f4", "f8", ">f4", "i1", "u1", "i4", "i8", "u8"])
def test_npy_of_any_number(tmp_path: Path, dtype: str) -> None:
    rows = (np.random.default_rng(1).standard_normal((500, 7)) * 30).clip(
        0 if "u" in dtype else -99
    )
    stored = rows.astype(dtype)
    if dtype == "f8":
        stored = np.asfortranarray(stored)
    done = sync("mine", tmp_path / "d", "--from", npy(tmp_path / "a.npy", stored))
    assert done.returncode == 0, done.stderr
    assert "50 of the 500 rows" in warnings(done) and "euclidean" in warnings(done)
    data, _ = of(tmp_path / "d")
    assert data.train.shape == (450, 7) and data.test.shape == (50, 7)
    everything = np.vstack([data.train, data.test])
    order = np.lexsort(everything.T), np.lexsort(stored.astype("f4").T)
    assert (everything[order[0]] == stored.astype("f4")[order[1]]).all(), "each row once"
    is_exact(data)


def test_the_same_rows_are_held_out_again(tmp_path: Path) -> None:
    source = npy(tmp_path / "a.npy", clustered(5, 990, 6, 10)[0])
    for folder in ("one", "two"):
        assert sync("mine", tmp_path / folder, "--from", source).returncode == 0
    assert of(tmp_path / "one")[1]["sha256"] == of(tmp_path / "two")[1]["sha256"]


def test_rows_of_several_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matrix, "BLOCK_BYTES", 4 * 6 * 17)
    rows = np.arange(600, dtype="f4").reshape(100, 6)
    make(DatasetSpec("mine", source=npy(tmp_path / "a.npy", rows)), tmp_path / "d")
    data, _ = of(tmp_path / "d")
    assert (np.sort(np.vstack([data.train, data.test])[:, 0]) == rows[:, 0]).all()
    assert (np.diff(data.train[:, 0]) > 0).all(), "order is kept"


def make(spec: DatasetSpec, folder: Path) -> list[dict[str, Any]]:
    stream = io.StringIO()
    with Phase(Events(stream=stream, human=None), "data") as phase:
        datasets.ensure(spec, folder, 2, phase)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_few_rows_have_few_neighbours(tmp_path: Path) -> None:
    source = npy(tmp_path / "a.npy", clustered(5, 20, 6)[0])
    done = sync("mine", tmp_path / "d", "--from", source)
    assert done.returncode == 0 and "18 rows: k can be 18 at most" in warnings(done)
    is_exact(of(tmp_path / "d")[0])


def hdf5_of(path: Path, attrs: dict[str, str] | None = None, **arrays: np.ndarray) -> Path:
    with h5py.File(path, "w") as f:
        f.attrs.update(attrs or {})
        for name, array in arrays.items():
            f.create_dataset(name, data=array, chunks=True, compression="gzip")
    return path


@pytest.mark.parametrize("case", ["train", "train, test", "no neighbors", "odd name", "integers"])
def test_hdf5_without_neighbours(tmp_path: Path, case: str) -> None:
    train, test = (np.rint(x * 20) for x in clustered(9, 400, 5, 30))
    arrays = {
        "train": {"train": train},
        "train, test": {"train": train, "test": test},
        "no neighbors": {"train": train, "test": test, "distances": np.zeros((30, 100), "f4")},
        "odd name": {"embeddings": train},
        "integers": {"train": train.astype("i2"), "test": test.astype("i2"),
                     "neighbors": np.zeros((30, 100), "i4"), "distances": np.zeros((30, 100))},
    }[case]  # fmt: skip
    source = hdf5_of(tmp_path / "a.hdf5", {"distance": "angular"} if "," in case else {}, **arrays)
    done = sync("mine", tmp_path / "d", "--from", source)
    assert done.returncode == 0, done.stderr
    data, stamp = of(tmp_path / "d")
    assert stamp["distance"] == ("angular" if "," in case else "euclidean")
    if "test" in arrays:
        assert (data.train == train).all() and (data.test == test).all()
    is_exact(data)


def bad(folder: Path, case: str) -> list[object]:
    rows = clustered(11, 60, 4, 10)[0]
    if case == "nan":
        rows[41, 2] = np.nan
    elif case == "infinity":
        rows[7, 0] = np.inf
    elif case == "huge":
        return [
            npy(folder / "a.npy", np.where(np.arange(60)[:, None] == 9, 1e30, rows.astype("f8")))
        ]
    elif case == "inexact":
        return [
            npy(
                folder / "a.npy",
                np.where(np.arange(60)[:, None] == 5, 2**40, 1) + np.zeros((60, 4), "i8"),
            )
        ]
    elif case == "objects":
        return [npy(folder / "a.npy", np.array([{}, 1], object))]
    elif case == "complex":
        return [npy(folder / "a.npy", rows.astype("c8"))]
    elif case == "bool":
        return [npy(folder / "a.npy", rows > 0)]
    elif case == "one dimension":
        return [npy(folder / "a.npy", rows[0])]
    elif case == "no rows":
        return [npy(folder / "a.npy", rows[:0])]
    elif case == "one row":
        return [npy(folder / "a.npy", rows[:1])]
    elif case == "cut npy":
        path = npy(folder / "a.npy", rows)
        os.truncate(path, path.stat().st_size - 5)
        return [path]
    elif case == "cut fvecs":
        path = vecs(folder / "a.fvecs", rows)
        os.truncate(path, 20 * 17 + 9)
        return [path]
    elif case == "ragged fvecs":
        path = vecs(folder / "a.fvecs", rows)
        content = bytearray(path.read_bytes())
        content[20 * 33 : 20 * 33 + 4] = b"\x03\0\0\0"
        path.write_bytes(content)
        return [path]
    elif case == "empty fvecs":
        (folder / "a.fvecs").write_bytes(b"")
        return [folder / "a.fvecs"]
    elif case == "unknown":
        (folder / "a.csv").write_text("1,2,3")
        return [folder / "a.csv"]
    elif case == "npz":
        np.savez(folder / "a.npz", rows)
        return [folder / "a.npz"]
    elif case == "tables":
        return [hdf5_of(folder / "a.hdf5", a=rows, b=rows)]
    elif case == "other dimensions":
        more = ["--queries", npy(folder / "q.npy", rows[:, :3])]
        return [npy(folder / "a.npy", rows), *more]
    elif case == "nan in HDF5":
        train, test = clustered(20, 400, 6, 30)
        found = _core.exact_neighbours(train, test, "euclidean", 100)
        train[399] = np.nan  # nobody's neighbour in the sample, and yet
        found = (found[0] % 399, found[1])
        hdf5.write(folder / "a.hdf5", train, test, *found, "euclidean")
        return [folder / "a.hdf5"]
    return [npy(folder / "a.npy", rows)]


@pytest.mark.parametrize(("case", "says"), [
    ("nan", "row 41 holds nan"), ("infinity", "row 7 holds inf"), ("huge", "row 9 holds 1e+30"),
    ("inexact", "row 5 holds 1099511627776"), ("objects", "Python objects"), ("complex", "complex"),
    ("bool", "bool"), ("one dimension", "shape (4,)"), ("no rows", "0 x 4"), ("one row", "one row"),
    ("cut npy", "a.npy"), ("cut fvecs", "within row 17"), ("ragged fvecs", "row 33"),
    ("empty fvecs", "empty"), ("unknown", ".fvecs"), ("npz", "numpy.save"),
    ("tables", "'a', 'b'"), ("other dimensions", "3 dimensions"),
])  # fmt: skip
def test_refused(tmp_path: Path, case: str, says: str) -> None:
    said = failed(sync("mine", tmp_path / "d", "--from", *bad(tmp_path, case)))
    assert says in said
    assert datasets.stamp_of(tmp_path / "d", "mine") is None
    good = npy(tmp_path / "good.npy", clustered(2, 50, 4)[0])
    assert sync("mine", tmp_path / "d", "--from", good).returncode == 0, "another file goes"


def test_nan_among_the_vectors_of_a_whole_file(tmp_path: Path) -> None:
    train, test = clustered(20, 400, 6, 30)
    found = _core.exact_neighbours(train[:399], test, "euclidean", 100)
    train[399, 3] = np.nan
    hdf5.write(tmp_path / "a.hdf5", train, test, *found, "euclidean")
    assert "row 399 holds nan" in failed(
        sync("mine", tmp_path / "d", "--from", tmp_path / "a.hdf5")
    )


def test_a_name_that_promises(tmp_path: Path) -> None:
    source = npy(tmp_path / "a.npy", clustered(2, 50, 4)[0])
    said = failed(sync("gist-960-euclidean", tmp_path / "d", "--from", source))
    assert "not gist-960-euclidean" in said and "4 dimensions" in said
    assert sync("my-4-angular", tmp_path / "d", "--from", source).returncode == 0
    assert of(tmp_path / "d", "my-4-angular")[1]["distance"] == "angular"


def test_another_file_takes_its_place(tmp_path: Path) -> None:
    source, data = tmp_path / "a.npy", tmp_path / "d"
    npy(source, clustered(2, 300, 4)[0])
    assert sync("mine", data, "--from", source).returncode == 0
    before = of(data)[1]
    assert sync("mine", data, "--from", source).returncode == 0
    assert of(data)[1] == before, "the same file is not looked at again"
    npy(source, clustered(3, 300, 4)[0])
    assert sync("mine", data).returncode == 0
    assert of(data)[1] == before, "without --from, what is here counts"
    assert sync("mine", data, "--from", source).returncode == 0
    assert of(data)[1]["sha256"] != before["sha256"]


def test_other_neighbours_than_ours_are_not_taken_on_trust(tmp_path: Path) -> None:
    assert "not found" in failed(sync("mine", tmp_path / "d", "--from", tmp_path / "no.npy"), 2)


def whole(path: Path, said: str = "euclidean") -> Path:
    """A complete data set that says its distance as `said`."""
    train, test = clustered(20, 400, 6, 30)
    metric = "angular" if said in ("angular", "cosine") else "euclidean"
    hdf5.write(path, train, test, *_core.exact_neighbours(train, test, metric, 100), metric)
    with h5py.File(path, "r+") as f:
        f.attrs["distance"] = said
    return path


# What was said of a file --------------------------------------------------------------------------


def contradiction(folder: Path, case: str) -> list[object]:
    rows = clustered(11, 60, 4, 10)[0]
    plain = npy(folder / "a.npy", rows)
    others = npy(folder / "q.npy", rows[:5])
    said = hdf5_of(folder / "a.hdf5", {"distance": "euclidean"}, train=rows)
    (folder / "images").mkdir()
    return {
        "rows say another": ["mine", said, "--distance", "angular"],
        "a whole file says another": ["mine", whole(folder / "b.hdf5"), "--distance", "angular"],
        "cosine is angular": ["mine", whole(folder / "c.hdf5", "cosine"), "--distance=euclidean"],
        "queries say another": [
            "mine", said, "--queries",
            hdf5_of(folder / "q.hdf5", {"distance": "angular"}, test=rows, train=rows),
        ],
        "the name says another": ["mine-angular", plain, "--distance", "euclidean"],
        "the name says other than the file": ["mine-angular", said],
        "the name is no promise": ["mine-angular", plain],
        "queries of its own": ["mine", whole(folder / "b.hdf5"), "--queries", others],
        "images have queries": ["mine", folder / "images", "--queries", others],
        "images have a distance": ["mine", folder / "images", "--distance", "angular"],
        "no such queries": ["mine", plain, "--queries", folder / "no.npy"],
        "an address with a distance": ["mine", "http://localhost:1/a.hdf5", "--distance=angular"],
        "quick is made": ["quick", plain],
    }[case]  # fmt: skip


@pytest.mark.parametrize(("case", "says"), [
    ("rows say another", "--distance says angular, a.hdf5 says euclidean"),
    ("a whole file says another", "b.hdf5 says euclidean"),
    ("cosine is angular", "c.hdf5 says angular"),
    ("queries say another", "q.hdf5 says angular"),
    ("the name says another", "the name mine-angular says angular"),
    ("the name says other than the file", "the name mine-angular says angular"),
    ("the name is no promise", "--distance angular)"),
    ("queries of its own", "queries of its own"),
    ("images have queries", "queries of its own"),
    ("images have a distance", "images says euclidean"),
    ("no such queries", "no.npy"),
    ("an address with a distance", "need --from FILE"),
    ("quick is made", "annbench sync my-vectors --from"),
])  # fmt: skip
def test_what_is_said_is_never_ignored(tmp_path: Path, case: str, says: str) -> None:
    name, source, *more = contradiction(tmp_path, case)
    begun = tmp_path / "d" / f"{name}.hdf5.part"
    begun.parent.mkdir()
    begun.write_bytes(b"what an earlier sync has begun")
    said = failed(sync(str(name), tmp_path / "d", "--from", source, *more), 2)
    assert says in said
    assert [p.name for p in begun.parent.iterdir()] == [begun.name], "nothing was done"


def test_the_command_it_names_goes(tmp_path: Path) -> None:
    plain = npy(tmp_path / "a file.npy", clustered(11, 60, 4, 10)[0])
    said = failed(sync("mine-angular", tmp_path / "d", "--from", plain), 2)
    command = shlex.split(said.rpartition("(annbench ")[2].removesuffix(")"))
    assert annbench(*command, "--data", tmp_path / "d").returncode == 0
    assert of(tmp_path / "d", "mine-angular")[1]["distance"] == "angular"


def test_a_published_set_is_not_taken_for_another_file(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    source = whole(tmp_path / "d" / "mine.hdf5")
    assert sync("mine", tmp_path / "d").returncode == 0, "it has proved itself"
    same = tmp_path / "same.hdf5"
    same.write_bytes(source.read_bytes())
    assert sync("mine", tmp_path / "d", "--from", same).returncode == 0
    other = npy(tmp_path / "other.npy", clustered(2, 50, 4)[0])
    said = failed(sync("mine", tmp_path / "d", "--from", other), 2)
    assert "annbench sync my-mine --from" in said


@pytest.mark.parametrize("said", ["cosine", "Cosine", "angular"])
def test_cosine_is_angular(tmp_path: Path, said: str) -> None:
    source = whole(tmp_path / "a.hdf5")
    with h5py.File(source, "r+") as f:
        true = _core.exact_neighbours(f["train"][:], f["test"][:], "angular", 100)
        f["neighbors"][:], f["distances"][:] = true
        f.attrs["distance"] = said
    assert sync("mine", tmp_path / "d", "--from", source).returncode == 0
    data, stamp = of(tmp_path / "d")
    assert data.distance == stamp["distance"] == "angular"
    is_exact(data)


def test_a_file_of_few_neighbours(tmp_path: Path) -> None:
    train, test = clustered(20, 400, 6, 30)
    found = _core.exact_neighbours(train, test, "euclidean", 5)
    hdf5.write(tmp_path / "a.hdf5", train, test, *found, "euclidean")
    assert sync("mine", tmp_path / "d", "--from", tmp_path / "a.hdf5").returncode == 0
    assert of(tmp_path / "d")[1]["neighbors"] == 5


def bins(path: Path, rows: np.ndarray) -> Path:
    path.write_bytes(np.array(rows.shape, "<u4").tobytes() + rows.tobytes())
    return path


@pytest.mark.parametrize(("ending", "kind"), [("fbin", "<f4"), ("u8bin", "u1"), ("i8bin", "i1")])
def test_bins_of_big_ann(tmp_path: Path, ending: str, kind: str) -> None:
    train, test = (np.rint(20 * part).astype(kind) for part in clustered(8, 300, 10, 20))
    source = bins(tmp_path / f"base.{ending}", train)
    queries = bins(tmp_path / f"query.{ending.upper()}", test)
    assert sync("mine", tmp_path / "d", "--from", source, "--queries", queries).returncode == 0
    data, _ = of(tmp_path / "d")
    assert (data.train == train).all() and (data.test == test).all()
    is_exact(data)
    source.write_bytes(source.read_bytes()[:-3])
    assert "300 rows of 10 values" in failed(sync("mine", tmp_path / "d", "--from", source))
    source.write_bytes(b"abc")
    assert "header" in failed(sync("mine", tmp_path / "d", "--from", source))


def test_endings_in_capitals(tmp_path: Path) -> None:
    rows = clustered(9, 60, 4)[0]
    np.save(tmp_path / "a.npy", rows)
    sources = [
        (tmp_path / "a.npy").rename(tmp_path / "a.NPY"),
        vecs(tmp_path / "a.FVECS", rows),
        hdf5_of(tmp_path / "a.HDF5", train=rows),
    ]
    for n, source in enumerate(sources):
        assert sync(f"mine-{n}", tmp_path / "d", "--from", source).returncode == 0


def test_progress_ends_at_the_end(tmp_path: Path) -> None:
    source = npy(tmp_path / "a.npy", clustered(9, 3000, 16)[0])
    for name, file in ("mine", source), ("again", whole(tmp_path / "b.hdf5")):
        done = sync(name, tmp_path / "d", "--from", file)
        events = [json.loads(line) for line in done.stdout.splitlines()]
        last = {e["label"]: e for e in events if e["type"] == "progress"}
        assert set(last) >= ({"convert", truth.LABEL} if name == "mine" else {"copy"})
        assert all(e["done"] == e["total"] for e in last.values()), last


# Interrupted --------------------------------------------------------------------------------------


def test_neighbours_go_on_where_they_were(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(truth, "MOST", 64)
    # The look at the rules of recall searches for a sample of the queries, each time anew.
    monkeypatch.setattr(datasets, "_look_at_recall", lambda *_: {})
    train, test = clustered(6, 900, 5, 500)
    npy(tmp_path / "a.npy", train)
    spec = DatasetSpec("mine", source=tmp_path / "a.npy", queries=npy(tmp_path / "q.npy", test))
    searched: list[int] = []
    exact = _core.exact_neighbours

    def broken(rows: np.ndarray, queries: np.ndarray, *more: Any) -> Any:
        if len(searched) == 3:
            raise KeyboardInterrupt
        searched.append(len(queries))
        return exact(rows, queries, *more)

    monkeypatch.setattr(truth._core, "exact_neighbours", broken)
    with pytest.raises(KeyboardInterrupt):
        make(spec, tmp_path / "d")
    assert datasets.stamp_of(tmp_path / "d", "mine") is None
    part = tmp_path / "d" / "mine.hdf5.part"
    assert imports.left(part)["truth"] == sum(searched) == 3 * 64

    def counted(rows: np.ndarray, queries: np.ndarray, *more: Any) -> Any:
        searched.append(len(queries))
        return exact(rows, queries, *more)

    monkeypatch.setattr(truth._core, "exact_neighbours", counted)
    events = make(DatasetSpec("mine"), tmp_path / "d")  # it knows what from
    assert sum(searched) == 500, "no query is searched twice"
    first = next(e for e in events if e["type"] == "progress" and e["unit"] == "queries")
    assert first["done"] >= 192
    is_exact(of(tmp_path / "d")[0])


def test_a_source_that_changed_starts_again(tmp_path: Path) -> None:
    part = tmp_path / "d" / "mine.hdf5.part"
    part.parent.mkdir()
    source = npy(tmp_path / "a.npy", clustered(2, 300, 4)[0])
    spec = DatasetSpec("mine", source=source)
    imports.begin(part, imports.identity(spec))
    os.utime(source, (1, 1))
    assert sync("mine", part.parent).returncode == 0
    is_exact(of(part.parent)[0])


@pytest.mark.parametrize("kind", ["npy", "hdf5", "quick"])
def test_killed_at_random(tmp_path: Path, kind: str) -> None:
    """Whenever it is killed: absent, partial or verified, and the next sync comes to the end."""
    name, more = ("quick", []) if kind == "quick" else ("mine", ["--from"])
    data = tmp_path / "d"
    if kind == "npy":
        train, test = clustered(4, 60_000, 24, 2_000)
        more = [
            "--from",
            npy(tmp_path / "a.npy", train),
            "--queries",
            npy(tmp_path / "q.npy", test),
        ]
    elif kind == "hdf5":
        train, test = clustered(4, 60_000, 64, 200)
        found = _core.exact_neighbours(train, test, "euclidean", 100)
        hdf5.write(tmp_path / "a.hdf5", train, test, *found, "euclidean")
        more = ["--from", tmp_path / "a.hdf5"]
    command = [*ANNBENCH, "sync", name, "--data", str(data), *map(str, more)]
    begin = time.monotonic()
    assert subprocess.run(command, capture_output=True).returncode == 0
    whole = time.monotonic() - begin
    digest = of(data, name)[1]["sha256"]
    rounds = int(os.environ.get("ANNBENCH_TEST_KILLS", "4"))
    rng = random.Random(7)
    for _ in range(rounds):
        if rng.random() < 0.4:
            for path in data.iterdir():
                path.unlink()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.1, 1.1) * whole)
        process.send_signal(signal.SIGKILL)
        process.wait()
        stamp = datasets.stamp_of(data, name)
        if stamp is not None:
            assert stamp["sha256"] == digest
            hdf5.verify(data / f"{name}.hdf5")
    # What was begun is known: --from need not be said again. One killed at once has begun nothing.
    path = data / f"{name}.hdf5"
    begun = path.exists() or imports.source_left(path.with_name(f"{path.name}.part"))
    again = command[: -len(more)] if begun and more else command
    done = subprocess.run(again, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert of(data, name)[1]["sha256"] == digest
    assert not [p for p in data.iterdir() if p.name.startswith(f".{name}")], "no leftovers"


def test_two_at_once(tmp_path: Path) -> None:
    source = npy(tmp_path / "a.npy", clustered(4, 20_000, 16)[0])
    command = [*ANNBENCH, "sync", "mine", "--data", str(tmp_path / "d"), "--from", str(source)]
    both = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [p.wait(60) for p in both] == [0, 0]
    of(tmp_path / "d")


# Disks --------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    """A file system of 3 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)]
    if (
        sys.platform != "linux"
        or os.geteuid()
        or subprocess.run(command, capture_output=True).returncode
    ):
        pytest.skip("mounting a small file system needs root on Linux")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.parametrize("checked", [True, False])
def test_full_disk(
    small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, checked: bool
) -> None:
    spec = DatasetSpec("mine", source=npy(tmp_path / "a.npy", clustered(4, 20_000, 64)[0]))
    if not checked:  # the space goes away after it was looked for
        monkeypatch.setattr(imports.download, "require_space", lambda *_: None)
    with pytest.raises(Problem) as caught:
        make(spec, small_disk)
    assert "space" in (caught.value.hint or "")
    why = r"the disk is too full: \d+\.\d MB needed" if checked else "the disk is full: .* had no room"
    assert re.match(why, caught.value.why)
    assert datasets.stamp_of(small_disk, "mine") is None
    monkeypatch.undo()
    subprocess.run(["mount", "-o", "remount,size=30m", str(small_disk)], check=True)
    make(DatasetSpec("mine"), small_disk)
    is_exact(of(small_disk)[0])


def test_folder_that_is_only_read(small_disk: Path, tmp_path: Path) -> None:
    source = npy(tmp_path / "a.npy", clustered(4, 500, 6)[0])
    make(DatasetSpec("mine", source=source), small_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    said = failed(sync("other", small_disk, "--from", source))
    assert "Read-only" in said and "can be written to" in said
    with Phase(Events(stream=io.StringIO(), human=None), "data") as phase:
        some = datasets.load(DatasetSpec("mine"), small_disk, 100, 1, phase)
    assert len(some.train) == 100, "what is verified can be used, a subset as well"


# GloVe 6B -----------------------------------------------------------------------------------------


def wink_json(words: int, spoil: str = "") -> bytes:
    rng = np.random.default_rng(0)
    vectors = np.round(rng.standard_normal((words, 100)), 5)
    names = ['"', "[", "]", "\\", '":', "},{", "vectors", *(f"w{i}" for i in range(words))][:words]
    entries = {
        name: [*vector.tolist(), 1.5, i]
        for i, (name, vector) in enumerate(zip(names, vectors, strict=True))
    }
    if spoil == "short":
        entries["w40"].pop()
    elif spoil == "order":
        entries["w40"][101] = 3
    head = {"precision": 8, "l2NormIndex": 100, "wordIndex": 101, "size": words, "dimensions": 100,
            "words": names, "vectors": entries, "unkVector": [0] * 101 + [-1]}  # fmt: skip
    text = json.dumps(head, separators=(",", ":")).encode()
    return text[: len(text) * 2 // 3] if spoil == "cut" else text


def test_wink(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wink, "QUERIES", 50)
    monkeypatch.setattr(wink, "BLOCK", 5000)
    content = wink_json(600)
    (tmp_path / wink.JSON).write_bytes(content)
    archive = tmp_path / f"{wink.PACKAGE}-1.1.0.tgz"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(tmp_path / wink.JSON, f"package/{wink.JSON}")
    for i, source in enumerate((archive, tmp_path, tmp_path / wink.JSON)):
        make(DatasetSpec(wink.NAME, source=source), tmp_path / f"d{i}")
        data = of(tmp_path / f"d{i}", wink.NAME)[0]
        assert data.distance == "angular" and data.test.shape == (50, 100)
        rows = np.vstack([data.train, data.test])
        parsed = np.array([v[:100] for v in json.loads(content)["vectors"].values()], "f4")
        order = np.lexsort(rows.T), np.lexsort(parsed.T)
        assert (rows[order[0]] == parsed[order[1]]).all()
        is_exact(data)
    with pytest.raises(Problem, match="glove-6b-100-angular"):
        make(DatasetSpec("glove-100-angular", source=archive), tmp_path / "d9")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [("short", "vector 47 has 101"), ("order", "number 3"), ("cut", "ends after")],
)
def test_damaged_wink(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spoil: str, says: str
) -> None:
    monkeypatch.setattr(wink, "QUERIES", 50)
    (tmp_path / wink.JSON).write_bytes(wink_json(600, spoil))
    with pytest.raises(Problem) as caught:
        make(DatasetSpec(wink.NAME, source=tmp_path / wink.JSON), tmp_path / "d")
    assert says in caught.value.why


@pytest.mark.parametrize("option", ["--from", "--queries"])
def test_a_pipe_is_refused_at_once(tmp_path: Path, option: str) -> None:
    pipe, rows = tmp_path / "pipe.npy", npy(tmp_path / "rows.npy", clustered(1, 50, 4)[0])
    os.mkfifo(pipe)
    source = ["--from", pipe] if option == "--from" else ["--from", rows, "--queries", pipe]
    said = failed(sync("mine", tmp_path / "data", *source), 2)
    assert f"{pipe} is a pipe; vectors are read more than once" in said
    assert "/dev/zero is a device" in failed(sync("mine", tmp_path / "data", "--from", "/dev/zero"), 2)
