"""Resident memory of this process: now, and at most."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import resource
import sys
from pathlib import Path


def rss_bytes() -> int:
    """Now (where the system does not tell: the highest so far)."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    return _highest()


def _give_back() -> None:
    """Asks the allocator to return what it holds and nobody uses: what is made next would be put
    into it, and not be seen to grow the process. glibc has `malloc_trim`, macOS
    `malloc_zone_pressure_relief`; elsewhere nothing happens."""
    library = ctypes.CDLL(None)
    with contextlib.suppress(AttributeError):
        library.malloc_trim(ctypes.c_size_t(0))
        return
    with contextlib.suppress(AttributeError):
        library.malloc_zone_pressure_relief(None, ctypes.c_size_t(0))


def settled_bytes() -> int:
    """Resident memory now, without what is garbage. The difference of two of these is what was
    made between them and is still there, whatever was made and freed before."""
    gc.collect()
    _give_back()
    return rss_bytes()


def _highest() -> int:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _high_water() -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return None


class Peak:
    """The most memory since this was made. Linux keeps a high-water mark that can be lowered to
    the present; elsewhere `look()`, called now and then, has to do."""

    def __init__(self) -> None:
        self._most = rss_bytes()
        self._exact = False
        with contextlib.suppress(OSError):
            Path("/proc/self/clear_refs").write_text("5")
            mark = _high_water()
            # A mark far above the present was not lowered: it is that of something earlier.
            self._exact = mark is not None and mark <= self._most + (16 << 20)

    def look(self) -> None:
        self._most = max(self._most, rss_bytes())

    def bytes(self) -> int:
        self.look()
        return max(self._most, _high_water() or 0) if self._exact else self._most
