"""Leading a run from its launch to its verdict."""

from __future__ import annotations

import contextlib
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from jobkit.cloud.coordinator.before import before
from jobkit.cloud.coordinator.containers import Containers
from jobkit.cloud.coordinator.outcomes import Outcomes
from jobkit.cloud.coordinator.parts import do_parts
from jobkit.cloud.coordinator.platform import Platform
from jobkit.cloud.coordinator.prepare import prepare
from jobkit.cloud.coordinator.run import HandOver, Run, lay_sources
from jobkit.cloud.coordinator.stopping import (
    BUDGET,
    FORECAST,
    SUPERSEDED,
    TIMEOUT,
    Stopped,
    Stopping,
)
from jobkit.cloud.coordinator.volume import RunVolume, surely
from jobkit.cloud.job_runner import JobRunner
from jobkit.cloud.lease import Lease
from jobkit.cloud.machines import Machines
from jobkit.cloud.pulse import KEEP_SECONDS, LOOK_SECONDS, Every, Keeper, insist
from jobkit.cloud.workload import Part, Workload
from jobkit.errors import JobError, Problem
from jobkit.files import read_json

#: Between two looks at what is spent; they cost nothing.
_RECKON_SECONDS = 0.5
#: Between two words that we still lead: several in the time after which we would be gone.
_RENEW_SECONDS = 10.0
#: Seconds before the platform's own timer at which another coordinator takes over.
_MARGIN = 60.0
#: Of a run that another coordinator leads.
_ELSEWHERE = {
    "what": "Another coordinator leads this run",
    "why": "two of them would do its parts twice, so this one leaves",
}


def coordinate(
    workload: Workload, launch: dict[str, Any], platform: Platform
) -> dict[str, Any]:  # fmt: skip
    """Leads a run to its end: {"code": 0, 1, 4 or 130, "failure": {what, why, hint} or None}; or to
    the end of its own time: {…, "next": the call that leads on}. One that finds another leading
    leaves, and touches nothing."""
    lease = platform.control.lease("main", platform.holder, launch.get("attempt", 1))
    if not _taken(lease):
        return {"code": 1, "failure": _ELSEWHERE}
    # A mount may be older than what the coordinator before this one has kept.
    insist(platform.reload, lambda told: print(f"the volume is not reloaded: {told}", flush=True))
    with tempfile.TemporaryDirectory(prefix="job-main-") as local:
        return _Leader(workload, launch, platform, Path(local), lease).lead()


def _told(problem: Problem) -> dict[str, Any]:
    told = {"what": problem.what, "why": problem.why, "hint": problem.hint}
    return told | ({"resume": True} if problem.resume else {})


def _taken(lease: Lease) -> bool:
    """While the dictionary is out of reach nobody can be told from another: it goes on."""
    try:
        return lease.take()
    except Exception:
        return True


