"""The rest of a job's time: what was not measured yet goes by what it is, and what was said stands
while work goes on as planned."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from jobkit.forecast import Forecast, Kind

from annbench.events import Events
from annbench.job import parse
from annbench.measuring.sweep import Run


def test_what_was_not_measured_goes_by_what_it_is_most_like() -> None:
    forecast = Forecast()
    fast, slow = ("hnsw", "pass", "efSearch=10"), ("hnsw", "pass", "efSearch=20")
    for kind in (fast, slow, ("naive", "pass", "{}")):
        forecast.plan(kind, 10.0)
    assert forecast.remaining() is None, "nothing was measured"
    forecast.done(("hnsw", "build", "M=16"), 5.0, 50.0)
    assert forecast.remaining() == pytest.approx(300.0), "all there is to go by"
    forecast.done(fast, 2.0, 2.0)
    left = forecast.remaining()
    # Its other pass goes at the rate of its pass; naive by all there is: 52 s for 7 units.
    assert left is not None and 8 * 1 + 10 * 1 + 10 * 52 / 7 == pytest.approx(left, rel=0.25)


def test_a_little_of_its_own_does_not_outweigh_what_is_like_it() -> None:
    """The first hundredth of a pass took ten times as long, as the first of anything may."""
    forecast = Forecast()
    forecast.plan(("hnsw", "pass", "b"), 100.0)
    forecast.done(("hnsw", "pass", "a"), 100.0, 100.0)
    forecast.done(("hnsw", "pass", "b"), 1.0, 10.0)
    left = forecast.remaining()
    assert left is not None and 99 < left < 300


def test_work_that_does_not_tell_how_far_it_is_is_on_plan() -> None:
    forecast = Forecast()
    forecast.done(("a",), 1.0, 1.0)
    forecast.plan(("a",), 10.0)
    forecast.plan(("b",), 5.0)
    assert forecast.remaining(("b",), 0.0, 4.0) == pytest.approx(11.0)
    assert forecast.remaining(("b",), 0.0, 400.0) == pytest.approx(10.0)
    assert forecast.remaining() == pytest.approx(15.0), "asking changed nothing"


#: Kind, units, and how many times as long as a unit of a scan it takes where guesses are off: builds
#: of many threads, passes at random, a scan, and a file that nobody knows.
SCHEDULE: list[tuple[Kind, float, float]] = [
    (("mine", "build", "mine", "d"), 8.0, 0.8),
    *[(("mine", "pass", "d"), 10.0, 1.1)] * 4,
    (("hnsw", "build", "M=16", "d"), 60.0, 1.3),
    (("naive", "build", "naive", "d"), 0.1, 1.0),
    *[(("hnsw", "pass", f"efSearch={ef}", "d"), ef**0.58, 1.2) for ef in (10, 20, 40, 80) * 4],
    *[(("naive", "pass", "{}", "d"), 30.0, 0.9)] * 4,
]


def ends(schedule: list[tuple[Kind, float, float]]) -> Iterator[float]:
    """What has passed and what is said to be left, at each word of a job that goes through it.
    A build of a person's own does not tell how far it is."""
    forecast, clock = Forecast(), 0.0
    forecast.done(("x",), 1.0, 1.0)
    for kind, units, _ in schedule:
        forecast.plan(kind, units)
    for kind, units, slow in schedule:
        whole = units * slow
        for share in (i / 10 for i in range(1, 10)):
            silent = kind[:2] == ("mine", "build")
            left = forecast.remaining(kind, 0.0 if silent else units * share, whole * share)
            assert left is not None
            yield clock + whole * share + left
        clock += whole
        forecast.done(kind, units, whole)
        left = forecast.remaining()
        assert left is not None
        yield clock + left


def test_the_end_stands_while_work_goes_as_planned() -> None:
    real = sum(units for _, units, _ in SCHEDULE)
    for end in ends([(kind, units, 1.0) for kind, units, _ in SCHEDULE]):
        assert end == pytest.approx(real, rel=1e-6)


def test_where_guesses_are_off_the_end_moves_once_and_is_known_in_time() -> None:
    real = sum(units * slow for _, units, slow in SCHEDULE)
    found = list(ends(SCHEDULE))
    assert max(found) < 1.2 * real and min(found) > 0.7 * real
    later = found[-len(found) // 2 :]
    assert max(later) < 1.1 * real
    assert all(abs(end / real - 1) < 0.05 for end in found[-len(found) // 10 :])


def test_threads_side_by_side_are_counted(tmp_path: Path) -> None:
    """A build of 32 threads is done in a 32nd of the time: it says nothing else of what one thread
    will take to search."""
    told = Events(human=None)
    spec = {
        "v": 1, "job": "bench", "data_dir": str(tmp_path), "datasets": [{"name": "d"}],
        "implementations": [{"name": "hnsw", "search": [{"efSearch": 10}]}], "threads": 1,
    }  # fmt: skip
    stamp = {"name": "d", "train": [1000, 10], "test": [100, 10]}

    def work(threads: int) -> tuple[float, float]:
        job = parse({**spec, "build_threads": threads})
        run = Run(job, tmp_path, told)
        run._machine["cores"] = 32
        impl = job.implementations[0]
        return run._build_work(stamp, impl)[1], run._pass_work(stamp, impl, impl.search[0])[1]

    (one, search), (many, same) = work(1), work(64)
    assert one == pytest.approx(32 * many) and search == same
