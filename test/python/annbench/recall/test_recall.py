"""The recall rule, and what is refused before it is applied."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from jobkit.errors import Problem

from annbench import _core
from annbench.data.formats.hdf5 import Data
from annbench.recall.distance import to_rows
from annbench.recall.recall import Recall, of, validate

TRAIN = np.array([[0], [1], [1.0005], [1.01], [5]], np.float32)
QUERY = np.zeros((1, 1), np.float32)


def data(
    train: np.ndarray, query: np.ndarray, true: list[int], metric: str = "euclidean"
) -> Data:
    """A data set of one query; what it stores of its distances must not matter."""
    ids = np.array([true], np.int32)
    return Data("x", "", metric, train, query, ids, np.full(ids.shape, 7, np.float32))


def rate(*ids: int) -> Recall:
    return of(data(TRAIN, QUERY, [0, 1]), np.array([ids]), 2)


def test_rules() -> None:
    assert rate(0, 1) == rate(1, 0) == Recall(1.0, 1.0), "order does not matter"
    assert rate(0, 2) == Recall(0.5, 1.0), "0.0005 beyond: a tie only for ann-benchmarks"
    assert rate(0, 3) == Recall(0.5, 0.5), "0.01 beyond is a miss by either"
    assert rate(0, -1) == Recall(0.5, 0.5), "not found is a miss"
    assert rate(4, -1) == Recall(0.0, 0.0)


@pytest.mark.parametrize("scale", [1e-30, 1e-4, 1.0, 1e4, 1e15])
def test_strict_recall_does_not_depend_on_scale(scale: float) -> None:
    small = data((TRAIN * scale).astype(np.float32), QUERY, [0, 1])
    assert [of(small, np.array([[0, i]]), 2).strict for i in (1, 2, 3, 4)] == [1.0, 0.5, 0.5, 0.5]
    if scale <= 1e-4:
        assert of(small, np.array([[4, 3]]), 2) == Recall(0.0, 1.0)


def test_a_tie_at_rank_k_counts_whichever_row_is_returned() -> None:
    train = np.array([[0.1, 0.3], [0.3, 0.1], [-0.1, 0.3], [0.3, 0.2]], np.float32)
    tied = data(train, np.zeros((1, 2), np.float32), [0])
    assert [of(tied, np.array([[i]]), 1).strict for i in range(4)] == [1.0, 1.0, 1.0, 0.0]


def test_true_neighbours_in_the_order_of_rounded_distances() -> None:
    """A file that was made in float32 may have two neighbours the wrong way round."""
    train = np.array([[1.0000001], [1.0], [3.0], [4.0]], np.float32)
    swapped = data(train, QUERY, [0, 1, 2])
    assert of(swapped, np.array([[1]]), 1).strict == 1.0
    assert of(swapped, np.array([[0]]), 1).strict == 0.0
    twice = data(train, QUERY, [1, 1, 0])
    assert of(twice, np.array([[1, 0]]), 2).strict == 1.0
    assert of(twice, np.array([[2, 0]]), 2).strict == 0.5


@pytest.mark.parametrize("apart", [1e-3, 1e-5, 3e-7])
def test_small_angles_keep_their_digits(apart: float) -> None:
    """1 - cos of 5e-14 is nothing but rounding when computed as 1 minus a product."""
    rows = [[3.0, 3.0 * apart * i, 0.5] for i in (1, 2, 4, 8)]
    train, query = np.array(rows, np.float32), np.array([[6.0, 0.0, 1.0]], np.float32)
    near = data(train, query, [0, 1], "angular")
    found = to_rows(train, query, np.array([[0, 1, 2, 3]]), "angular")[0]
    assert np.allclose(found / found[0], [1, 4, 16, 64], rtol=1e-3)
    answers = [of(near, np.array([[0, i]]), 2).strict for i in (1, 2, 3)]
    assert answers == [1.0, 0.5, 0.5]


def test_rows_of_one_direction_are_ties_under_angular() -> None:
    direction = np.array([0.3, 0.1, 0.7])
    train = np.array([direction * length for length in (1, 3, 7, 1e-20)], np.float32)
    train[3] = train[0] * np.float32(2.0**-60)
    near = data(train, train[:1] * np.float32(2), [0], "angular")
    assert of(near, np.array([[3]]), 1).strict == 1.0


def test_angular_distances() -> None:
    train = np.array([[1, 0], [0, 2], [-3, 0], [0, 0]], np.float32)
    query = np.array([[5, 0]], np.float32)
    found = to_rows(train, query, np.array([[0, 1, 2, 3]]), "angular")
    assert np.allclose(found, [[0, 1, 2, 1]])


@pytest.mark.parametrize(
    ("ids", "why"),
    [
        ([[0, 1, 2]], "shape"),
        ([[0, 5]], "outside"),
        ([[0, -2]], "outside"),
        ([[3, 3]], "twice"),
        ([[-1, 3]], "behind a missing one"),
    ],
)
def test_impossible_answers(ids: list[list[int]], why: str) -> None:
    with pytest.raises(Problem, match=why):
        validate(np.array(ids), 5, 2, 1)


def test_missing_at_the_end_is_allowed() -> None:
    validate(np.array([[3, -1], [-1, -1]]), 5, 2, 2)


def test_strict_recall_is_recall_by_ids_on_six_kinds_of_data() -> None:
    """`npm run measure -- recall-truth` does this at length, through the command line."""
    sys.path.insert(0, str(Path(__file__).parents[3] / "measure"))
    from recall_truth import by_ids, kinds, nearest

    k = 10
    told = {}
    for kind, (train, queries, metric) in kinds(900, 60).items():
        truth = _core.exact_neighbours(train, queries, metric, 100, 2)
        near = Data(kind, "", metric, train, queries, *truth)
        graph = _core.Hnsw(train, metric, 16, 100, 42, 1)
        answers = {
            "naive": _core.Naive(train, metric).search(queries, k)[0],
            "hnsw": graph.search(queries, k, 10)[0],
            "wide": graph.search(queries, k, 400)[0],
            "constant": np.tile(np.arange(k, dtype=np.int32), (len(queries), 1)),
        }
        true = nearest(train, queries, metric, k)
        for name, ids in answers.items():
            found = of(near, ids, k)
            assert abs(found.strict - by_ids(true, ids)) <= 1e-6, (kind, name)
            told[kind, name] = found
    kinds_found = {kind for kind, _ in told}
    assert len(kinds_found) == 6
    for kind in kinds_found:
        assert told[kind, "naive"].strict == 1.0
        assert told[kind, "wide"].strict > 0.995
        assert told[kind, "constant"].strict < 0.06
    # What the absolute tolerance calls right, whatever is answered.
    for kind in ("times-1e-4", "uncentred", "histograms"):
        assert told[kind, "constant"].tolerant > 0.3
