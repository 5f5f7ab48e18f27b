"""How much a measurement was disturbed, and saying so once."""

from __future__ import annotations

from typing import Any

#: Share of all cores that others kept busy: more makes a point noisy.
BUSY = 0.25
#: By how much the slowest pass may be below the best one: more makes a point noisy.
SPREAD = 0.10


def spread(qps: list[float]) -> float:
    """By what share the slowest pass is below the best; 0 for a single one."""
    return round(1 - min(qps) / max(qps), 4)


def fields(qps: list[float], others_busy: float | None, cores: int) -> dict[str, Any]:
    """What a point says of its noise."""
    apart = spread(qps)
    disturbed = others_busy is not None and others_busy > BUSY * cores
    return {
        "spread": apart,
        "others_busy_cores": others_busy,
        "noisy": bool(disturbed or apart > SPREAD),
    }


def _range(low: float, high: float, form: str) -> str:
    first, last = format(low, form), format(high, form)
    return first if first == last else f"{first} to {last}"


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
        whys.append(f"passes differ by {_range(min(apart) * 100, max(apart) * 100, '.0f')} %")
    return f"{label}: {len(noisy)} of {len(points)} points are noisy: {'; '.join(whys)}"


def slow_sentence(label: str, points: list[dict[str, Any]], asked: int) -> str | None:
    """One warning for all points that were repeated less often than asked for."""
    slow = [p["repeats"] for p in points if p["repeats"] < asked]
    if not slow:
        return None
    return (
        f"{label}: {len(slow)} of {len(points)} points are slow, "
        f"repeated {_range(min(slow), max(slow), 'd')} instead of {asked} times"
    )


def summary(points: list[dict[str, Any]]) -> dict[str, Any]:
    """Of a whole run, for its results."""
    busy = [p["others_busy_cores"] for p in points if p.get("others_busy_cores") is not None]
    found: dict[str, Any] = {
        "points": len(points),
        "noisy": sum(bool(p.get("noisy")) for p in points),
        "worst_spread": max((p.get("spread", 0.0) for p in points), default=0.0),
    }
    return {**found, "most_others_busy_cores": max(busy)} if busy else found
