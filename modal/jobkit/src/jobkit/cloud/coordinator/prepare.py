"""What parts need and is not there, had one after the other, each in a child."""

from __future__ import annotations

from jobkit.cloud import preparing
from jobkit.cloud.coordinator.run import Run
from jobkit.files import write_json


def prepare(run: Run) -> None:
    """What cannot be had fails the parts that need it, and no others."""
    path = run.volume.local / "job.json"
    write_json(path, run.job)
    wanted = dict.fromkeys(name for part in run.outcomes.waiting() for name in part.needs)
    for one in run.workload.prepare(run.job, list(wanted), run.platform.datasets):
        try:
            failure = preparing.prepare(run.runner, one, path, run.volume.local)
        finally:
            run.surely(run.platform.keep_datasets)
        run.stopping.check()
        if failure is not None:
            theirs = [part for part in run.outcomes.waiting() if one.name in part.needs]
            run.outcomes.failures.update((part.name, failure) for part in theirs)
