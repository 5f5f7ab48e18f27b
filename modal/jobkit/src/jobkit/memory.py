"""Main memory: what was held, what can still be had, and an end to it that is told, where a system
that has promised more than there is would kill somebody. Only Linux has such an end."""

from __future__ import annotations

import contextlib
import re
import resource
import sys
from collections.abc import Iterator
from pathlib import Path

_GROUP = Path("/sys/fs/cgroup")


def available() -> int | None:
    """Bytes that this process could be given now, by the machine and by its container; None where
    the system does not tell."""
    memory = _bytes_of("/proc/meminfo", "MemAvailable")
    if memory is None:
        return None
    free = memory + (_bytes_of("/proc/meminfo", "SwapFree") or 0)
    with contextlib.suppress(OSError, ValueError):
        most, held = (int((_GROUP / f"memory.{one}").read_text()) for one in ("max", "current"))
        # What was read from files counts as held, and is let go of when memory is asked for.
        files = re.search(r"^inactive_file (\d+)", (_GROUP / "memory.stat").read_text(), re.M)
        free = min(free, max(0, most - held) + (int(files[1]) if files else 0))
    return free


def peak() -> int | None:
    """Bytes that this process has held at most so far."""
    told = _bytes_of("/proc/self/status", "VmHWM")
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # bytes where there is no /proc
    return told or (int(most) if sys.platform == "darwin" else most << 10) or None


def limit(more: int) -> tuple[int, int] | None:
    """From now on this process is refused what it asks for beyond `more` bytes and what it has.
    Returns the limit that was there before, None where none could be set."""
    held = _bytes_of("/proc/self/status", "VmData")
    if held is None:
        return None
    with contextlib.suppress(OSError, ValueError):
        before = resource.getrlimit(resource.RLIMIT_DATA)
        set_already = [one for one in before if one != resource.RLIM_INFINITY]
        resource.setrlimit(resource.RLIMIT_DATA, (min([held + more, *set_already]), before[1]))
        return before
    return None


@contextlib.contextmanager
def limited(more: int | None) -> Iterator[None]:
    """`limit`, inside alone; None: no limit."""
    before = None if more is None else limit(more)
    try:
        yield
    finally:
        if before is not None:
            resource.setrlimit(resource.RLIMIT_DATA, before)


def _bytes_of(path: str, key: str) -> int | None:
    """Of a line like "VmData:  1024 kB"."""
    with contextlib.suppress(OSError, ValueError, IndexError), open(path, encoding="ascii") as f:
        for line in f:
            name, _, value = line.partition(":")
            if name == key:
                return int(value.split()[0]) << 10
    return None
