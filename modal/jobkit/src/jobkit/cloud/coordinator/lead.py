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
from jobkit.cloud.coordinator.run import Run, lay_sources
from jobkit.cloud.coordinator.stopping import BUDGET, Stopped, Stopping
from jobkit.cloud.coordinator.volume import RunVolume, surely
from jobkit.cloud.job_runner import JobRunner
from jobkit.cloud.pulse import KEEP_SECONDS, LOOK_SECONDS, Every, Keeper
from jobkit.cloud.workload import Workload
from jobkit.errors import JobError

#: Between two looks at what is spent; they cost nothing.
_RECKON_SECONDS = 0.5


def coordinate(
    workload: Workload, launch: dict[str, Any], platform: Platform
) -> dict[str, Any]:  # fmt: skip
    """Leads a run to its end: {"code": 0, 1, 4 or 130, "failure": {what, why, hint} or None}."""
    with tempfile.TemporaryDirectory(prefix="job-main-") as local:
        return _Leader(workload, launch, platform, Path(local)).lead()


class _Leader:
    def __init__(
        self, workload: Workload, launch: dict[str, Any], platform: Platform, local: Path
    ) -> None:
        self._begun = time.monotonic()
        self._workload, self._launch, self._platform = workload, launch, platform
        self._volume = RunVolume(launch, platform, local)
        self._account = self._volume.books.account
        self._runner = JobRunner(workload.program, "main", local)
        self._stopping = Stopping(platform.control, self._account, self._runner.stop)
        self._containers = Containers(launch["containers"], platform, self._volume, self._stopping)
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
            ):
                return self._guarded()
        finally:
            self._runner.close()
            surely(self._volume.keep, lambda told: print(told, flush=True))

    def _reckon(self) -> None:
        if self._stopping.reckon():
            self._containers.end_all()

    def _guarded(self) -> dict[str, Any]:
        """Whatever happens, the last event says how it ended."""
        with self._runner.events() as events:
            events.emit("container", task=self._platform.task, role="coordinator")
        left = False  # before all was done
        failure: dict[str, Any] | None
        try:
            failure = self._steps()
        except Stopped:
            left, failure = True, self._stopping.failure(self._launch["run"])
        except JobError as e:
            failure = {"what": "The job cannot be run", "why": str(e), "hint": "correct it"}
        except Exception as e:  # a defect of ours, or the platform's: the trace is in the log
            for line in traceback.format_exc().splitlines():
                self._runner.say(line)
            failure = {"what": f"{self._workload.program.module} itself broke",
                       "why": f"{type(e).__name__}: {e}", "hint": "please report it"}  # fmt: skip
        with contextlib.suppress(Exception):  # nobody would hear of what goes on after us
            self._containers.end_all()
        with contextlib.suppress(Exception):  # what there is, however it ended
            if self._run is not None:
                self._merge(self._run)
        self._say_end(left, failure)
        code = 0 if failure is None else 1
        if left:
            code = 4 if self._stopping.word == BUDGET else 130
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
        if failure is not None:
            return failure
        problem = self._workload.verdict(run.outcomes.parts, judged)
        if problem is None:
            return None
        return {"what": problem.what, "why": problem.why, "hint": problem.hint}

    def _split(self) -> Run:
        workload, volume = self._workload, self._volume
        lay_sources(self._launch.get("sources", {}), volume)
        job = workload.job(self._launch["job"], volume.run, self._platform.datasets)

        def finished(part: Any) -> bool:
            with volume.lock:
                return workload.is_done(volume.part(part))

        outcomes = Outcomes(workload.split(job), finished)
        return Run(
            self._launch, workload, self._platform, volume, self._runner, self._stopping,
            self._containers, job, outcomes,
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
