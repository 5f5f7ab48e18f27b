"""The clocks of Python and C++ here, beside each other and beside that of whoever asks."""

from __future__ import annotations

import ctypes
import time
from typing import Any

LOOKS = 1_000_000


def qualities(library: ctypes.CDLL) -> dict[str, Any]:
    """Figures of C++'s steady clock and of Python's: `least_ns` (the smallest step), `back` (how often it
    went back), `each_ns` (what a reading takes)."""
    least, back, each = ctypes.c_int64(), ctypes.c_int64(), ctypes.c_double()
    library.selftest_clock(
        ctypes.c_int64(LOOKS), ctypes.byref(least), ctypes.byref(back), ctypes.byref(each)
    )
    cpp = {"least_ns": least.value, "back": back.value, "each_ns": round(each.value, 1)}
    return {"cpp": cpp, "python": _python()}


def _python(looks: int = 100_000) -> dict[str, Any]:
    first = before = time.perf_counter_ns()
    least, back = 2**63 - 1, 0
    for _ in range(looks):
        now = time.perf_counter_ns()
        back += now < before
        if 0 < now - before < least:
            least = now - before
        before = now
    return {"least_ns": least, "back": back, "each_ns": round((before - first) / looks, 1)}


def reading(library: ctypes.CDLL) -> dict[str, int]:
    """All of them now, in nanoseconds, one right behind the other."""
    return {
        "cpp": library.selftest_now(),
        "python": time.perf_counter_ns(),
        "wall": time.time_ns(),
    }
