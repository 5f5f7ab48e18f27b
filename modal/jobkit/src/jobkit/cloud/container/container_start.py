"""When this container began, as far as it can tell from within."""

from __future__ import annotations

import os
import time
from pathlib import Path

_IMPORTED = time.time()
#: No container lives longer.
_LONGEST = 2 * 86_400.0


def container_start() -> float:
    """Unix seconds at which the first process of this container began; where the system does not
    say, or says what cannot be, when this module was first needed."""
    now = time.time()
    try:
        uptime = float(Path("/proc/uptime").read_text().split()[0])
        # The name in parentheses may itself hold spaces and parentheses.
        fields = Path("/proc/1/stat").read_text().rpartition(")")[2].split()
        found = now - uptime + int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return _IMPORTED
    return found if now - _LONGEST < found <= _IMPORTED else _IMPORTED