class _Leader:
    def __init__(
        self, workload: Workload, launch: dict[str, Any], platform: Platform, local: Path,
        lease: Lease,
    ) -> None:  # fmt: skip
        self._begun = time.monotonic()
        self._lease = lease
        self._workload, self._launch, self._platform = workload, launch, platform
        self._volume = RunVolume(launch, platform, local)
        self._account = self._volume.books.account
        self._runner = JobRunner(workload.program, "main", local)
        self._stopping = Stopping(
            platform.control, self._account, self._runner.stop, launch.get("deadline")
        )
        machines = Machines.read(launch)
        self._containers = Containers(machines, platform, self._volume, self._stopping)
        self._run: Run | None = None  # once the job is split

    def lead(self) -> dict[str, Any]:
        keeper = Keeper(
            self._volume.keep,
            # Money is spent also when nothing is said.
            lambda: self._runner.size() + int(self._account.now() / KEEP_SECONDS),
            self._volume.books.changes,
        )
        say, stopping = self._runner.say, self._stopping
        try:
            with (
                Every(LOOK_SECONDS, stopping.look, lambda e: say(f"control is out of reach: {e}")),
                Every(_RECKON_SECONDS, self._reckon, lambda e: say(f"a part is not ended: {e}")),
                Every(_RECKON_SECONDS, stopping.tell, lambda e: say(f"parts are not told: {e}")),
                Every(0.5, keeper.look, lambda e: say(f"the volume is out of reach: {e}")),
                Every(_RENEW_SECONDS, self._renew, lambda e: say(f"the lease is not renewed: {e}")),
            ):
                ended = self._guarded()
        finally:
            self._runner.close()
            unkept = self._unkept()
            with contextlib.suppress(Exception):
                self._lease.release()
        if ended is None:
            return self._handed_over()
        if unkept is not None and ended["code"] == 0:
            return {"code": 1, "failure": unkept}
        return ended

    def _unkept(self) -> dict[str, Any] | None:
        """Why our last words are not on the volume; None where they are."""
        try:
            surely(self._volume.keep, lambda told: print(told, flush=True))
        except Problem as e:
            return _told(e)
        return None

    def _handed_over(self) -> dict[str, Any]:
        """Nobody leads until the next one begins. It knows what the volume has of us, of a moment
        ago where it takes nothing just now; containers that were asked for since speak for
        themselves."""
        call: list[str] = []
        insist(lambda: call.append(self._platform.lead_on()), lambda told: print(told, flush=True))
        return {"code": 0, "failure": None, "next": call[0]}

    def _is_time(self) -> bool:
        seconds = self._launch.get("coordinator_timeout")
        if seconds is None:
            return False
        return time.monotonic() - self._begun >= seconds - min(_MARGIN, seconds / 4)

    def _renew(self) -> None:
        if not self._lease.renew():
            self._volume.closed = True
            self._stopping.leave(SUPERSEDED)

    def _reckon(self) -> None:
        if self._stopping.reckon():
            self._containers.end_all()

    def _guarded(self) -> dict[str, Any] | None:
        """Whatever happens, the last event says how it ended. None: another one is to lead on."""
        with self._runner.events() as events:
            after = "time" if self._launch.get("segment", 1) > 1 else None
            events.emit("container", task=self._platform.task, role="coordinator", after=after)
        left = False  # before all was done
        failure: dict[str, Any] | None
        try:
            failure = self._steps()
        except HandOver:
            self._runner.say("this coordinator's time is over; the next one takes over")
            return None
        except Stopped:
            left, failure = True, self._stopping.failure(self._launch["run"])
        except JobError as e:
            failure = {"what": "The job cannot be run", "why": str(e), "hint": "correct it"}
        except Problem as e:
            failure = _told(e)
        except Exception as e:  # a defect of ours, or the platform's: the trace is in the log
            for line in traceback.format_exc().splitlines():
                self._runner.say(line)
            failure = {"what": f"{self._workload.program.module} itself broke",
                       "why": f"{type(e).__name__}: {e}", "hint": "please report it"}  # fmt: skip
        if self._stopping.word == SUPERSEDED:
            return {"code": 1, "failure": _ELSEWHERE}
        with contextlib.suppress(Exception):  # nobody would hear of what goes on after us
            self._containers.end_all()
        with contextlib.suppress(Exception):  # what there is, however it ended
            if self._run is not None:
                self._merge(self._run)
        self._say_end(left, failure)
        code = 0 if failure is None else 1
        if left:
            code = {BUDGET: 4, FORECAST: 4, TIMEOUT: 1}.get(self._stopping.word or "", 130)
        return {"code": code, "failure": failure}

    def _steps(self) -> dict[str, Any] | None:
        """Why it failed, or None."""
        run = self._run = self._split()
        for part in run.outcomes.parts:
            self._runner.say(f"{part.name}: {part.label}")
        prepare(run)
        before(run)
        do_parts(run)
        judged = self._merge(run)
        failure = run.outcomes.failure()
        if failure is not None and not self._workload.apart:
            return failure
        problem = self._workload.verdict(run.outcomes.parts, judged)
        if problem is None:
            return None
        return failure or _told(problem)

    def _split(self) -> Run:
        workload, volume = self._workload, self._volume
        lay_sources(self._launch.get("sources", {}), volume)
        job = workload.job(self._launch["job"], volume.run, self._platform.datasets)

        def finished(part: Part) -> bool:
            """The result of another job is none of this one."""
            with volume.lock:
                folder = volume.part(part)
                return workload.is_done(folder) and read_json(folder / "job.json") == part.job

        outcomes = Outcomes(workload.split(job), finished)
        return Run(
            self._launch, workload, self._platform, volume, self._runner, self._stopping,
            self._containers, job, outcomes, self._is_time,
        )  # fmt: skip

    def _merge(self, run: Run) -> list[dict[str, Any]]:
        run.surely(run.volume.reload)
        seconds, outcomes = time.monotonic() - self._begun, run.outcomes
        with run.volume.lock:
            return self._workload.merge(
                run.volume.run, outcomes.parts, self._platform.datasets, seconds, outcomes.decided
            )

    def _say_end(self, left: bool, failure: dict[str, Any] | None) -> None:
        with self._runner.events() as events:
            self._stopping.say_news(events)
            if left:
                events.emit("stopped", reason=self._stopping.word)
                events.log(f"stopped ({self._stopping.word}); what was finished is kept")
            elif failure is not None:
                events.emit("failed", **{k: v for k, v in failure.items() if v})
                events.log(f"{failure['what']}: {failure['why']}")
            else:
                seconds = round(time.monotonic() - self._begun, 3)
                events.emit("result", seconds=seconds, file=self._workload.result)
                events.log(f"done in {seconds:.1f} s")
