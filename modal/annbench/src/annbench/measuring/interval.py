"""How far a measured number of queries a second can be trusted.

Everything is in logarithms, since disturbances multiply. The interval is put together from parts
that each say what they are:

- `within`: what the passes of the point leave open themselves. It is the interval of the median
  pass that needs no distribution (inverted sign test: David and Nagaraja, Order Statistics, 7.1),
  of the processor time that passes took and not of the clock, so that waiting for a core is not in
  it. One pass among many that was disturbed does not widen it.
- `BETWEEN`: what one run and the next differ by although nobody was seen to disturb them, such as
  placement in memory, clock, other guests of the hypervisor. Passes of one run share that, so no
  number of them can show it: a stated constant.
- `taken`: what others took. It widens upwards only, since nobody makes a search faster by
  disturbing it. A thread that wanted to run and did not shows as wall time beyond processor time;
  what others take without making it wait (a core's other hardware thread, caches, memory
  bandwidth) costs up to SHARING when they keep all cores busy.

    low  = q * exp(-sqrt(within^2 + BETWEEN^2))
    high = q * exp(+sqrt(within^2 + BETWEEN^2)) * taken

How the constants were found, and how often intervals hold: docs/comparing.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

#: So many of a hundred intervals are meant to contain what they are about.
LEVEL = 0.95
#: Natural logarithm of what two runs differ by although nobody was seen to disturb them.
BETWEEN = 0.2
#: How much longer a search takes on a core whose shared parts are all taken.
SHARING = 0.75
#: A count of busy cores is not exact: that nothing at all was left is never believed.
LEAST_SHARE = 0.05
#: Half a 95 % interval of the mean of 2 to 5 values, in their range (E. Lord, Biometrika 34, 1947):
#: so few have no interval that needs no distribution.
_BY_RANGE = {2: 6.353, 3: 1.304, 4: 0.717, 5: 0.507}


def _rank(count: int) -> int:
    """How many of the least and of the most of `count` values can be left out, so that what is
    left contains the median with a probability of LEVEL. At least 6 values."""
    outside, rank = 0.0, 0
    while True:
        outside += 2.0 * math.comb(count, rank) / 2.0**count
        if outside > 1.0 - LEVEL:
            return rank - 1
        rank += 1


class Pass(Protocol):
    """What is to be known of a pass."""

    @property
    def queries(self) -> int: ...
    @property
    def rounds(self) -> int: ...
    @property
    def wall(self) -> float: ...
    @property
    def cpu(self) -> float: ...
    @property
    def qps(self) -> float: ...


def _has_cpu(passes: Sequence[Pass]) -> bool:
    return all(one.cpu > 0 for one in passes)


def within(passes: Sequence[Pass]) -> float | None:
    """Half the width that the passes leave open, in natural logarithms; None for a single one,
    which says nothing of how well it repeats. Where processor time was not told of each, the clock
    has to do."""
    count = len(passes)
    if count < 2:
        return None
    by_cpu = _has_cpu(passes)
    logs = sorted(
        math.log(max(one.cpu if by_cpu else one.wall, 1e-9) / (one.queries * one.rounds))
        for one in passes
    )
    if count in _BY_RANGE:
        return _BY_RANGE[count] * (logs[-1] - logs[0])
    out = _rank(count)
    return (logs[count - 1 - out] - logs[out]) / 2.0


def taken(
    wall: float, cpu: float | None, threads: int, others_busy: float | None, cores: int
) -> float:
    """How many times as fast a pass might have been, had it been alone on the machine; 1 or more.

    `wall` and `cpu` seconds of the pass; `others_busy`: cores that others used meanwhile. Threads
    also wait for each other, so with several of them waiting counts only as far as others were
    there to make them."""
    waited = max(1.0, threads * wall / cpu) if cpu else math.inf
    if others_busy is None:
        return waited if threads == 1 and cpu else 1.0
    wanted = max(1, min(threads, cores))
    share = min(1.0, max(LEAST_SHARE, (cores - others_busy) / wanted))
    return min(waited, 1.0 / share) * (1.0 + SHARING * min(1.0, others_busy / cores))


def interval(
    passes: Sequence[Pass], threads: int, others_busy: float | None, cores: int
) -> tuple[float, float]:
    """The queries a second that those of the best pass stand for, from and to."""
    best = max(passes, key=lambda one: one.qps)
    off = math.hypot(within(passes) or 0.0, BETWEEN)
    cpu = best.cpu if _has_cpu(passes) else None
    more = taken(best.wall, cpu, threads, others_busy, cores)
    return best.qps * math.exp(-off), best.qps * math.exp(off) * more
