"""SIGTERM and SIGINT become StopRequested in the main thread, but never amid a write."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from jobkit.errors import StopRequested

_deferring = 0
_pending: StopRequested | None = None


def _handle(signum: int, _frame: FrameType | None) -> None:
    global _pending
    stop = StopRequested(signum, signal.Signals(signum).name)
    if _deferring:
        _pending = stop
        return
    ignore()  # one is enough: a second signal must not interrupt the leaving
    raise stop


def install() -> None:
    """From now on both signals raise StopRequested."""
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, _handle)


def ignore() -> None:
    """From now on both signals are ignored (the process is on its way out)."""
    for signum in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signum, signal.SIG_IGN)


@contextmanager
def deferred() -> Iterator[None]:
    """A signal that comes inside is raised at the end."""
    global _deferring, _pending
    _deferring += 1
    try:
        yield
    finally:
        _deferring -= 1
    if _pending is not None and not _deferring:
        stop, _pending = _pending, None
        ignore()
        raise stop


def requested() -> bool:
    """Whether a signal came inside `deferred()`: for work that leaves at a moment of its own."""
    return _pending is not None
