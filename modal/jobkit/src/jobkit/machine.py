"""The machine that this runs on, as far as it tells."""

from __future__ import annotations

import contextlib
import math
import os
import platform
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any


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


def allowed() -> list[int]:
    """The cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return sorted(os.sched_getaffinity(0))
    return list(range(os.cpu_count() or 1))


def as_ranges(cores: list[int]) -> str:
    """[0, 1, 2, 5] is "0-2,5", as Linux writes it."""
    parts: list[list[int]] = []
    for core in sorted(cores):
        if parts and parts[-1][1] == core - 1:
            parts[-1][1] = core
        else:
            parts.append([core, core])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in parts)


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

    def so_far(self) -> tuple[float, float]:
        """(wall seconds, CPU seconds of others); to be added up over several stretches."""
        now = self._now()
        if now is None or self._start is None:
            return 0.0, 0.0
        wall, everybody, own = (b - a for a, b in zip(self._start, now, strict=True))
        return wall, everybody - own

    def cores(self) -> float | None:
        """None where the system does not tell or too little time has passed to say."""
        return cores_of(*self.so_far())


def cores_of(wall: float, others: float) -> float | None:
    """CPU seconds of others over wall seconds; None where that is too short to say: the system
    counts in hundredths of a second."""
    return round(max(0.0, others / wall), 2) if wall >= 0.1 else None


def _read(path: str) -> str | None:
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return Path(path).read_text(encoding="ascii").strip() or None
    return None


#: What of /proc/cpuinfo's flags may change how fast code runs, or tells whose machine this is.
_FLAGS = re.compile(
    r"(sse|ssse|avx|amx|bmi|asimd|sve)\w*|fma|f16c|fphp|i8mm|bf16|popcnt|ht|hypervisor"
)


def cpu_flags() -> list[str]:
    """The processor's instruction sets that matter here."""
    told = _first_match("/proc/cpuinfo", "flags") or _first_match("/proc/cpuinfo", "Features")
    return [flag for flag in (told or "").split() if _FLAGS.fullmatch(flag)]


def _environment() -> dict[str, Any]:
    """What decides how steady a clock and a core are, where the system lets it be read."""
    cpu = "/sys/devices/system/cpu"
    first = allowed()[0]
    cgroup = {
        "cpu_max": _read("/sys/fs/cgroup/cpu.max"),
        "cpuset": _read("/sys/fs/cgroup/cpuset.cpus.effective"),
        "memory_max": _read("/sys/fs/cgroup/memory.max"),
    }
    siblings = {
        found
        for core in allowed()
        if (found := _read(f"{cpu}/cpu{core}/topology/thread_siblings_list"))
    }
    found: dict[str, Any] = {
        "flags": cpu_flags(),
        "affinity": as_ranges(allowed()),
        "governor": _read(f"{cpu}/cpu{first}/cpufreq/scaling_governor"),
        "smt": _read(f"{cpu}/smt/control"),
        "smt_siblings": sorted(siblings),
        "huge_pages": _read("/sys/kernel/mm/transparent_hugepage/enabled"),
        "cgroup": {name: value for name, value in cgroup.items() if value},
    }
    return {name: value for name, value in found.items() if value}


def describe() -> dict[str, Any]:
    """What every job says of its machine."""
    found: dict[str, Any] = {
        "cpu": cpu_model(),
        "cores": cores(),
        "os": f"{platform.system()} {platform.release()} {platform.machine()}",
        "memory_bytes": memory_bytes(),
        "python": platform.python_version(),
        **_environment(),
    }
    load = load_average()
    if load is not None:
        found["load"] = load
    return found
