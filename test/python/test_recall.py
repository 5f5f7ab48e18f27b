"""The recall rule, and what is refused before it is applied."""

from __future__ import annotations

import numpy as np
import pytest

from annbench.distance import to_rows
from annbench.errors import Problem
from annbench.recall import recall, validate

TRAIN = np.array([[0], [1], [1.0005], [1.01], [5]], np.float32)
QUERY = np.zeros((1, 1), np.float32)
TRUE = np.array([[0.0, 1.0]], np.float32)


def rate(*ids: int) -> float:
    return recall(TRAIN, QUERY, np.array([ids]), TRUE, 2, "euclidean")


def test_rule() -> None:
    assert rate(0, 1) == 1.0
    assert rate(1, 0) == 1.0, "order does not matter"
    assert rate(0, 2) == 1.0, "within 1e-3 of the k-th distance: a tie"
    assert rate(0, 3) == 0.5, "0.01 beyond is a miss"
    assert rate(0, -1) == 0.5, "not found is a miss"
    assert rate(4, -1) == 0.0


def test_huge_distances_allow_for_float32() -> None:
    train = np.array([[0], [3e6]], np.float32)
    query = np.array([[0.1]], np.float32)
    stored = np.array([[0.1, np.float32(3e6 - 0.1)]], np.float32)
    stored[0, 1] = np.nextafter(stored[0, 1], np.float32(0))  # rounded down by its writer
    assert recall(train, query, np.array([[0, 1]]), stored, 2, "euclidean") == 1.0


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
