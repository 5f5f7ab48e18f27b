"""Running a job: each data set, each implementation, each point; skipping what is already there."""

from __future__ import annotations

import gc
import os
import statistics
import time
from pathlib import Path
from typing import Any

from annbench import datasets, machine, results
from annbench.errors import Problem
from annbench.events import Events, Phase
from annbench.forecast import Forecast
from annbench.hdf5 import Data
from annbench.implementations import IMPLEMENTATIONS, Params
from annbench.job import DatasetSpec, ImplementationSpec, Job
from annbench.measure import Measured, measure
from annbench.user import judge
from annbench.user.board import SharedFile
from annbench.user.session import shared_rows
from annbench.user.verdict import Verdict
from annbench.watch import watch

#: Share of all cores which others keep busy while we measure that is worth a warning.
BUSY = 0.25


class Run:
    """One attempt at a job."""

    def __init__(self, job: Job, out: Path, events: Events) -> None:
        self._job = job
        self._out = out
        self._events = events
        self._machine = machine.describe()
        self._begun = time.monotonic()
        self._points = [results.bare(p) for p in events.earlier.points]
        self._there = {results.key(p) for p in self._points}
        self._datasets: list[dict[str, Any]] = []
        self._forecast = Forecast()
        self._planned: set[str] = set()
        self._verdicts: list[dict[str, Any]] = []
        self._shared: SharedFile | None = None  # the rows of the data set at hand

    def run(self) -> None:
        """Does the job, or raises Problem or StopRequested. Points measured until then are kept."""
        job, events = self._job, self._events
        self._say_started()
        for spec in job.datasets:
            stamp = datasets.stamp_of(job.data_dir, spec.name)
            if stamp is not None:
                self._plan(stamp)
        for spec in job.datasets:
            self._dataset(spec)
        seconds = round(time.monotonic() - self._begun, 3)
        results.write(
            self._out, self._machine, self._datasets, job.k, self._points, seconds, self._verdicts
        )
        self._fail_if_all_failed()
        events.emit("result", seconds=seconds, file=results.FILE)
        events.log(f"done in {seconds:.1f} s: {len(self._points)} points")

    def _say_started(self) -> None:
        events, earlier = self._events, self._events.earlier
        events.emit("started", job="bench", pid=os.getpid(), machine=self._machine)
        m = self._machine
        events.log(f"{m['cpu']}, {m['cores']} cores, {m['isa']}, {m['compiler']}")
        load = m.get("load")
        if load is not None and load > m["cores"]:
            events.warn(f"the machine is busy: load {load} on {m['cores']} cores")
        if self._points:
            events.log(f"{len(self._points)} points are already there")
            if earlier.machine is not None and earlier.machine.get("cpu") != m["cpu"]:
                events.warn(
                    f"points measured earlier are from another processor "
                    f"({earlier.machine.get('cpu')}): do not compare their speed"
                )

    def _dataset(self, spec: DatasetSpec) -> None:
        job = self._job
        with Phase(self._events, "data", spec.name) as phase:
            data = datasets.load(spec, job.data_dir, job.subset, job.build_threads, phase)
        shape = {"train": list(data.train.shape), "test": list(data.test.shape)}
        stamp = {"name": data.name, "sha256": data.sha256, "distance": data.distance, **shape}
        self._datasets.append(stamp)
        self._plan(stamp)
        most = data.distances.shape[1]
        if job.k > most:
            raise Problem(
                f"{data.name} cannot be measured with k={job.k}",
                f"it has {most} true neighbours of each query",
            )
        for impl in job.implementations:
            missing = self._missing(stamp, impl)
            if impl.source is not None:
                self._own(data, impl, missing)
            elif missing:
                self._implementation(data, impl, missing)
        self._shared = None

    # What is left to do, and how long it may take ------------------------------------------------

    def _identity(self, dataset: dict[str, Any], impl: ImplementationSpec, search: Params) -> Any:
        return {
            "dataset": dataset["name"], "dataset_sha": dataset["sha256"], "impl": impl.name,
            "params": {**impl.build, **search}, "k": self._job.k, "threads": self._job.threads,
            "subset": self._job.subset,
            **({"source_sha": impl.source_sha} if impl.source_sha else {}),
        }  # fmt: skip

    def _missing(self, dataset: dict[str, Any], impl: ImplementationSpec) -> list[Params]:
        return [
            search for search in impl.search
            if results.key(self._identity(dataset, impl, search)) not in self._there
        ]  # fmt: skip

    def _plan(self, dataset: dict[str, Any]) -> None:
        if dataset["name"] in self._planned:
            return
        self._planned.add(dataset["name"])
        for impl in self._job.implementations:
            missing = self._missing(dataset, impl)
            if missing:
                self._forecast.plan(f"{impl.name} build", self._build_work(dataset, impl))
            for search in missing:
                work = self._pass_work(dataset, impl, search)
                self._forecast.plan(f"{impl.name} pass", work * (self._job.repeats + 1))

    def _build_work(self, dataset: dict[str, Any], impl: ImplementationSpec) -> float:
        rows, dim = dataset["train"]
        rows = min(rows, self._job.subset or rows)
        if impl.source is not None:  # nobody knows
            return float(rows * dim)
        return float(rows * dim * IMPLEMENTATIONS[impl.name].build_visits(impl.build))

    def _pass_work(
        self, dataset: dict[str, Any], impl: ImplementationSpec, search: Params
    ) -> float:
        rows, dim = dataset["train"]
        rows = min(rows, self._job.subset or rows)
        if impl.source is not None:
            visits = rows / 3
        else:
            visits = IMPLEMENTATIONS[impl.name].search_visits(rows, {**impl.build, **search})
        return float(dataset["test"][0] * dim * visits)

    def _eta(self, kind: str = "", units: float = 0.0, seconds: float = 0.0) -> float | None:
        """Of the whole job; unknown while a data set is still to be fetched."""
        if any(spec.name not in self._planned for spec in self._job.datasets):
            return None
        return self._forecast.remaining(kind, units, seconds)

    # The work ------------------------------------------------------------------------------------

    def _implementation(self, data: Data, impl: ImplementationSpec, missing: list[Params]) -> None:
        with Phase(self._events, "build", impl.label) as phase:
            index, build_seconds, rss = self._build(data, impl, phase)
        self._events.log(
            f"built {impl.label} on {data.name} in {build_seconds:.2f} s, "
            f"{index.index_bytes / 1e6:.1f} MB"
        )
        with Phase(self._events, "sweep", impl.label) as phase:
            for done, search in enumerate(missing):
                busy = machine.OthersBusy()
                measured = self._measure(data, impl, index, search, done, len(missing), phase)
                point = {
                    **self._identity(self._datasets[-1], impl, search),
                    "recall": round(measured.recall, 6),
                    "qps": max(measured.qps),
                    "qps_median": statistics.median(measured.qps),
                    "qps_all": measured.qps,
                    "repeats": measured.repeats,
                    "latency_ms": measured.latency_ms,
                    "dist_comps": measured.dist_comps,
                    "build_seconds": round(build_seconds, 3),
                    "build_threads": self._job.build_threads,
                    "index_bytes": index.index_bytes,
                    "rss_bytes": rss,
                    "cpu": self._machine["cpu"],
                    "isa": self._machine["isa"],
                    "others_busy_cores": busy.cores(),
                }
                self._add(point)
        del index
        gc.collect()

    def _own(self, data: Data, impl: ImplementationSpec, missing: list[Params]) -> None:
        """An implementation of the person's own: judged, and never the end of the job."""
        stamp, kind = self._datasets[-1], f"{impl.name} pass"
        if not missing:
            found = Verdict("ok", f"{impl.name} kept to the rules", "it was measured before",
                            "all of its points")  # fmt: skip
            self._verdicts.append(judge.say(self._events, impl.name, data.name, found))
            return
        self._shared = self._shared or shared_rows(data.train)
        each = self._pass_work(stamp, impl, {}) * (self._job.repeats + 1)
        work, begun = each * len(missing), time.monotonic()

        def eta(share: float) -> float | None:
            return self._eta(kind, share * work, time.monotonic() - begun)

        def add(search: Params, fields: dict[str, Any]) -> None:
            self._add({
                **self._identity(stamp, impl, search), **fields,
                "build_threads": self._job.build_threads,
                "cpu": self._machine["cpu"], "isa": self._machine["isa"],
            })  # fmt: skip

        self._forecast.drop(f"{impl.name} build", self._build_work(stamp, impl))
        verdict = judge.Judge(self._job, self._events, data, self._shared).measure(
            impl, missing, eta, add
        )
        self._forecast.done(kind, work, time.monotonic() - begun)
        if verdict.word == "remembers-queries":  # then its earlier points are not worth a thing
            self._points = [
                p for p in self._points
                if (p["impl"], p["dataset"]) != (impl.name, data.name)
            ]  # fmt: skip
        self._verdicts.append(judge.say(self._events, impl.name, data.name, verdict))

    def _fail_if_all_failed(self) -> None:
        """A failed implementation fails the job only when there was no other."""
        theirs = [impl for impl in self._job.implementations if impl.source is not None]
        bad = [v for v in self._verdicts if v["verdict"] != "ok"]
        if len(theirs) < len(self._job.implementations) or len(bad) < len(self._verdicts):
            return
        first = bad[0]
        if len(bad) == 1:
            raise Problem(f"{first['implementation']}: {first['what']}",
                          f"{first['verdict']}: {first['why']}", first.get("hint"))  # fmt: skip
        told = ", ".join(f"{v['implementation']}: {v['verdict']}" for v in bad)
        raise Problem("Every implementation failed", told, "each verdict says what to do")

    def _build(self, data: Data, impl: ImplementationSpec, phase: Phase) -> tuple[Any, float, int]:
        job, kind = self._job, f"{impl.name} build"
        work = self._build_work(self._datasets[-1], impl)

        def tick(done: int, total: int) -> None:
            share = done / total if total else 0.0
            if done:
                phase.progress(done, total, "rows", self._eta(kind, share * work, phase.seconds))

        before, start = machine.rss_bytes(), time.monotonic()
        try:
            index = watch(
                lambda progress: IMPLEMENTATIONS[impl.name].build(
                    data.train, data.distance, impl.build, job.seed, job.build_threads, progress
                ),
                tick,
            )
        except (ValueError, TypeError) as e:
            raise Problem(f"{impl.label} could not be built on {data.name}", str(e)) from e
        seconds = time.monotonic() - start
        self._forecast.done(kind, work, seconds)
        rows = len(data.train)
        phase.progress(rows, rows, "rows", self._eta(), force=True)
        return index, seconds, max(0, machine.rss_bytes() - before)

    def _measure(
        self, data: Data, impl: ImplementationSpec, index: Any, search: Params, point: int,
        points: int, phase: Phase,
    ) -> Measured:  # fmt: skip
        job, kind = self._job, f"{impl.name} pass"
        work = self._pass_work(self._datasets[-1], impl, search)
        planned = job.repeats + 1
        begun = time.monotonic()

        def tick(done: float, passes: int, expected: float) -> None:
            nonlocal planned
            if passes < planned:  # a slow implementation is repeated less often
                self._forecast.drop(kind, work * (planned - passes))
                planned = passes
            if done == 0:
                eta = self._eta(kind, work, expected)
                eta = None if eta is None else eta + expected
            else:
                eta = self._eta(kind, done * work, time.monotonic() - begun)
            # Each point counts as much as asked for, so that the total does not change on the way.
            share = done / passes * (job.repeats + 1)
            total = points * (job.repeats + 1)
            phase.progress(
                round(point * (job.repeats + 1) + share, 2), total, "passes", eta,
                force=done == passes and point + 1 == points,
            )  # fmt: skip

        try:
            measured = measure(
                impl.name, index, data, job.k, {**impl.build, **search}, job.threads,
                job.repeats, tick,
            )  # fmt: skip
        except (ValueError, TypeError) as e:
            raise Problem(f"{impl.label} could not be searched on {data.name}", str(e)) from e
        self._forecast.done(kind, work * planned, time.monotonic() - begun)
        if measured.repeats < job.repeats:
            self._events.warn(
                f"{impl.label}: a pass is slow, repeated {measured.repeats} instead of "
                f"{job.repeats} times"
            )
        return measured

    def _add(self, point: dict[str, Any]) -> None:
        point = {name: value for name, value in point.items() if value is not None}
        self._events.emit("point", **point)
        self._points.append(point)
        self._there.add(results.key(point))
        p50 = point["latency_ms"]["p50"]
        params = " ".join(f"{k}={v}" for k, v in point["params"].items())
        self._events.log(
            f"{point['dataset']} {point['impl']} {params}: recall {point['recall']:.4f}, "
            f"{point['qps']:,.0f} queries/s, p50 {p50:.3f} ms"
        )
        busy = point.get("others_busy_cores")
        if busy is not None and busy > BUSY * self._machine["cores"]:
            self._events.warn(
                f"others kept {busy:.1f} of {self._machine['cores']} cores busy meanwhile"
            )
