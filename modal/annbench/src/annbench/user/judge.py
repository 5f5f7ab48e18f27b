"""Judging one implementation of a job on one data set; points go out as they come."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jobkit import machine
from jobkit.events.phase import Phase

from annbench.data.formats.hdf5 import Data
from annbench.events import Events
from annbench.job import ImplementationSpec, Job
from annbench.measuring import noise
from annbench.user.board import SharedFile
from annbench.user.compile import CompileError, compile_file
from annbench.user.sandbox_process import Limits
from annbench.user.session import Index, Point, Session, command_for
from annbench.user.verdict import WORTHLESS, Judged, Verdict

Add = Callable[[dict[str, Any], dict[str, Any], Point], None]
Eta = Callable[[float], float | None]
#: The child may use what is left of this share of all memory.
MEMORY_SHARE = 0.8
LEAST_MEMORY = 256 << 20


def default_limits(job: Job, data: Data, points: int) -> Limits:
    """What the job says, and the rest by what the machine has."""
    given = job.limits
    memory = given.get("memory_bytes") or max(
        LEAST_MEMORY, int(MEMORY_SHARE * machine.memory_bytes()) - 2 * data.train.nbytes
    )
    limits = Limits(
        memory_bytes=memory,
        **{name: given[name] for name in ("build_seconds", "search_seconds", "output_bytes")
           if given.get(name) is not None},
    )  # fmt: skip
    # The last resort, should nobody watch the clock any more.
    passes = points * (job.repeats + 30)
    cpu = limits.build_seconds * job.build_threads + limits.search_seconds * job.threads * passes
    most = max(job.threads, job.build_threads)
    return dataclasses.replace(
        limits, cpu_seconds=min(int(cpu) + 120, 2**31), threads=64 + 8 * most
    )


class Judge:
    """`measure()` hands out points and returns a verdict."""

    def __init__(self, job: Job, events: Events, data: Data, train: SharedFile) -> None:
        self._job = job
        self._events = events
        self._data = data
        self._train = train

    def measure(
        self, impl: ImplementationSpec, missing: list[dict[str, Any]],
        eta: Eta, add: Add,
    ) -> Verdict:  # fmt: skip
        """`eta(share of this implementation's work that is done)`; `add(search, fields, point)`."""
        done = 0

        def keep(search: dict[str, Any], fields: dict[str, Any], point: Point) -> None:
            nonlocal done
            add(search, fields, point)
            done += 1

        try:
            how = self._measure(impl, missing, eta, keep)
        except Judged as e:
            of = noise.counted(len(missing))
            kept = f"{done} of {of}" if done else "nothing was measured before"
            if e.verdict.word in WORTHLESS:
                kept = "none of its points"
            return e.keeping(kept)
        return Verdict("ok", f"nothing speaks against {impl.name}", how, noise.counted(done))

    def _measure(
        self, impl: ImplementationSpec, missing: list[dict[str, Any]],
        eta: Eta, keep: Add,
    ) -> str:  # fmt: skip
        assert impl.source is not None
        job, events = self._job, self._events
        library = self._compile(impl)
        command, options = command_for(impl.source, library, (job.data_dir,))
        said = lambda line: events.log(f"{impl.name} | {printable(line)}")  # noqa: E731
        session = Session(
            command, options, self._data, self._train, job.k, job.threads, job.build_threads,
            job.seed, default_limits(job, self._data, len(missing)), said,
        )  # fmt: skip
        try:
            with session:
                session.load()
                with Phase(events, "build", impl.label) as phase:
                    session.set(impl.build)
                    index = session.build(lambda _seconds: None)
                events.log(
                    f"built {impl.label} on {self._data.name} in {index.seconds:.2f} s, "
                    f"{index.index_bytes / 1e6:.1f} MB ({session.sealed})"
                )
                with Phase(events, "sweep", impl.label) as phase:
                    for i, search in enumerate(missing):
                        self._point(impl, session, index, phase, search, i, len(missing), eta, keep)
        except Judged:
            tail = session.child.tail()
            if tail.strip():
                events.log(f"the last that {impl.name} printed:")
                for line in tail.splitlines()[-40:]:
                    events.log(f"{impl.name} | {printable(line)}")
            raise
        checked = "checked: time by our own clock, memory, answers, what it remembers"
        return f"{checked}; {session.sealed}"

    def _point(
        self, impl: ImplementationSpec, session: Session, index: Index, phase: Phase,
        search: dict[str, Any], number: int, points: int, eta: Eta,
        keep: Add,
    ) -> None:  # fmt: skip
        job = self._job
        busy, cpu, begun = machine.OthersBusy(), session.child.cpu_seconds(), phase.seconds
        each = job.repeats + 1

        def tick(passes: float, of: int, _expected: float) -> None:
            share = passes / of
            left = eta((number + share) / points)
            phase.progress(
                round((number + share) * each, 2), points * each, "passes", left,
                force=passes == of and number + 1 == points, job_eta=left,
            )  # fmt: skip

        point = session.point(search, job.repeats, tick)
        took = max(phase.seconds - begun, 1e-9)
        others = busy.cores()
        if others is not None:  # the child is not one of the others
            others = round(max(0.0, others - (session.child.cpu_seconds() - cpu) / took), 2)
        keep(search, {**_fields(point, index), "others_busy_cores": others,
                      "python": impl.is_python or None, "seal": session.seal}, point)  # fmt: skip
        if point.repeats < job.repeats:
            self._events.warn(
                f"{impl.label}: a pass is slow, repeated {point.repeats} instead of "
                f"{job.repeats} times"
            )

    def _compile(self, impl: ImplementationSpec) -> Path | None:
        if impl.is_python:
            self._events.log(f"{impl.name} is Python: its times include the interpreter's overhead")
            return None
        assert impl.source is not None
        events = self._events
        try:
            with Phase(events, "compile", impl.name):
                built = compile_file(impl.source, hidden=(self._job.data_dir,))
        except CompileError as e:
            log_compiler(events, e.log)
            raise
        log_compiler(events, built.log)
        how = "already compiled" if built.cached else f"compiled in {built.seconds:.1f} s"
        events.log(f"{impl.name}: {how}")
        return built.path


def _fields(point: Point, index: Index) -> dict[str, Any]:
    return {
        **point.recall.fields(),
        "qps": max(one.qps for one in point.passes),
        "qps_median": statistics.median(one.qps for one in point.passes),
        "qps_unseen": point.qps_unseen,
        "repeats": point.repeats,
        "latency_ms": point.latency_ms,
        "mode": point.mode,
        "build_seconds": round(index.seconds, 3),
        "index_bytes": index.index_bytes + point.train_bytes,
        "reported_bytes": index.reported_bytes or None,
        "rss_bytes": index.peak_bytes,
    }


def printable(line: str) -> str:
    return "".join(c if c.isprintable() or c == "\t" else "?" for c in line)


def log_compiler(events: Events, log: str) -> None:
    lines = log.splitlines()
    for line in lines[:200]:
        events.log(f"compiler | {printable(line)}")
    if len(lines) > 200:
        events.log(f"compiler | ({len(lines) - 200} more lines)")


def say(events: Events, impl: str, dataset: str, verdict: Verdict) -> dict[str, Any]:
    """The verdict as an event, a bad one as a warning and in the log too; and for the results."""
    fields = {"impl": impl, "dataset": dataset, **verdict.fields()}
    events.emit("verdict", **fields)
    if verdict.word != "ok":
        events.emit("warning", message=f"{impl}: {verdict.word}: {verdict.what}: {verdict.why}")
        for line in verdict.lines().splitlines():
            events.log(f"{impl}: {line}")
    return {"implementation": impl, **{k: v for k, v in fields.items() if k != "impl"}}
