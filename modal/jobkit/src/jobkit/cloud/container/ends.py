"""What the end of a process or of a container means, in words for a person."""

from __future__ import annotations

import contextlib
import signal
from pathlib import Path
from typing import Any

from jobkit import machine
from jobkit.errors import Problem
from jobkit.program import Program

_GROUPS = Path("/sys/fs/cgroup")


def oom_kills() -> int:
    """How often the system killed a process of this container for want of memory; 0 where it does
    not tell."""
    with contextlib.suppress(OSError, ValueError):
        for line in (_GROUPS / "memory.events").read_text().splitlines():
            name, _, value = line.partition(" ")
            if name == "oom_kill":
                return int(value)
    return 0


def peak_bytes() -> int | None:
    """The most memory that this container used; None where the system does not tell, or where the
    group is not of the container alone (it has no limit)."""
    with contextlib.suppress(OSError, ValueError):
        int((_GROUPS / "memory.max").read_text())
        return int((_GROUPS / "memory.peak").read_text())
    return None


def memory_hint(program: Program) -> str:
    return f"give it more memory (--memory), or {program.smaller}"


def _gib(count: int) -> str:
    return f"{count / 2**30:.1f} GiB"


def explain(program: Program, code: int, peak: int, killed: int) -> dict[str, str]:
    """Why a process ended without a word. `peak`: most bytes that it used; `killed`: processes that
    the system killed meanwhile for want of memory."""
    if code == -signal.SIGKILL:
        used = f"it had used {_gib(peak)} of {_gib(machine.memory_bytes())}"
        if killed:
            why = f"the system killed the process for want of memory: {used}"
            return {"what": "Memory ran out", "why": why, "hint": memory_hint(program)}
        why = f"SIGKILL (exit code 137): {used}; most often memory had run out"
        return {"what": f"{program.process} was killed", "why": why, "hint": memory_hint(program)}
    if code < 0:
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
            why = f"{name}: {signal.strsignal(-code)}"
            return {"what": f"{program.process} crashed", "why": why,
                    "hint": "please report it, with the log"}  # fmt: skip
    return {
        "what": f"{program.process} ended without a word", "why": f"exit code {code}",
        "hint": "the log holds all that it printed",
    }  # fmt: skip


_ROOM = "`ann-tui volumes` says what lies there, `ann-tui volumes clean` makes room"
#: What a container says that could not make its results last; nothing else does.
NOT_KEPT = "The volume of results takes nothing"


def not_kept(error: BaseException) -> Problem:
    """The volume refuses what is written: it is full, or not to be had, for longer than it is tried
    again. What is on it stays, and the run goes on from there once there is room."""
    told = " ".join(str(error).split()) or type(error).__name__
    return Problem(NOT_KEPT, f"{told}; {_ROOM}", resume=True)


def explain_container(program: Program, error: BaseException) -> dict[str, Any]:
    """Why the call of a container ended with an exception: what the platform says of it."""
    told = " ".join(str(error).split()) or type(error).__name__
    if "spend limit" in told.lower():
        why = f"{told}; it is raised at modal.com/settings"
        return {"what": "The workspace's spend limit is reached", "why": why, "resume": True}
    if NOT_KEPT in told:
        why = told.partition(f"{NOT_KEPT}: ")[2] or told
        return {"what": NOT_KEPT, "why": why, "resume": True}
    if "gpu" in told.lower() and ("not available" in told.lower() or "invalid" in told.lower()):
        return {"what": "Modal does not give this GPU", "why": told, "hint": "ann-tui prices"}
    if "137" in told or "out of memory" in told.lower():
        return {"what": "Memory ran out", "why": f"the container was killed: {told}",
                "hint": memory_hint(program)}  # fmt: skip
    if isinstance(error, TimeoutError) or "timeout" in type(error).__name__.lower():
        return {"what": "It took longer than was allowed", "why": told,
                "hint": f"give it more time (--timeout); {program.kept} are kept"}  # fmt: skip
    return {"what": "The container ended", "why": f"{type(error).__name__}: {told}"}
