"""How much a measurement was disturbed, and saying so once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from annbench.measuring import interval

#: Share of all cores that others kept busy: more makes a point noisy.
BUSY = 0.25
#: How far its passes may leave a point open to either side: more makes it noisy.
SPREAD = 0.10


def spread(passes: Sequence[interval.Pass]) -> float:
    """How far the passes leave the figure open to either side, as a share; 0 for a single one."""
    return round(math.expm1(interval.within(passes) or 0.0), 4)


def fields(
    passes: Sequence[interval.Pass], threads: int, others_busy: float | None, cores: int
) -> dict[str, Any]:
    """What a point says of its passes and of its noise."""
    apart = spread(passes)
    disturbed = others_busy is not None and others_busy > BUSY * cores
    low, high = interval.interval(passes, threads, others_busy, cores)
    return {
        "qps_all": [one.qps for one in passes],
        "wall_seconds_all": [round(one.wall, 6) for one in passes],
        "cpu_seconds_all": [round(one.cpu, 6) or None for one in passes],
        "rounds_all": [one.rounds for one in passes],
        "qps_interval": [round(low, 3), round(high, 3)],
        "interval_level": interval.LEVEL,
        "spread": apart,
        "others_busy_cores": others_busy,
        "noisy": bool(disturbed or apart > SPREAD),
    }


def _range(low: float, high: float, form: str) -> str:
    first, last = format(low, form), format(high, form)
    return first if first == last else f"{first} to {last}"


def counted(points: int) -> str:
    """`1 point`, `7 points`."""
    return f"{points} {'point' if points == 1 else 'points'}"


def count_of(some: int, points: int, what: str) -> str:
    """`1 of 1 point is noisy`, `2 of 7 points are noisy`."""
    of = f"{some} of {counted(points)}"
    return f"{of} {'is' if some == 1 else 'are'} {what}"


def sentence(label: str, points: list[dict[str, Any]], cores: int) -> str | None:
    """One warning for all the points of a sweep; None when nothing disturbed them."""
    noisy = [p for p in points if p.get("noisy")]
    if not noisy:
        return None
    whys = []
    busy = [p["others_busy_cores"] for p in noisy if p.get("others_busy_cores") is not None]
    if busy and max(busy) > BUSY * cores:
        whys.append(f"others kept {_range(min(busy), max(busy), '.1f')} of {cores} cores busy")
    apart = [p["spread"] for p in noisy if p.get("spread", 0) > SPREAD]
    if apart:
        whys.append(f"passes agree only within {_range(min(apart) * 100, max(apart) * 100, '.0f')} %")
    return f"{label}: {count_of(len(noisy), len(points), 'noisy')}: {'; '.join(whys)}"


def slow_sentence(label: str, points: list[dict[str, Any]], asked: int) -> str | None:
    """One warning for all points that were repeated less often than asked for."""
    slow = [p["repeats"] for p in points if p["repeats"] < asked]
    if not slow:
        return None
    return (
        f"{label}: {count_of(len(slow), len(points), 'slow')}, "
        f"repeated {_range(min(slow), max(slow), 'd')} instead of {asked} times"
    )


def summary(points: list[dict[str, Any]]) -> dict[str, Any]:
    """The noise of a whole run, for its results."""
    busy = [p["others_busy_cores"] for p in points if p.get("others_busy_cores") is not None]
    found: dict[str, Any] = {
        "points": len(points),
        "noisy": sum(bool(p.get("noisy")) for p in points),
        "worst_spread": max((p.get("spread", 0.0) for p in points), default=0.0),
    }
    return {**found, "most_others_busy_cores": max(busy)} if busy else found
