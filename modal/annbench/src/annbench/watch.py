"""Runs a call of the core in its own thread, so that the main thread can report and leave."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

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

    def work() -> None:
        try:
            outcome.append(call(progress))
        except BaseException as e:
            error.append(e)

    thread = threading.Thread(target=work, name="core")
    thread.start()
    try:
        while True:
            thread.join(TICK)
            if not thread.is_alive():
                break
            if tick is not None:
                tick(progress.done, progress.total)
    except BaseException:
        progress.stop()
        thread.join()
        raise
    if error:
        raise error[0]
    return outcome[0]
