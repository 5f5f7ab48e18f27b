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
    #: Calls `work()` on another container: one of this function of the app (`machines.py`).
    work: Callable[[dict[str, Any], str], Call]
    #: A call that an earlier start of the coordinator made, by its id.
    known: Callable[[str], Call]
    #: `Workload.carry_out()` on another container; the function says whether to give up.
    carry_out: Callable[[list[str], Callable[[], bool]], dict[str, Any] | None]
    #: Calls `coordinate()` on another container, which takes over; its id.
    lead_on: Callable[[], str]
    #: Tells this coordinator from another one; the same after a restart.
    holder: str
    #: How the run can be followed by whoever knows nothing but its name.
    call: dict[str, Any]
