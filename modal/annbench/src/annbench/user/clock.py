"""Whose clock counts: ours. What the child says of its time has to agree with it.

A pass is timed here, from the command written to the reply read. What is between is the child's,
and waking up twice. The child's own figure is only believed in so far as it fits:

- it cannot be longer than ours,
- it cannot be shorter than the processor time that the child used, spread over its threads,
- it cannot be much shorter than ours, once the pass is so long that waking up does not matter,
- the times of its queries add up to it.

A pass that does not fit is asked again, twice as long, TRIES times: a busy machine explains one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

#: Shorter passes are made longer, by more queries.
SHORTEST = 0.05
#: Seconds that waking up may take, each way.
WAKING = 0.01
#: Share of our time that may be missing in the child's.
MISSING = 0.25
#: Share of its processor time, likewise; and seconds that asking and answering take.
MISSING_CPU, ASKING = 0.2, 0.003
#: Seconds around a query that are not its own: copying and checking the answer.
AROUND = {"python": 50e-6}
AROUND_OTHERS = 4e-6
TRIES = 6


@dataclass(frozen=True)
class Timed:
    """One pass, as both clocks have it. Seconds."""

    wall: float  # ours
    claimed: float  # the child's
    queries: int
    mode: str
    exchanges: int = 1  # commands that it was asked in
    cpu: float | None = None  # processor time of the child
    cores: int = 1  # that the child could use at once
    answering: float | None = None  # all its queries, where they follow each other

    def __add__(self, other: Timed) -> Timed:
        both = self.cpu is not None and other.cpu is not None
        return Timed(
            self.wall + other.wall, self.claimed + other.claimed, self.queries + other.queries,
            self.mode, self.exchanges + other.exchanges,
            self.cpu + other.cpu if both else None, max(self.cores, other.cores),
            None if self.answering is None or other.answering is None
            else self.answering + other.answering,
        )  # fmt: skip

    @property
    def worked(self) -> float:
        """Seconds that the child worked for it, which other programs do not disturb; where the
        system does not tell, those that passed."""
        return max(self.wall if self.cpu is None else self.cpu, 1e-9)

    def doubt(self) -> str | None:
        """Why the child's figure cannot be right; None when it can."""
        least = self.wall * (1 - MISSING) - 2 * WAKING * self.exchanges
        if self.claimed > self.wall + 0.001 * self.exchanges:
            return f"it says {self.claimed:.4g} s of a pass that was over after {self.wall:.4g} s"
        if self.claimed < least:
            return f"it says {self.claimed:.4g} s of a pass of {self.wall:.4g} s by our clock"
        if self.cpu is not None:
            worked = self.cpu / self.cores
            if self.claimed < worked * (1 - MISSING_CPU) - ASKING * self.exchanges:
                return f"it says {self.claimed:.4g} s, and used {worked:.4g} s of a processor"
        if self.answering is not None:
            around = AROUND.get(self.mode, AROUND_OTHERS) * self.queries
            if self.answering < self.claimed * (1 - MISSING) - around - WAKING:  # one clock
                return (
                    f"its queries took {self.answering:.4g} s together, "
                    f"and their pass {self.claimed:.4g} s"
                )
            if self.answering > self.claimed + 0.001 * self.exchanges:
                return f"its queries took {self.answering:.4g} s of a pass of {self.claimed:.4g} s"
        return None


def cpu_seconds(pid: int) -> float | None:
    """Processor time of another process, by the nanosecond; None where the system does not tell."""
    if not hasattr(time, "clock_gettime"):
        return None
    try:
        return time.clock_gettime((~pid << 3) | 2)  # as Linux numbers its clock
    except (OSError, OverflowError):
        return None
