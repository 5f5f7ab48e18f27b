"""One container does one part of a run, and leaves behind what it found however it ends."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobkit.cloud.container import ends
from jobkit.cloud.control import Control
from jobkit.cloud.job_runner import JobRunner
from jobkit.cloud.pulse import LOOK_SECONDS, Every, Keeper, insist
from jobkit.cloud.worker.desk import Desk
from jobkit.cloud.worker.leaving import Leaving
from jobkit.cloud.worker.limits import Limits
from jobkit.cloud.worker.own_data import own_data
from jobkit.cloud.workload import OUTCOME, Workload
from jobkit.files import write_json


@dataclass
class Place:
    """Where a worker is."""

    folder: Path  # of its part, on what outlives the container
    shared: Path  # what all containers of all runs share, likewise
    holder: str  # tells this call from another one for the same part; the same after a restart
    task: str  # what the platform calls the container
    keep: Callable[[], None]  # makes durable what was written
    data: Path | None = None  # of data sets, on what outlives the container
    keep_data: Callable[[], None] | None = None  # likewise; None where nothing can be written


def work(
    workload: Workload, name: str, job: dict[str, Any], place: Place, control: Control,
    limits: Limits | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Does a part and returns its outcome: `part`, `code` (the program's exit code), `failure` when
    it failed, `busy` when another container is at it, `stopped` when it was asked to leave ("time":
    its own time is over, and `kept` results were had in it), `leaving` since when."""
    with contextlib.suppress(Exception):  # out of reach: it is only a second look
        if control.held_by_other(name, place.holder):
            return {"part": name, "busy": True}
    stop = _asked(control)
    if stop is not None:
        return {"part": name, "stopped": stop}
    with tempfile.TemporaryDirectory(prefix=f"job-{name}-") as folder:
        desk = Desk(Path(folder), place.folder, place.keep)
        desk.accept(job, workload.result)
        if workload.is_done(desk.own):
            return {"part": name, "code": 0}
        runner = JobRunner(workload.program, name, desk.own)
        try:
            with own_data(workload, job, place.data, place.keep_data, runner.say) as data:
                most = limits or Limits()
                return _do(workload, name, job, place, control, runner, most, desk, data)
        finally:
            runner.close()
            insist(desk.keep, lambda told: print(f"results could not be kept: {told}", flush=True))
            with contextlib.suppress(Exception):
                control.release(name)


def _do(
    workload: Workload, name: str, job: dict[str, Any], place: Place, control: Control,
    runner: JobRunner, limits: Limits, desk: Desk, data: Path | None,
) -> dict[str, Any]:  # fmt: skip
    with runner.events() as events:
        events.emit("container", task=place.task, role="worker")
    leaving = Leaving(control, limits, runner.stop)
    keeper = Keeper(desk.keep, runner.size, lambda: runner.kept)

    def say(what: str) -> Callable[[str], None]:
        return lambda told: runner.say(f"{what}: {told}; going on")

    def keep() -> None:
        desk.bring()
        keeper.look()

    with (
        Every(
            LOOK_SECONDS, lambda: leaving.look(name, place.holder, place.task),
            say("control is out of reach"),
        ),
        Every(1.0, leaving.reckon, say("time could not be told")),
        Every(0.5, keep, say("results could not be kept")),
        workload.at_work(job, place.shared, desk.volume) as environment,
    ):  # fmt: skip
        arguments = ["run", str(desk.job), "--out", str(desk.own), "--stream", "--part"]
        if data is not None:
            arguments += ["--data", str(data)]
        ended = runner.run(arguments, environment)
    peak = ends.peak_bytes() or ended.peak_bytes
    runner.say(f"peak memory {peak / 2**30:.2f} GiB, {ended.seconds:.1f} s, container {place.task}")
    outcome = {
        "part": name, "code": ended.code, "task": place.task, "peak_bytes": peak,
        "seconds": round(ended.seconds, 3), "at": round(time.time(), 3), "kept": runner.kept,
    }  # fmt: skip
    if leaving.reason is not None and ended.code != 0:
        outcome["stopped"], outcome["leaving"] = leaving.reason
    elif ended.failure is not None:
        outcome["failure"] = ended.failure
    write_json(desk.own / OUTCOME, outcome)
    return outcome


def _asked(control: Control) -> str | None:
    with contextlib.suppress(Exception):
        return control.stop()
    return None
