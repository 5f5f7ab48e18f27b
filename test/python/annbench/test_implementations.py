"""Implementations as they are registered, and what is guessed of their cost."""

from __future__ import annotations

import pytest

from annbench.cost import Cost, visits
from annbench.implementations import _CODE, DEFAULTS, IMPLEMENTATIONS


def test_each_that_is_registered_has_its_code() -> None:
    assert list(IMPLEMENTATIONS) == list(_CODE) == ["naive", "hnsw", "qg", "dummy"]
    assert {"k": 10, "repeats": 3, "seed": 1} == DEFAULTS
    assert [name for name, one in IMPLEMENTATIONS.items() if one.default] == ["naive", "hnsw", "qg"]


def test_a_sweep_stays_within_what_parameters_may_be() -> None:
    for one in IMPLEMENTATIONS.values():
        for kinds, grid in ((one.build_params, "build"), (one.search_params, "search")):
            for name, values in one.sweep[grid].items():
                assert all(kinds[name].least <= value <= kinds[name].most for value in values)


def test_costs_name_parameters_that_there_are() -> None:
    for one in IMPLEMENTATIONS.values():
        cost = one.cost
        for rule, kinds in ((cost.build, one.build_params), (cost.search, one.search_params)):
            assert rule.get("parameter", None) in (None, *kinds)
        assert set(cost.row_bytes) <= {"fixed", "dimension", *one.build_params}


def test_what_is_looked_at() -> None:
    assert visits({"fixed": 2}, 1000, {}) == 2
    assert visits({"share": 0.5}, 1000, {}) == 500
    rule = {"parameter": "ef", "factor": 10, "power": 0.5, "times": 3}
    assert visits(rule, 1000, {"ef": 16}) == 3 * 40
    assert visits(rule, 30, {"ef": 16}) == 3 * 30, "no more than there are"


def test_effort_and_bytes() -> None:
    cost = Cost("in-order", {"fixed": 3}, {"share": 1}, {"fixed": 16, "dimension": 4, "M": 2})
    assert cost.build_effort(900, {}) == 1 and cost.search_effort(900, {}) == 300
    assert cost.bytes_per_row(10, {"M": 5, "efConstruction": 7}) == 16 + 40 + 10
    hnsw = IMPLEMENTATIONS["hnsw"].cost
    links = 1.1 * 4 * (2 * 16 + 4)  # of the lowest layer, their count, and the layers above
    expected = 4.0 * 100 + 16 + links
    assert hnsw.bytes_per_row(100, {"M": 16, "efConstruction": 200}) == pytest.approx(expected)
