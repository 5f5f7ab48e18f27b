"""Runs a call of native code in its own thread, so that the main thread can report and leave."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from jobkit import signals


class Progress(Protocol):
    """How far native code is, and the way to ask it to stop."""

    @property
    def done(self) -> int: ...
    @property
    def total(self) -> int: ...
    def stop(self) -> None: ...


T = TypeVar("T")
P = TypeVar("P", bound=Progress)

TICK = 0.1


def watch(progress: P, call: Callable[[P], T], tick: Callable[[int, int], None] | None = None) -> T:
    """Returns call(progress), which has to release the GIL. `tick(done, total)` is called about ten
    times a second meanwhile. If the main thread is interrupted (a signal), the call is asked to
    stop, awaited, and the interruption goes on."""
    outcome: list[T] = []
    error: list[BaseException] = []
    finished = False
    # Not Thread.join: interrupted by an exception of a signal handler, it may take a running
    # thread for an ended one (Python 3.10 to 3.12), and leaving while the core runs is a crash.
    wake = threading.Lock()
    wake.acquire()

    def work() -> None:
        nonlocal finished
        try:
            outcome.append(call(progress))
        except BaseException as e:
            error.append(e)
        finally:
            finished = True
            wake.release()

    thread = threading.Thread(target=work, name="watched")
    try:
        with signals.deferred():
            thread.start()
        while not wake.acquire(timeout=TICK):
            if tick is not None:
                tick(progress.done, progress.total)
    except BaseException:
        progress.stop()
        while thread.ident is not None and not finished:
            time.sleep(0.002)
        raise
    thread.join()
    if error:
        raise error[0]
    return outcome[0]
