"""Which cores a thread may run on, and keeping it on one of them.

A search of one thread is pinned: where it may wander, its caches go cold and its passes differ.
A search of many threads is left where the system puts it, within the cores of this process.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Iterator

from jobkit import machine

#: How long the cores are watched before one is chosen.
LOOK = 0.1


def _busy() -> dict[int, int]:
    """Ticks each core has been busy so far, by its number."""
    found = {}
    with contextlib.suppress(OSError, ValueError), open("/proc/stat", encoding="ascii") as f:
        for line in f:
            name, *fields = line.split()
            if name.startswith("cpu") and name != "cpu":
                ticks = [int(x) for x in fields[:8]]
                found[int(name[3:])] = sum(ticks) - ticks[3] - ticks[4]  # idle, iowait
    return found


def quietest() -> int | None:
    """The core on which others ran least just now; the last of several such, as the first one
    serves interrupts. None where threads cannot be pinned."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    before = _busy()
    time.sleep(LOOK)
    after = _busy()
    return min(machine.allowed(), key=lambda core: (after.get(core, 0) - before.get(core, 0), -core))


def why_not() -> str:
    """Why a thread cannot be pinned here."""
    return f"{sys.platform} has no call for it" if sys.platform != "linux" else "it was refused"


@contextlib.contextmanager
def pinned(core: int | None) -> Iterator[bool]:
    """Keeps the calling thread (and threads it starts) on `core`. Says whether it does."""
    if core is None:
        yield False
        return
    # 0 is the calling thread, not the process.
    before = os.sched_getaffinity(0)
    try:
        os.sched_setaffinity(0, {core})
        held = os.sched_getaffinity(0) == {core}
    except OSError:
        held = False
    try:
        yield held
    finally:
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, before)
