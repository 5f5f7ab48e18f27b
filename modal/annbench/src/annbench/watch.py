"""Runs a call of the core in its own thread, so that the main thread can report and leave."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

from annbench import signals
from annbench._core import Progress

T = TypeVar("T")

TICK = 0.1


def watch(call: Callable[[Progress], T], tick: Callable[[int, int], None] | None = None) -> T:
    """Returns call(progress), run with the GIL released by the core. `tick(done, total)` is called
    about ten times a second meanwhile. If the main thread is interrupted (a signal), the core is
    asked to stop, awaited, and the interruption goes on."""
    progress = Progress()
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

    thread = threading.Thread(target=work, name="core")
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
