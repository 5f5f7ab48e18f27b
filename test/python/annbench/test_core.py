"""The C++ core through its Python module."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import clustered

from annbench import _core
from annbench.recall import distance


def brute_force(train: np.ndarray, test: np.ndarray, metric: str, k: int) -> np.ndarray:
    every = np.broadcast_to(np.arange(len(train)), (len(test), len(train)))
    return np.sort(distance.to_rows(train, test, every, metric), axis=1)[:, :k]


@pytest.mark.parametrize("metric", ["euclidean", "angular"])
@pytest.mark.parametrize("dim", [1, 3, 16, 17, 100, 130, 784])
def test_exact_agrees_with_numpy(metric: str, dim: int) -> None:
    train, test = clustered(dim, 700, dim, 20)
    ids, distances = _core.exact_neighbours(train, test, metric, 30, 2)
    wanted = brute_force(train, test, metric, 30)
    assert np.allclose(distances, wanted, rtol=1e-6, atol=1e-6)
    assert np.allclose(distance.to_rows(train, test, ids, metric), wanted, rtol=1e-6, atol=1e-6)
    found = _core.Naive(train, metric).search(test, 30)[0]
    assert (found == ids).all()


def test_exact_where_cancellation_would_hurt() -> None:
    rng = np.random.default_rng(3)
    train = (1e4 + rng.standard_normal((500, 32))).astype(np.float32)
    ids, distances = _core.exact_neighbours(train, train[:50], "euclidean", 10)
    assert (ids[:, 0] == np.arange(50)).all() and (distances[:, 0] == 0).all()
    assert np.allclose(distances, brute_force(train, train[:50], "euclidean", 10), rtol=1e-6)


def test_ties_go_by_id() -> None:
    train = np.zeros((200, 8), np.float32)
    ids, _ = _core.exact_neighbours(train, train[:1], "euclidean", 100)
    assert (ids[0] == np.arange(100)).all()


def hits(found: np.ndarray, true: np.ndarray) -> float:
    return float(np.mean([len(set(a) & set(b)) / len(b) for a, b in zip(found, true, strict=True)]))


@pytest.mark.parametrize("metric", ["euclidean", "angular"])
def test_hnsw_finds_what_naive_finds(metric: str) -> None:
    train, test = clustered(5, 4000, 32)
    true = _core.exact_neighbours(train, test, metric, 10)[0]
    index = _core.Hnsw(train, metric, 16, 100, 42, 2)
    recalls = [hits(index.search(test, 10, ef)[0], true) for ef in (10, 40, 200)]
    assert recalls[0] > 0.7 and recalls[2] > 0.995 and recalls == sorted(recalls)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize("metric", ["euclidean", "angular"])
def test_qg_finds_what_naive_finds(metric: str, whole: bool) -> None:
    train, test = clustered(5, 4000, 140)
    if whole:
        train, test = (np.clip(np.round(40 * x), -128, 127).astype(np.float32) for x in (train, test))
    true = _core.exact_neighbours(train, test, metric, 10)[0]
    index = _core.QuantizedGraph(train, metric, 32, 100, 42, 2)
    recalls = [hits(index.search(test, 10, effort)[0], true) for effort in (1000, 1100, 1500)]
    assert recalls[0] > 0.7 and recalls[2] > 0.99 and recalls == sorted(recalls)
    assert index.row_bytes == (192 if whole and metric == "euclidean" else 576)
    assert index.vertices == 4000 and index.code_bytes == 128
    read = [index.query_bytes(test, 10, effort) for effort in (1000, 1500)]
    assert 10 * index.row_bytes < read[0] < read[1] < 4000 * (128 + 128 + 576)


def test_qg_is_kept_in_a_file(tmp_path: Path) -> None:
    train, test = clustered(8, 1500, 20)
    index = _core.QuantizedGraph(train, "angular")
    index.save(str(tmp_path / "index"))
    for mapped in (False, True):
        again = _core.QuantizedGraph.load(str(tmp_path / "index"), mapped)
        assert (again.search(test, 5, 1100)[0] == index.search(test, 5, 1100)[0]).all()
    with pytest.raises(RuntimeError, match=r"no-such.*No such file"):
        _core.QuantizedGraph.load(str(tmp_path / "no-such"))
    with pytest.raises(RuntimeError, match="Permission|No such|Is a directory"):
        index.save(str(tmp_path))
    assert not tmp_path.with_name(tmp_path.name + ".part").exists(), "nothing is left of it"


def test_threads_do_not_change_answers() -> None:
    train, test = clustered(6, 2000, 20)
    index = _core.Hnsw(train, "euclidean", 8, 50)
    one, latency, wall, comps = index.search(test, 5, 30, 1)
    assert (index.search(test, 5, 30, 4)[0] == one).all()
    assert latency.shape == (len(test),) and (latency > 0).all()
    assert wall >= latency.sum() and comps > len(test) * 30


def test_one_thread_builds_the_same_graph_each_time() -> None:
    train, _ = clustered(7, 1500, 12)

    def graph(seed: int) -> list[list[list[int]]]:
        index = _core.Hnsw(train, "euclidean", 8, 50, seed, 1)
        return [
            [index.links(i, level) for level in range(index.level(i) + 1)]
            for i in range(len(train))
        ]

    assert graph(1) == graph(1)
    assert graph(1) != graph(2)


def test_levels_do_not_depend_on_threads() -> None:
    train, _ = clustered(8, 1500, 12)
    a, b = (_core.Hnsw(train, "euclidean", 8, 50, 9, threads) for threads in (1, 4))
    assert [a.level(i) for i in range(1500)] == [b.level(i) for i in range(1500)]
    assert a.entry == b.entry


@pytest.mark.parametrize("make", [
    lambda x: _core.Naive(x, "angular"), lambda x: _core.Hnsw(x, "angular", 8, 60),
])  # fmt: skip
def test_zero_vectors_are_at_distance_one(make: object) -> None:
    train, test = clustered(9, 500, 16, 20)
    train[::7] = 0
    index = make(train)  # type: ignore[operator]
    search = (
        (lambda q: index.search(q, 10))
        if isinstance(index, _core.Naive)
        else (lambda q: index.search(q, 10, 100))
    )
    ids = search(test)[0]
    found = distance.to_rows(train, test, ids, "angular")
    assert (np.diff(found, axis=1) >= -1e-6).all()
    assert (found[:, 0] < 0.9).all(), "zero rows do not crowd out near ones"
    nothing = search(np.zeros((1, 16), np.float32))[0]
    assert (nothing >= 0).all(), "a zero query gets an answer as well"


def test_identical_rows() -> None:
    train = np.ones((300, 4), np.float32)
    ids = _core.Hnsw(train, "euclidean", 4, 20).search(train[:3], 10, 50)[0]
    assert all(len(set(row)) == 10 for row in ids.tolist())


def test_few_rows() -> None:
    for n in (1, 2, 3, 17):
        train = np.arange(n, dtype=np.float32).reshape(n, 1)
        ids = _core.Hnsw(train, "euclidean", 4, 20).search(train, n, 1)[0]
        assert (np.sort(ids, axis=1) == np.arange(n)).all()


GOOD = np.zeros((10, 4), np.float32)


def spoiled(value: float) -> np.ndarray:
    bad = GOOD.copy()
    bad[3, 2] = value
    return bad


@pytest.mark.parametrize(
    ("train", "error", "words"),
    [
        (np.zeros((10, 4)), TypeError, "train must be float32"),
        (np.zeros((10, 4), np.int32), TypeError, "train must be float32"),
        (np.zeros(4, np.float32), ValueError, "2 dimensions"),
        (np.zeros((10, 8), np.float32)[:, ::2], ValueError, "contiguous"),
        (np.zeros((4, 10), np.float32).T, ValueError, "contiguous"),
        (np.zeros((20, 4), np.float32)[::2], ValueError, "contiguous"),
        (np.zeros((0, 4), np.float32), ValueError, "no rows"),
        (np.zeros((4, 0), np.float32), ValueError, "dimension is 0"),
        (spoiled(np.nan), ValueError, "row 3"),
        (spoiled(-np.inf), ValueError, "row 3"),
        (spoiled(1e30), ValueError, "row 3"),
    ],
)
def test_bad_train(train: np.ndarray, error: type[Exception], words: str) -> None:
    for make in (
        lambda: _core.Naive(train, "euclidean"),
        lambda: _core.Hnsw(train, "euclidean"),
        lambda: _core.QuantizedGraph(train, "euclidean"),
        lambda: _core.exact_neighbours(train, GOOD, "euclidean", 1),
    ):
        with pytest.raises(error, match=words):
            make()


def test_bad_searches() -> None:
    naive, hnsw = _core.Naive(GOOD, "euclidean"), _core.Hnsw(GOOD, "euclidean")
    with pytest.raises(ValueError, match="k=11"):
        naive.search(GOOD, 11)
    with pytest.raises(ValueError, match="k=0"):
        hnsw.search(GOOD, 0, 10)
    with pytest.raises(ValueError, match="dimension 5"):
        hnsw.search(np.zeros((1, 5), np.float32), 1, 10)
    with pytest.raises(ValueError, match="row 3"):
        naive.search(spoiled(np.nan), 1)
    with pytest.raises(ValueError, match="efSearch"):
        hnsw.search(GOOD, 1, 0)
    with pytest.raises(ValueError, match="threads"):
        hnsw.search(GOOD, 1, 1, 0)
    with pytest.raises(TypeError):
        hnsw.search(GOOD.tolist(), 1, 1)
    with pytest.raises(ValueError, match="k must be"):
        _core.exact_neighbours(GOOD, GOOD, "euclidean", 11)


def test_bad_parameters() -> None:
    with pytest.raises(ValueError, match="metric"):
        _core.Naive(GOOD, "manhattan")
    with pytest.raises(ValueError, match="M must"):
        _core.Hnsw(GOOD, "euclidean", 1)
    with pytest.raises(ValueError, match="efConstruction"):
        _core.Hnsw(GOOD, "euclidean", 4, 0)
    with pytest.raises(TypeError):
        _core.Hnsw(GOOD, "euclidean", -4)


def test_read_only_input_is_enough() -> None:
    train = GOOD.copy()
    train.flags.writeable = False
    assert _core.Naive(train, "euclidean").search(train, 1)[0].shape == (10, 1)


def test_the_index_keeps_its_own_copy() -> None:
    train, test = clustered(10, 300, 8)
    index = _core.Naive(train, "euclidean")
    before = index.search(test, 5)[0]
    train[:] = 0
    assert (index.search(test, 5)[0] == before).all()


def test_index_bytes_counts_at_least_vectors_and_links() -> None:
    train, _ = clustered(11, 5000, 32)
    assert _core.Naive(train, "euclidean").index_bytes >= train.nbytes
    assert _core.Hnsw(train, "euclidean", 16, 40).index_bytes >= train.nbytes + 5000 * 32 * 4


@pytest.mark.parametrize("what", ["build", "search", "exact"])
def test_stop_ends_a_long_call_soon(what: str) -> None:
    train, test = clustered(12, 20_000, 128, 2000)
    progress = _core.Progress()
    naive = _core.Naive(train, "euclidean")
    calls = {
        "build": lambda: _core.Hnsw(train, "euclidean", 32, 800, 1, 2, progress),
        "search": lambda: naive.search(np.repeat(test, 20, 0), 10, 1, progress),
        "exact": lambda: _core.exact_neighbours(train, np.repeat(test, 20, 0), "euclidean", 100, 2,
                                                progress),
    }  # fmt: skip
    ended: list[object] = []

    def work() -> None:
        try:
            ended.append(calls[what]())
        except _core.Stopped:
            ended.append("stopped")

    thread = threading.Thread(target=work)
    thread.start()
    while progress.done == 0:
        time.sleep(0.01)
    assert 0 < progress.done <= progress.total
    # On the processor: others may have it meanwhile.
    begin = time.process_time()
    progress.stop()
    thread.join()
    assert time.process_time() - begin < 0.5
    assert ended == ["stopped"]


def test_isa_is_chosen_by_the_environment() -> None:
    command = [sys.executable, "-I", "-c", "from annbench import _core; print(_core.isa())"]
    for isa in _core.available_isas():
        done = subprocess.run(
            command, env={**os.environ, "ANNBENCH_ISA": isa}, capture_output=True, text=True
        )
        assert done.stdout.strip() == isa
    done = subprocess.run(
        [sys.executable, "-I", "-m", "annbench", "info"],
        env={**os.environ, "ANNBENCH_ISA": "mmx"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 2 and "ANNBENCH_ISA=mmx" in done.stderr


def case(kind: str) -> tuple[np.ndarray, np.ndarray, str]:
    """(train, queries, metric) on which float32 alone is not enough."""
    train, test = clustered(31, 1200, 20, 40)
    match kind:
        case "zeros":
            train[::7], test[::5] = 0, 0
            return train, test, "angular"
        case "one direction":
            return train + np.float32(1e3), test + np.float32(1e3), "angular"
        case "ties":
            return np.round(train), np.round(test), "euclidean"
        case "tiny":
            return train * np.float32(1e-30), test * np.float32(1e-30), "euclidean"
    return train, test, "angular"


KINDS = ("plain", "zeros", "one direction", "ties", "tiny")


def test_the_truth_does_not_depend_on_the_instruction_set() -> None:
    program = (
        "import hashlib, sys; sys.path[:0] = sys.argv[1:]; import test_core as t\n"
        "from annbench import _core\n"
        "for kind in t.KINDS:\n"
        "    found = _core.exact_neighbours(*t.case(kind), 100, 2)\n"
        "    naive = _core.Naive(*t.case(kind)[::2], 1).search(t.case(kind)[1], 10)[0]\n"
        "    print([hashlib.sha256(x.tobytes()).hexdigest() for x in (*found, naive)])"
    )
    told = set()
    for isa in _core.available_isas():
        done = subprocess.run(
            [sys.executable, "-B", "-c", program, *(str(Path(__file__).parents[n]) for n in (0, 1))],
            env={**os.environ, "ANNBENCH_ISA": isa}, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert len(done.stdout.splitlines()) == len(KINDS)
        told.add(done.stdout)
    assert len(told) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_exact_is_exact_in_float64(kind: str) -> None:
    train, test, metric = case(kind)
    wanted = brute_force(train, test, metric, 30)
    for ids in (
        _core.exact_neighbours(train, test, metric, 30, 2)[0],
        _core.Naive(train, metric).search(test, 30)[0],
    ):
        found = distance.to_rows(train, test, ids, metric)
        assert np.allclose(found, wanted, rtol=1e-10, atol=1e-25)


def test_a_query_of_zeros_is_at_one_from_all() -> None:
    train, _ = clustered(32, 300, 8)
    nothing = np.zeros((2, 8), np.float32)
    ids, distances = _core.exact_neighbours(train, nothing, "angular", 5)
    assert (ids == np.arange(5)).all() and (distances == 1).all()
    for found in (
        _core.Naive(train, "angular").search(nothing, 5)[0],
        _core.Hnsw(train, "angular", 8, 40).search(nothing, 5, 20)[0],
    ):
        assert (found == np.arange(5)).all()


@pytest.mark.parametrize("metric", ["euclidean", "angular"])
@pytest.mark.parametrize(
    ("rows", "sources", "times"), [(2970, 90, 33), (3000, 30, 100), (3300, 5, 60), (400, 1, 400)]
)
def test_hnsw_finds_copies_and_what_lies_beyond(
    metric: str, rows: int, sources: int, times: int
) -> None:
    train, test = clustered(33, rows, 16, 50)
    place = np.random.default_rng(1).permutation(rows)[: sources * times].reshape(sources, times)
    train[place] = train[place[:, :1]]
    index = _core.Hnsw(train, metric, 16, 100, 42, 2)
    assert index.nodes == rows - sources * (times - 1) and index.unreachable == 0
    ids = index.search(test, 10, 1000)[0]
    assert all(len(set(row)) == 10 for row in ids.tolist())
    wanted = brute_force(train, test, metric, 10)
    found = distance.to_rows(train, test, ids, metric)
    assert (np.sort(found, axis=1) <= wanted * (1 + 1e-12) + 1e-15).all()
