"""A fixed piece of work, again and again: by how much its times differ when nothing changes."""

from __future__ import annotations

import ctypes
import statistics
import time
from pathlib import Path
from typing import Any

from jobkit import machine

from annbench.measuring import noise
from annbench.measuring.measurement import Pass

#: Seconds of one repetition, about, and how many there are.
EACH, TIMES = 0.1, 20


def look(library: ctypes.CDLL) -> dict[str, Any]:
    """`times` (seconds), `spread` and `others_busy_cores` as a run's points have them, what a run
    calls noisy, and `steal`: the share of all processor time that the host gave to others."""
    kept = ctypes.c_uint64(1)
    steps = 1_000_000
    # The quickest of a few: where much is going on, any one of them may be held up.
    taken = min(library.selftest_work(steps, kept) for _ in range(5))
    steps = max(steps, int(steps * EACH / max(taken, 1e-6)))
    stolen, busy = _stolen(), machine.OthersBusy()
    begun = time.monotonic()
    times = [library.selftest_work(steps, kept) for _ in range(TIMES)]
    took = time.monotonic() - begun
    others, after = busy.cores(), _stolen()
    told = noise.fields([Pass(1, 1, t) for t in times], 1, others, machine.cores())
    found = {
        "repeats": TIMES, "median_seconds": round(statistics.median(times), 5),
        "cores": machine.cores(), "load": machine.load_average(),
        **{name: told[name] for name in ("spread", "others_busy_cores", "noisy")},
    }  # fmt: skip
    if stolen is not None and after is not None:
        found["steal"] = round((after - stolen) / took / machine.cores(), 4)
    return found


def _stolen() -> float | None:
    """Seconds of processor time that the host took away, of all cores; None where it is not told."""
    try:
        fields = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()
        return int(fields[8]) / 100
    except (OSError, ValueError, IndexError):
        return None
