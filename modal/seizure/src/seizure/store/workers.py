"""Tasks, shared out among processes of our own; those end when this one does, however it ends."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any

from jobkit.cloud.container.die_with_parent import die_with_parent
from jobkit.errors import Problem, Refused
from jobkit.files import as_problem

#: Done in a worker: (task, tell) -> result. `tell(number)` reports progress. All have to be
#: picklable, `Work` by its name.
Work = Callable[[Any, Callable[[float], None]], Any]
#: One thread each: the processes are the parallelism, and sums of several threads depend on how
#: many there are.
THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
ONE_THREAD = dict.fromkeys(THREADS, "1")


@dataclass
class _Worker:
    process: BaseProcess
    pipe: Connection
    task: int | None = None


def share_out(
    tasks: Sequence[Any], work: Work, workers: int,
    told: Callable[[int, float], None], done: Callable[[int, Any], None],
) -> None:  # fmt: skip
    """Does all tasks, in their order, `workers` at a time. `told(index, number)` and `done(index,
    result)` are called here.

    The first error of a task ends all and is raised here as it was, a Refused or a Problem; so does
    anything that is raised here, a StopRequested for one. No worker is left behind."""
    team: list[_Worker] = []
    left = list(enumerate(tasks))[::-1]
    try:
        with _environment(ONE_THREAD):
            for _ in range(min(workers, len(tasks))):
                team.append(_start(work))
        for worker in team:
            _next(worker, left)
        while any(worker.task is not None for worker in team):
            ready = wait([worker.pipe for worker in team if worker.task is not None])
            for worker in (one for one in team if one.pipe in ready):
                _hear(worker, left, told, done)
    finally:
        for worker in team:
            worker.process.kill()
            worker.process.join()
            worker.pipe.close()


def _start(work: Work) -> _Worker:
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(there, work), daemon=True
    )
    process.start()
    there.close()
    return _Worker(process, here)


def _next(worker: _Worker, left: list[tuple[int, Any]]) -> None:
    worker.task = None
    if left:
        worker.task, task = left.pop()
        with contextlib.suppress(OSError):  # dead already: the next wait() tells
            worker.pipe.send(task)


def _hear(
    worker: _Worker, left: list[tuple[int, Any]],
    told: Callable[[int, float], None], done: Callable[[int, Any], None],
) -> None:  # fmt: skip
    assert worker.task is not None
    try:
        kind, value = worker.pipe.recv()
    except (EOFError, OSError):
        worker.process.join()
        code = worker.process.exitcode or 0
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        hint = "free some memory or use fewer workers" if how == "SIGKILL" else None
        raise Problem("A process that reads recordings ended", how, hint) from None
    if kind == "told":
        told(worker.task, value)
    elif kind == "done":
        index = worker.task
        _next(worker, left)
        done(index, value)
    else:
        what, why, hint, refused = value
        raise (Refused if refused else Problem)(what, why, hint)


@contextlib.contextmanager
def _environment(more: dict[str, str]) -> Any:
    """Children that are started inside have these variables."""
    before = {name: os.environ.get(name) for name in more}
    os.environ.update(more)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _serve(pipe: Connection, work: Work) -> None:
    """The life of a worker. When the other end of the pipe is closed, nobody wants it any more."""
    die_with_parent()
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches the whole group: who started this one decides
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    with contextlib.suppress(EOFError, BrokenPipeError):
        while True:
            task = pipe.recv()
            try:
                answer = ("done", work(task, lambda number: pipe.send(("told", number))))
            except BrokenPipeError:
                raise
            except Problem as e:
                answer = ("failed", (e.what, e.why, e.hint, isinstance(e, Refused)))
            except MemoryError:
                answer = (
                    "failed",
                    ("Memory ran out", "an allocation was refused", "use fewer workers", False),
                )
            except OSError as e:
                told = as_problem(e, "A file could not be used")
                answer = ("failed", (told.what, told.why, told.hint, False))
            pipe.send(answer)
