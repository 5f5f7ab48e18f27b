"""Calls of the core, watched (jobkit.watch)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import jobkit.watch

from annbench._core import Progress

T = TypeVar("T")


def watch(call: Callable[[Progress], T], tick: Callable[[int, int], None] | None = None) -> T:
    """Returns call(progress). `tick(done, total)` is called about ten times a second meanwhile; an
    interruption (a signal) stops the core first."""
    return jobkit.watch.watch(Progress(), call, tick)
