"""Several processes of this machine that train together (DDP). The job's own is rank 0; it starts
the others, which end with it, however it ends."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from datetime import timedelta
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from jobkit import signals
from jobkit.cloud.container.die_with_parent import die_with_parent
from jobkit.errors import Problem
from torch import nn

from seizure.program import Events
from seizure.training.ranks import Alone, Ranks

#: How long a process may be busy by itself before the others hear of it: with all of dev, for one.
#: A process that ended is known of at once.
PATIENCE = timedelta(days=1)
#: Seconds in which the job's own process has to notice that another one ended; it may wait for it
#: where nothing reaches it.
NOTICE = 10.0
ENDED = "A process of the training ended"

#: Done by each process but the first: (ranks, *arguments). Picklable by its name.
Work = Callable[..., None]


class Member:
    """Implements Ranks: one of several processes."""

    def __init__(self, rank: int, world: int, meeting: Path, device: str, any_unused: bool) -> None:
        """`meeting`: a file that all of them know, where they find each other. `any_unused`: not
        every weight of the model need have a gradient."""
        self.rank, self.world, self._any_unused = rank, world, any_unused
        loopback = "lo0" if sys.platform == "darwin" else "lo"
        os.environ.setdefault("GLOO_SOCKET_IFNAME", loopback)
        if device == "cuda":
            torch.cuda.set_device(rank)
        dist.init_process_group(
            "nccl" if device == "cuda" else "gloo", init_method=f"file://{meeting}", rank=rank,
            world_size=world, timeout=PATIENCE,
        )  # fmt: skip
        # Words go past the GPUs.
        self._words = dist.new_group(backend="gloo", timeout=PATIENCE)

    def wrap(self, model: nn.Module) -> nn.Module:
        return nn.parallel.DistributedDataParallel(model, find_unused_parameters=self._any_unused)

    def together(self, model: nn.Module, last: bool) -> contextlib.AbstractContextManager[Any]:
        return contextlib.nullcontext() if last else model.no_sync()  # type: ignore[operator]

    def mean(self, value: float) -> float:
        found = torch.tensor([value], dtype=torch.float64)
        dist.all_reduce(found, group=self._words)
        return float(found) / self.world

    def stop_requested(self) -> bool:
        found = torch.tensor([int(self.rank == 0 and signals.requested())])
        dist.broadcast(found, 0, group=self._words)
        return bool(found)

    def gather(self, value: Any) -> list[Any]:
        found: list[Any] = [None] * self.world
        dist.all_gather_object(found, value, group=self._words)
        return found

    def told(self, value: Any) -> Any:
        found = [value]
        dist.broadcast_object_list(found, 0, group=self._words)
        return found[0]


class _Watch:
    """Looks after the other processes: one that ends while it is needed ends the training."""

    def __init__(self, processes: dict[BaseProcess, Connection], events: Events) -> None:
        self._processes, self._events = processes, events
        self._failure: Problem | None = None
        self._found, self._over = threading.Event(), threading.Event()
        self._woken, self._wake = multiprocessing.Pipe(duplex=False)
        self._thread = threading.Thread(target=self._look, name="watch", daemon=True)
        self._thread.start()

    def failure(self) -> Problem | None:
        """Why a word to the others failed, where one of them has ended."""
        self._found.wait(NOTICE)
        return self._failure

    def end(self) -> None:
        self._over.set()
        self._wake.send(None)
        self._thread.join()

    def _look(self) -> None:
        left = {process.sentinel: process for process in self._processes}
        while left and not self._over.is_set():
            for ended in wait([*left, self._woken]):
                process = left.pop(ended, None)  # type: ignore[call-overload]
                if process is None or self._over.is_set():
                    return
                process.join()
                if process.exitcode:
                    self._failed(process)
                    return

    def _failed(self, process: BaseProcess) -> None:
        self._failure = _why(process, self._processes[process])
        self._found.set()
        if self._over.wait(NOTICE):
            return
        # The main thread waits for somebody who is gone, where no exception reaches it.
        one = self._failure
        resume = one.resume or None
        self._events.emit("failed", what=one.what, why=one.why, hint=one.hint, resume=resume)
        print(f"seizure: {one}", file=sys.stderr, flush=True)
        for other in self._processes:
            other.kill()
        os._exit(1)


def _why(process: BaseProcess, pipe: Connection) -> Problem:
    with contextlib.suppress(EOFError, OSError):
        if pipe.poll():
            return Problem(*pipe.recv())
    code = process.exitcode or 0
    how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    hint = "free some memory, or use fewer training.processes" if how == "SIGKILL" else None
    return Problem(ENDED, f"{process.name}: {how}", hint, resume=how != "exit code 1")


@contextlib.contextmanager
def team(
    world: int, device: str, any_unused: bool, events: Events, work: Work, *arguments: Any
) -> Iterator[Ranks]:
    """Inside, `world` processes train: this one, and others that do `work(ranks, *arguments)`. One
    that ends before its time ends all, as a Problem here. `device`: "cpu" or "cuda"."""
    if world == 1:
        yield Alone()
        return
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="ann-tui-") as folder:
        meeting = Path(folder) / "meeting"
        processes: dict[BaseProcess, Connection] = {}
        for rank in range(1, world):
            here, there = context.Pipe(duplex=False)
            given = (there, rank, world, meeting, device, any_unused, work, arguments)
            name = f"process {rank + 1} of {world}"
            process = context.Process(target=_serve, args=given, name=name, daemon=True)
            with _no_signals():
                process.start()
            there.close()
            processes[process] = here
        watch = _Watch(processes, events)
        try:
            yield Member(0, world, meeting, device, any_unused)
        except Exception as e:
            failure = None if isinstance(e, Problem) else watch.failure()
            raise failure or e from e
        finally:
            watch.end()
            for process in processes:
                process.kill()
                process.join()
            if dist.is_initialized():
                dist.destroy_process_group()


@contextlib.contextmanager
def _no_signals() -> Iterator[None]:
    """Processes that begin inside never hear of what the whole group is told."""
    resource_tracker.ensure_running()  # it would let them through again when it begins
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGTERM, signal.SIGINT))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _serve(
    pipe: Connection, rank: int, world: int, meeting: Path, device: str, any_unused: bool,
    work: Work, arguments: tuple[Any, ...],
) -> None:  # fmt: skip
    """The life of another process than the first."""
    die_with_parent()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        work(Member(rank, world, meeting, device, any_unused), *arguments)
        return
    except Problem as e:
        pipe.send((e.what, e.why, e.hint, e.resume))
    except BaseException as e:
        traceback.print_exc()
        pipe.send((ENDED, f"process {rank + 1} of {world}: {type(e).__name__}: {e}"))
    sys.stdout.flush()
    os._exit(1)


def _end_with_parent() -> None:
    """Where the system does not see to it."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
