"""What the steps of a coordinator share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobkit.cloud.coordinator.containers import Containers
from jobkit.cloud.coordinator.outcomes import Outcomes
from jobkit.cloud.coordinator.platform import Platform
from jobkit.cloud.coordinator.stopping import Stopping
from jobkit.cloud.coordinator.volume import RunVolume, surely
from jobkit.cloud.job_runner import JobRunner
from jobkit.cloud.workload import Workload
from jobkit.errors import JobError

SOURCES = "sources"


class HandOver(Exception):
    """Another coordinator goes on from here; what is under way at others goes on meanwhile."""


@dataclass
class Run:
    """One start of the coordinator of one attempt."""

    launch: dict[str, Any]
    workload: Workload
    platform: Platform
    volume: RunVolume
    runner: JobRunner
    stopping: Stopping
    containers: Containers
    job: dict[str, Any]  # as containers see it
    outcomes: Outcomes
    #: Whether this coordinator's own time is over, and the next one has to take over.
    is_time: Callable[[], bool]

    def surely(self, work: Callable[[], None]) -> None:
        """Before what cannot go on without it."""
        surely(work, self.runner.say)


def lay_sources(sources: dict[str, str], volume: RunVolume) -> None:
    """A person's own files, beside the run. JobError for a name that leads elsewhere."""
    folder: Path = volume.run / SOURCES
    with volume.lock:
        for name, text in sources.items():
            path = folder / name
            if not path.resolve().is_relative_to(folder.resolve()):
                raise JobError(f"sources.{name}", "leads out of its folder")
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            path.write_text(text, encoding="utf-8")
