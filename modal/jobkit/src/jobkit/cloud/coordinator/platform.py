"""What the platform does for a coordinator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobkit.cloud.control import Control
from jobkit.cloud.coordinator.fan import Call


@dataclass
class Platform:
    """Nothing else in here knows which one it is."""

    results: Path  # of all runs; outlives containers, as the next one does
    datasets: Path
    control: Control
    task: str  # what the platform calls this container
    keep: Callable[[], None]  # makes durable what was written to `results`
    keep_datasets: Callable[[], None]
    reload: Callable[[], None]  # shows what others kept in `results`; no file may be open there
    #: Calls `work()` on another container.
    work: Callable[[dict[str, Any]], Call]
    #: A call that an earlier start of the coordinator made, by its id.
    known: Callable[[str], Call]
    #: `Workload.carry_out()` on another container; the function says whether to give up.
    carry_out: Callable[[list[str], Callable[[], bool]], dict[str, Any] | None]
