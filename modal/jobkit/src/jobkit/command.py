"""How a job's command ends: its last event says how, and so does its exit code.

Exit codes: 0 done, 1 failed, 2 a bad job or a refusal, 130 SIGINT, 143 SIGTERM.
"""

from __future__ import annotations

import contextlib
import sys
import traceback
from collections.abc import Callable

from jobkit import signals
from jobkit.errors import JobError, Problem, Refused, StopRequested
from jobkit.events import Events
from jobkit.files import as_problem
from jobkit.program import Program


def guarded(program: Program, events: Events, work: Callable[[], None]) -> int:
    """Runs `work`, and returns the exit code."""
    try:
        work()
        return 0
    except StopRequested as stop:
        with contextlib.suppress(OSError):
            events.emit("stopped", reason=stop.name)
        events.log(f"stopped by {stop.name}; what was finished is kept")
        return 128 + stop.signum
    except JobError as e:
        problem = Problem("The job cannot be run", str(e), "correct it")
        return _fail(program, events, problem, 2)
    except Refused as e:
        return _fail(program, events, e, 2)
    except Problem as e:
        return _fail(program, events, e, 1)
    except MemoryError:
        hint = f"{program.smaller}, or a machine with more memory"
        problem = Problem("Memory ran out", "an allocation was refused", hint)
        return _fail(program, events, problem, 1)
    except OSError as e:
        return _fail(program, events, as_problem(e, "A file could not be used"), 1)
    # A defect of ours: told as such, with the trace in the log. `sys.exit` in what a job runs is
    # one as well: its code, 0 among them, says nothing of the job.
    except BaseException as e:
        traceback.print_exc()
        why = f"{type(e).__name__}: {e}"
        return _fail(
            program, events, Problem(f"{program.module} itself broke", why, "please report it"), 1
        )


def _fail(program: Program, events: Events, problem: Problem, code: int) -> int:
    signals.ignore()
    with contextlib.suppress(OSError):
        more = {"resume": True} if problem.resume else {}
        events.emit("failed", what=problem.what, why=problem.why, hint=problem.hint, **more)
    hint = f" ({problem.hint})" if problem.hint else ""
    if problem.resume:
        hint = " (run the same job into the same folder again: it goes on where it was)"
    print(f"{program.module}: {problem}{hint}", file=sys.stderr, flush=True)
    return code
