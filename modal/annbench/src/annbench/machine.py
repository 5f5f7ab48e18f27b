"""What a measurement was made on."""

from __future__ import annotations

import contextlib
import math
import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from annbench import __version__, _core


def cores() -> int:
    """Cores this process may really use: its affinity, cut by a container's quota."""
    if hasattr(os, "sched_getaffinity"):
        count = len(os.sched_getaffinity(0))
    else:
        count = os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError):
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()[:2]
        count = min(count, max(1, math.ceil(int(quota) / int(period))))
    return count


def _first_match(path: str, key: str) -> str | None:
    with contextlib.suppress(OSError), open(path, encoding="utf-8", errors="replace") as f:
        for line in f:
            name, _, value = line.partition(":")
            if name.strip() == key:
                return value.strip()
    return None


def _sysctl(name: str) -> str | None:
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        done = subprocess.run(
            ["/usr/sbin/sysctl", "-n", name], capture_output=True, text=True, timeout=5, check=True
        )
        return done.stdout.strip()
    return None


def cpu_model() -> str:
    """The processor's own name for itself."""
    if sys.platform == "darwin":
        found = _sysctl("machdep.cpu.brand_string")
    else:
        found = _first_match("/proc/cpuinfo", "model name")
    return found or platform.processor() or platform.machine() or "unknown"


def memory_bytes() -> int:
    """Main memory this process may use: the machine's, cut by a container's limit."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    with contextlib.suppress(OSError, ValueError):
        total = min(total, int(Path("/sys/fs/cgroup/memory.max").read_text()))
    return total


def rss_bytes() -> int:
    """Resident memory now (where the system does not tell: the highest so far)."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def load_average() -> float | None:
    """Runnable processes over the last minute."""
    with contextlib.suppress(OSError):
        return round(os.getloadavg()[0], 2)
    return None


class OthersBusy:
    """How many cores the rest of the machine keeps busy, between making this and asking."""

    def __init__(self) -> None:
        self._start = self._now()

    @staticmethod
    def _now() -> tuple[float, float, float] | None:
        """(wall, CPU seconds of everybody, CPU seconds of this process), or None if untold."""
        try:
            with open("/proc/stat", encoding="ascii") as f:
                fields = [int(x) for x in f.readline().split()[1:9]]
            busy = sum(fields) - fields[3] - fields[4]  # all but idle and iowait
            everybody = busy / os.sysconf("SC_CLK_TCK")
        except (OSError, ValueError, IndexError):
            return None
        own = os.times()
        return time.monotonic(), everybody, own.user + own.system

    def cores(self) -> float | None:
        """None where the system does not tell or too little time has passed to say."""
        now = self._now()
        if now is None or self._start is None or now[0] - self._start[0] < 0.1:
            return None
        wall, everybody, own = (b - a for a, b in zip(self._start, now, strict=True))
        return round(max(0.0, (everybody - own) / wall), 2)


def describe() -> dict[str, Any]:
    """What goes into `started`, into results and out of `annbench info`."""
    found: dict[str, Any] = {
        "cpu": cpu_model(),
        "cores": cores(),
        "isa": _core.isa(),
        "isas": _core.available_isas(),
        "compiler": _core.compiler(),
        "os": f"{platform.system()} {platform.release()} {platform.machine()}",
        "memory_bytes": memory_bytes(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "h5py": h5py.__version__,
        "annbench": __version__,
    }
    load = load_average()
    if load is not None:
        found["load"] = load
    return found
