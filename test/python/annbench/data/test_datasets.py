"""Data sets on disk: never half there, verified before use, made once."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import struct
import subprocess
import time
from pathlib import Path

import h5py
import numpy as np
import pytest
from conftest import ANNBENCH, annbench, clustered
from jobkit.errors import Problem

from annbench import _core
from annbench.data import datasets
from annbench.data.formats import hdf5


def sound_file(path: Path, metric: str = "euclidean") -> Path:
    train, test = clustered(20, 400, 6, 30)
    found = _core.exact_neighbours(train, test, metric, 100)
    hdf5.write(path, train, test, *found, metric)
    return path


def sync(name: str, folder: Path, *more: object) -> subprocess.CompletedProcess[str]:
    return annbench("sync", name, "--data", folder, "--events", *more)


def last_event(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    return json.loads(done.stdout.splitlines()[-1])


def test_quick(tmp_path: Path) -> None:
    done = sync("quick", tmp_path)
    assert done.returncode == 0, done.stderr
    types = [json.loads(line)["type"] for line in done.stdout.splitlines()]
    assert types[:2] == ["started", "phase"] and types[-2:] == ["phase", "result"]
    stamp = datasets.stamp_of(tmp_path, "quick")
    assert stamp is not None
    assert stamp["bytes"] == (tmp_path / "quick.hdf5").stat().st_size
    assert stamp["sha256"] == hashlib.sha256((tmp_path / "quick.hdf5").read_bytes()).hexdigest()
    assert not list(tmp_path.glob("*.part*"))
    written = (tmp_path / "quick.json").stat().st_mtime_ns
    assert sync("quick", tmp_path).returncode == 0
    assert (tmp_path / "quick.json").stat().st_mtime_ns == written, "made once"
    stamp["source"] = "synthetic, recipe 0"
    (tmp_path / "quick.json").write_text(json.dumps(stamp))
    assert sync("quick", tmp_path).returncode == 0
    assert datasets.stamp_of(tmp_path, "quick"), "another recipe's data are made anew"


def test_layout_is_that_of_ann_benchmarks(data_dir: Path) -> None:
    with h5py.File(data_dir / "tiny.hdf5") as f:
        assert {f[n].dtype.name for n in ("train", "test", "distances")} == {"float32"}
        assert f["neighbors"].dtype == np.int32 and f["neighbors"].shape == (200, 100)
        assert f.attrs["distance"] == "euclidean" and f.attrs["dimension"] == 24
        assert f.attrs["type"] == "dense" and f.attrs["point_type"] == "float"


@pytest.mark.parametrize("metric", ["euclidean", "angular"])
def test_own_file(tmp_path: Path, metric: str) -> None:
    source = sound_file(tmp_path / "source.hdf5", metric)
    done = sync("mine", tmp_path / "data", "--from", source)
    assert done.returncode == 0, done.stderr
    stamp = datasets.stamp_of(tmp_path / "data", "mine")
    assert stamp is not None and stamp["distance"] == metric and stamp["train"] == [400, 6]
    assert source.exists()


def spoil(path: Path, how: str) -> None:
    if how == "truncated":
        os.truncate(path, path.stat().st_size * 2 // 3)
        return
    if how == "not HDF5":
        path.write_text("<html>blocked</html>")
        return
    with h5py.File(path, "r+") as f:
        if how == "ids":
            f["neighbors"][3, 5] = 400
        elif how == "dimensions":
            del f["test"]
            f["test"] = np.zeros((30, 7), np.float32)
        elif how == "queries":
            del f["test"]
            f["test"] = np.zeros((29, 6), np.float32)
        elif how == "distances":
            f["distances"][:] = f["distances"][:] * 1.01
        elif how == "metric":
            f.attrs["distance"] = "jaccard"
        elif how == "link":
            del f["train"]
            f["train"] = h5py.ExternalLink("/etc/passwd", "train")
        elif how == "text":
            del f["train"]
            f["train"] = np.full((400, 6), b"x")


@pytest.mark.parametrize("how", [
    "truncated", "not HDF5", "ids", "dimensions", "queries", "distances", "metric",
    "link", "text",
])  # fmt: skip
def test_damaged_file(tmp_path: Path, how: str) -> None:
    source = sound_file(tmp_path / "source.hdf5")
    spoil(source, how)
    done = sync("mine", tmp_path / "data", "--from", source)
    assert done.returncode == 1
    failed = last_event(done)
    assert failed["type"] == "failed" and failed["what"] == "The data set is damaged"
    assert "Traceback" not in done.stderr
    assert "deleted" not in f"{failed}" and source.exists()
    assert "source.hdf5" in failed["why"], "it is named as the person named it"
    assert [p.name for p in (tmp_path / "data").glob("*") if p.suffix != ".lock"] == []


def test_finished_but_not_stamped_proves_itself(tmp_path: Path) -> None:
    sound_file(tmp_path / "mine.hdf5")
    assert sync("mine", tmp_path).returncode == 0
    assert datasets.stamp_of(tmp_path, "mine")


def test_not_stamped_and_damaged_is_not_deleted(tmp_path: Path) -> None:
    spoil(sound_file(tmp_path / "mine.hdf5"), "truncated")
    done = sync("mine", tmp_path)
    assert done.returncode == 1 and f"rm {tmp_path}/mine.hdf5 && annbench sync mine" in done.stderr
    assert (tmp_path / "mine.hdf5").exists(), "it may be the user's only copy"


def test_a_file_of_another_size_is_not_verified(tmp_path: Path) -> None:
    sound_file(tmp_path / "mine.hdf5")
    assert sync("mine", tmp_path).returncode == 0
    os.truncate(tmp_path / "mine.hdf5", 100)
    assert datasets.stamp_of(tmp_path, "mine") is None


def test_checksum(tmp_path: Path) -> None:
    source = sound_file(tmp_path / "source.hdf5")
    right = hashlib.sha256(source.read_bytes()).hexdigest()
    done = sync("mine", tmp_path / "data", "--from", source, "--sha256", "0" * 64)
    assert done.returncode == 1 and right in done.stderr
    assert datasets.stamp_of(tmp_path / "data", "mine") is None
    done = sync("mine", tmp_path / "data", "--from", source, "--sha256", right.upper())
    assert done.returncode == 0
    assert sync("mine", tmp_path / "data", "--sha256", "0" * 64).returncode == 1
    assert sync("mine", tmp_path / "data", "--sha256", "zz").returncode == 2


def test_absent_says_how_to_get_it(tmp_path: Path) -> None:
    done = sync("gist-960-euclidean", tmp_path)
    assert done.returncode == 1
    assert "--from" in str(last_event(done)["hint"])


@pytest.mark.parametrize("name", ["../evil", ".hidden", "a/b", "A", ""])
def test_names_lead_nowhere_else(tmp_path: Path, name: str) -> None:
    assert sync(name, tmp_path / "data").returncode == 2
    assert not list(tmp_path.rglob("*evil*"))


def test_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = sync("quick", tmp_path / "file" / "data")
    assert done.returncode == 1 and "Traceback" not in done.stderr


def write_images(folder: Path, pixels: dict[str, np.ndarray]) -> None:
    folder.mkdir()
    for stem, images in pixels.items():
        data = struct.pack(">IIII", 0x803, len(images), 28, 28) + images.tobytes()
        (folder / f"{stem}-images-idx3-ubyte.gz").write_bytes(gzip.compress(data, 1))


def test_images(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    pixels = {
        "train": rng.integers(0, 256, (150, 28, 28), np.uint8),
        "t10k": rng.integers(0, 256, (10, 28, 28), np.uint8),
    }
    write_images(tmp_path / "images", pixels)
    done = sync("mnist-784-euclidean", tmp_path, "--from", tmp_path / "images")
    assert done.returncode == 0, done.stderr
    with h5py.File(tmp_path / "mnist-784-euclidean.hdf5") as f:
        assert (f["train"][:] == pixels["train"].reshape(150, 784)).all(), "order and values kept"
        whole = pixels["train"].reshape(150, -1).astype(int) - pixels["t10k"].reshape(10, 1, -1)[3]
        assert np.allclose(f["distances"][3] ** 2, np.sort((whole**2).sum(1))[:100], rtol=1e-6)
    other = sync("fashion-mnist-784-euclidean", tmp_path, "--from", tmp_path / "images")
    assert other.returncode == 1 and "not the images of Fashion-MNIST" in other.stderr
    assert sync("sift-128-euclidean", tmp_path, "--from", tmp_path / "images").returncode == 1


FASHION = Path("/usr/share/datasets/fashion-mnist")


def test_fashion_first_query() -> None:
    """The known distances follow from the images alone, in whole numbers."""
    if not FASHION.is_dir():
        pytest.skip("Debian's dataset-fashion-mnist is not installed")
    from annbench.data.formats import idx

    train = idx.read_images(idx.find(FASHION, "train-images-idx3-ubyte"))
    test = idx.read_images(idx.find(FASHION, "t10k-images-idx3-ubyte"))
    distances = _core.exact_neighbours(train, test[:1], "euclidean", 5)[1][0]
    assert tuple(np.rint(distances.astype(float) ** 2).astype(int)) == datasets.FASHION_FIRST


def test_two_processes_make_it_once(tmp_path: Path) -> None:
    both = [
        subprocess.Popen([*ANNBENCH, "sync", "quick", "--data", str(tmp_path), "--events"],
                         stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]  # fmt: skip
    outputs = [p.communicate(timeout=200)[0] for p in both]
    assert [p.returncode for p in both] == [0, 0]
    assert sum("waiting for it" in out for out in outputs) <= 1
    assert sum('"unit":"queries"' in out for out in outputs) == 1, "one made it, one waited"


def test_waiting_says_so_and_can_be_stopped(tmp_path: Path) -> None:
    import fcntl

    with open(tmp_path / "quick.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        process = subprocess.Popen(
            [*ANNBENCH, "sync", "quick", "--data", str(tmp_path), "--events"],
            stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            if "waiting for it" in line:
                break
        begin = time.monotonic()
        process.terminate()
        rest = process.communicate(timeout=60)[0]
        assert time.monotonic() - begin < 5
        assert process.returncode == 143
        assert json.loads(rest.splitlines()[-1])["type"] == "stopped"


def test_subset_has_its_own_truth(data_dir: Path) -> None:
    import io

    from jobkit.events.phase import Phase

    from annbench.events import Events
    from annbench.job import DatasetSpec

    with Phase(Events(stream=io.StringIO(), human=None), "data") as phase:
        spec = DatasetSpec("tiny")
        some = datasets.load(spec, data_dir, 700, 1, phase)
        again = datasets.load(spec, data_dir, 700, 1, phase)
        few = datasets.load(spec, data_dir, 50, 1, phase)
        whole = datasets.load(spec, data_dir, 10**6, 1, phase)
    assert some.train.shape == (700, 24) and some.neighbors.max() < 700
    true = _core.exact_neighbours(some.train, some.test, "euclidean", 100)[1]
    assert (some.distances == true).all() and (again.distances == true).all()
    assert (data_dir / "tiny.subset-700.truth").exists()
    assert few.neighbors.shape == (200, 50)
    assert whole.train.shape == (3000, 24)


def test_load_of_a_damaged_file_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "x.hdf5"
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(100))
    with pytest.raises(Problem):
        hdf5.load(path, "x", "0")
