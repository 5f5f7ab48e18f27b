"""How a point is measured: turns, the held-out half, pinning, noise, memory."""

from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest
from conftest import clustered

from annbench import _core, affinity, measure, memory, noise
from annbench.hdf5 import Data
from annbench.implementations import IMPLEMENTATIONS, Implementation
from annbench.measure import GROUP_SECONDS, Measurement, groups
from annbench.recall import Recall


class Listener:
    def __init__(self) -> None:
        self.turns: list[int] = []
        self.shares: list[float] = []

    def planned(self, setting: int, passes: int, seconds: float) -> None:
        pass

    def at(self, setting: int, passes: float) -> None:
        pass

    def passed(self, setting: int, passes: int, share: float, seconds: float) -> None:
        self.turns.append(setting)
        self.shares.append(share)


@pytest.fixture(scope="module")
def data() -> Data:
    train, test = clustered(5, 500, 8, 100)
    ids, distances = _core.exact_neighbours(train, test, "euclidean", 20)
    return Data("d", "0" * 64, "euclidean", train, test, ids, distances)


def measured(
    data: Data, impl: str, settings: list[Any], threads: int = 1, repeats: int = 3
) -> Any:
    kind = IMPLEMENTATIONS[impl]
    params = {name: p.default for name, p in kind.build_params.items()}
    index = kind.build(data.train, data.distance, params, 1, 1, _core.Progress())
    listener = Listener()
    run = Measurement(impl, index, data, 10, settings, threads, repeats)
    return listener, list(run.run(listener))


def test_settings_take_turns(data: Data) -> None:
    listener, found = measured(data, "hnsw", [{"efSearch": ef} for ef in (10, 20, 40)])
    assert listener.turns == [0, 1, 2] * 4
    assert listener.shares == [0.5] * 3 + [1.0] * 9, (
        "the warm-up leaves out the second half"
    )
    assert [number for number, _ in found] == [0, 1, 2]
    for _, one in found:
        assert len(one.qps) == one.repeats == 3 and one.qps_unseen > 0
        assert one.ids.shape == one.distances.shape == (
            100,
            10,
        ) and one.seconds.shape == (100,)


def test_a_slow_setting_leaves_the_turns_early(
    data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that says that efSearch=20 takes 20 s a pass."""
    monkeypatch.setattr(measure, "GROUP_SECONDS", 60.0)
    real = IMPLEMENTATIONS["hnsw"]

    def slow(index: Any, queries: Any, k: int, params: Any, *more: Any) -> Any:
        ids, seconds, wall, comps = real.search(index, queries, k, params, *more)
        return (
            ids,
            seconds,
            0.2 * len(queries) if params["efSearch"] == 20 else wall,
            comps,
        )

    fake = Implementation(**{**real.__dict__, "search": slow})
    monkeypatch.setitem(IMPLEMENTATIONS, "hnsw", fake)
    listener, found = measured(
        data, "hnsw", [{"efSearch": ef} for ef in (10, 20, 40)], repeats=5
    )
    assert listener.turns == [0, 2, 0, 1, 2, 0, 1, 2, 0, 2, 0, 2, 0, 2]
    assert [one.repeats for _, one in found] == [5, 2, 5]


def test_groups_of_settings_that_take_long() -> None:
    assert groups([], most=1.0) == []
    assert groups([1.0] * 5, most=60.0) == [range(5)]
    assert groups([50.0, 20.0, 30.0, 500.0, 1.0], most=60.0) == [
        range(1), range(1, 3), range(3, 4), range(4, 5),
    ]  # fmt: skip
    assert GROUP_SECONDS <= 120


def test_exact_search_is_exact_and_dummy_is_not(data: Data) -> None:
    _, [(_, exact)] = measured(data, "naive", [{}])
    assert exact.recall == Recall(1.0, 1.0)
    assert np.allclose(exact.distances, data.distances[:, :10], atol=1e-5)
    _, [(_, dummy)] = measured(data, "dummy", [{}])
    assert dummy.recall.strict < 0.2 and dummy.dist_comps == 0
    assert (dummy.ids == np.arange(10)).all()
    assert min(dummy.qps) > max(exact.qps)


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no such call here")
def test_one_thread_is_kept_on_one_core(
    data: Data, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = os.sched_getaffinity(0)
    seen: list[set[int]] = []
    real = IMPLEMENTATIONS["naive"]

    def look(*args: Any) -> Any:
        seen.append(os.sched_getaffinity(0))
        return real.search(*args)

    fake = Implementation(**{**real.__dict__, "search": look})
    monkeypatch.setitem(IMPLEMENTATIONS, "naive", fake)
    _, [(_, one)] = measured(data, "naive", [{}])
    assert all(cores == {one.core} for cores in seen) and one.core in before
    assert os.sched_getaffinity(0) == before, "only the searching thread was pinned"
    seen.clear()
    _, [(_, many)] = measured(data, "naive", [{}], threads=2)
    assert many.core is None and all(cores == before for cores in seen)
    assert many.qps_unseen is None


def test_a_refused_pin_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise OSError("not permitted")

    monkeypatch.setattr(os, "sched_setaffinity", refuse, raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {0}, raising=False)
    with affinity.pinned(0) as held:
        assert not held
    with affinity.pinned(None) as held:
        assert not held
    assert affinity.why_not()


def test_ranges_of_cores() -> None:
    assert affinity.as_ranges([3]) == "3"
    assert affinity.as_ranges([5, 0, 1, 2, 8, 7]) == "0-2,5,7-8"
    assert affinity.as_ranges([]) == ""


def test_noise_is_told_once_with_a_range() -> None:
    quiet = {**noise.fields([100.0, 95.0], 0.1, 2), "repeats": 2}
    busy = {**noise.fields([100.0, 95.0], 0.9, 2), "repeats": 2}
    busier = {**noise.fields([100.0, 60.0], 1.4, 2), "repeats": 2}
    assert [p["noisy"] for p in (quiet, busy, busier)] == [False, True, True]
    assert noise.sentence("x", [quiet], 2) is None
    assert noise.sentence("x", [quiet, busy, busier], 2) == (
        "x: 2 of 3 points are noisy: others kept 0.9 to 1.4 of 2 cores busy; passes differ by 40 %"
    )
    assert noise.fields([100.0, 60.0], None, 2)["noisy"], "where others are not told of"
    assert noise.summary([quiet, busy, busier]) == {
        "points": 3, "noisy": 2, "worst_spread": 0.4, "most_others_busy_cores": 1.4,
    }  # fmt: skip
    assert noise.slow_sentence("x", [quiet, busy], 2) is None
    assert noise.slow_sentence("x", [quiet, busy], 5) == (
        "x: 2 of 2 points are slow, repeated 2 instead of 5 times"
    )


def test_peak_of_memory() -> None:
    size = 64 << 20
    peak, before = memory.Peak(), memory.rss_bytes()
    held = np.ones(size, np.uint8)
    peak.look()
    del held
    assert peak.bytes() - before > size * 0.9
    later = memory.Peak()
    if later._exact:
        assert later.bytes() - memory.rss_bytes() < size * 0.5, (
            "an earlier peak is forgotten"
        )
