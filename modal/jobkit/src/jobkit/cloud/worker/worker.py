"""One container does one part of a run, and leaves behind what it found however it ends."""

from __future__ import annotations

import contextlib
import signal
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobkit.cloud.container import ends
from jobkit.cloud.control import Control
from jobkit.cloud.job_runner import Ended, JobRunner
from jobkit.cloud.lease import Lease
from jobkit.cloud.pulse import LOOK_SECONDS, Every, Keeper, insist
from jobkit.cloud.worker.desk import Desk
from jobkit.cloud.worker.leaving import FORECAST, Leaving
from jobkit.cloud.worker.limits import Limits
from jobkit.cloud.worker.own_data import Left, OwnData, own_data
from jobkit.cloud.workload import OUTCOME, WORK, Workload
from jobkit.errors import Problem
from jobkit.files import read_json, write_json

#: Between two times that what was made of data is kept.
_DATA_SECONDS = 30.0
#: In a row: a keeping that fails once or twice is a volume that is busy.
_FAILURES = 3


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
    reload: Callable[[], None] = lambda: None  # shows what others kept; no file may be open
    attempt: int = 1
    kind: str = WORK  # of container: `Part.machine`
    machine: str = ""  # "A100-80GB"


def work(
    workload: Workload, name: str, job: dict[str, Any], place: Place, control: Control,
    limits: Limits | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Does a part and returns its outcome: `part`, `code` (the program's exit code), `failure` when
    it failed, `busy` when another container is at it, `stopped` when it was asked to leave ("time":
    its own time is over, and `kept` results were had in it; "forecast": the run would cost
    `projected` dollars), `leaving` since when."""
    lease = control.lease(name, place.holder, place.attempt)
    if not _taken(lease):
        return {"part": name, "busy": True}
    leaving = Leaving(control, limits or Limits(), lease)  # its time is that of the whole call
    try:
        stop = _asked(control)
        if stop is not None:
            return {"part": name, "stopped": stop}
        # Whoever waits for a machine hears of this one, however long the volume takes.
        with contextlib.suppress(Exception):
            control.claim(name, place.holder, leaving.began, place.task)
        # A mount may be older than what the container before this one has kept.
        insist(place.reload, lambda told: print(f"the volume is not reloaded: {told}", flush=True))
        with tempfile.TemporaryDirectory(prefix=f"job-{name}-") as folder:
            desk = Desk(Path(folder), place.folder, place.keep)
            desk.accept(job, workload.result)
            if workload.is_done(desk.own):
                return {"part": name, "code": 0}
            return _watched(workload, name, job, place, leaving, desk)
    finally:
        if not leaving.superseded:
            with contextlib.suppress(Exception):
                lease.release()
                control.release(name)


def _watched(
    workload: Workload, name: str, job: dict[str, Any], place: Place, leaving: Leaving, desk: Desk,
) -> dict[str, Any]:  # fmt: skip
    runner = JobRunner(workload.program, name, desk.own)
    leaving.attend(runner.stop, lambda: runner.eta)
    _begin(runner, desk, place)
    try:
        with (
            Every(
                LOOK_SECONDS, lambda: leaving.look(name, place.holder, place.task),
                _going_on(runner, "control is out of reach"),
            ),
            Every(1.0, leaving.reckon, _going_on(runner, "time could not be told")),
        ):  # fmt: skip
            return _do(workload, name, job, place, runner, leaving, desk)
    except BaseException as e:
        # The platform ends this container: whoever starts next knows that it was no failure.
        word = {"part": name, "interrupted": type(e).__name__, "at": round(time.time(), 3)}
        write_json(desk.own / OUTCOME, word)
        raise
    finally:
        runner.close()
        if not leaving.superseded:
            _kept(desk)


def _kept(desk: Desk) -> None:
    """What is not on the volume now is lost. RuntimeError: it takes nothing; an error that has to
    be taken apart and put together again on its way to the coordinator has one text alone."""
    try:
        insist(desk.keep, lambda told: print(f"results are not kept: {told}", flush=True))
    except Exception as e:
        raise RuntimeError(str(ends.not_kept(e))) from e


def _begin(runner: JobRunner, desk: Desk, place: Place) -> None:
    """The container's first word: what it is, and after what end of the one before it begins."""
    with runner.events() as events:
        role = "worker" if place.kind != "prepare" else "preparer"
        events.emit(
            "container", task=place.task, role=role, machine=place.machine or None,
            after=_end_before(runner, desk),
        )  # fmt: skip
    (desk.own / OUTCOME).unlink(missing_ok=True)


def _end_before(runner: JobRunner, desk: Desk) -> str | None:
    """None for the first container of a part; "preemption", "loss" (it ended without a word), or the
    word by which it was stopped."""
    if not runner.began_before:
        return None
    outcome = read_json(desk.own / OUTCOME)
    if outcome is None:
        return "loss"
    return "preemption" if "interrupted" in outcome else str(outcome.get("stopped") or "failure")


def _going_on(runner: JobRunner, what: str) -> Callable[[str], None]:
    return lambda told: runner.say(f"{what}: {told}; going on")


def _do(
    workload: Workload, name: str, job: dict[str, Any], place: Place, runner: JobRunner,
    leaving: Leaving, desk: Desk,
) -> dict[str, Any]:  # fmt: skip
    keeper = Keeper(desk.keep, runner.size, lambda: runner.kept)

    def keep() -> None:
        if not leaving.superseded:
            desk.bring()
            try:
                keeper.look()
            except Exception as e:
                if keeper.failures == _FAILURES:
                    _warn_of(e, runner)
                raise

    with Every(0.5, keep, _going_on(runner, "results could not be kept")):
        ended = _run(workload, job, place, runner, desk, lambda: leaving.reason is not None)
    peak = ends.peak_bytes() or ended.peak_bytes
    runner.say(f"peak memory {peak / 2**30:.2f} GiB, {ended.seconds:.1f} s, container {place.task}")
    outcome = {
        "part": name, "code": ended.code, "task": place.task, "peak_bytes": peak,
        "seconds": round(ended.seconds, 3), "at": round(time.time(), 3), "kept": runner.kept,
    }  # fmt: skip
    if leaving.superseded:
        return {"part": name, "busy": True}
    if leaving.reason is not None and ended.code != 0:
        outcome["stopped"], outcome["leaving"] = leaving.reason
        if leaving.reason[0] == FORECAST:
            outcome["projected"] = leaving.projected
    elif ended.failure is not None:
        outcome["failure"] = ended.failure
    write_json(desk.own / OUTCOME, outcome)
    return outcome


def _run(
    workload: Workload, job: dict[str, Any], place: Place, runner: JobRunner, desk: Desk,
    leaving: Callable[[], bool],
) -> Ended:  # fmt: skip
    """The program, on a copy of the data. Leaving while it is copied is as leaving the program."""
    begun = time.monotonic()
    try:
        with (
            own_data(workload, job, place.data, place.keep_data, runner, leaving) as data,
            _kept_now_and_then(data, runner),
            workload.at_work(job, place.shared, desk.volume) as environment,
        ):
            arguments = ["run", str(desk.job), "--out", str(desk.own), "--stream", "--part"]
            if data is not None:
                arguments += ["--data", str(data.folder)]
            return runner.run(arguments, environment)
    except Left:
        return Ended(128 + signal.SIGTERM, None, 0, time.monotonic() - begun)
    except Problem as e:
        failure = {"what": e.what, "why": e.why, **({"hint": e.hint} if e.hint else {})}
        with runner.events() as events:
            events.emit("failed", **failure)
            events.log(str(e))
        return Ended(1, failure, 0, time.monotonic() - begun)


def _kept_now_and_then(data: OwnData | None, runner: JobRunner) -> AbstractContextManager[Any]:
    """A container that is killed has lost what it made since the last time."""
    if data is None:
        return contextlib.nullcontext()
    return Every(
        _DATA_SECONDS, data.bring, lambda told: runner.say(f"data is not kept yet: {told}")
    )


def _warn_of(error: Exception, runner: JobRunner) -> None:
    with runner.events() as events:
        events.warn(
            f"the volume of results has taken nothing {_FAILURES} times ({error}): it is tried on, "
            "and what it does not take is lost with this container"
        )


def _taken(lease: Lease) -> bool:
    """While the dictionary is out of reach nobody can be told from another: it goes on."""
    try:
        return lease.take()
    except Exception:
        return True


def _asked(control: Control) -> str | None:
    with contextlib.suppress(Exception):
        return control.stop()
    return None
