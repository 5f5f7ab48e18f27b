"""What a job that is run by a job runner asks of the system."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path


def die_with_parent() -> None:
    """On Linux: this process dies with its parent, and is the first to go when memory runs out, so
    that there is somebody left who can tell."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)
