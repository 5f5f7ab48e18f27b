"""Running a job: each data set, each implementation, each point; skipping what is already there."""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jobkit import machine
from jobkit.errors import Problem
from jobkit.events.phase import Phase
from jobkit.forecast import Forecast, Kind

from annbench import facts
from annbench.core_call import watch
from annbench.data import datasets
from annbench.data.formats.hdf5 import Data
from annbench.events import Events
from annbench.implementations import IMPLEMENTATIONS
from annbench.job import REGISTERED, DatasetSpec, ImplementationSpec, Job
from annbench.measuring import affinity, memory, noise, operating_points
from annbench.measuring.find_progress import FindProgress
from annbench.measuring.measurement import Measured, Measurement, Setting
from annbench.measuring.operating_points import Outcome, Wanted
from annbench.measuring.sweep_progress import EXTRA, SweepProgress
from annbench.peers.building import Peers, build_fields
from annbench.peers.index import PeerIndex
from annbench.recall import rules
from annbench.registered import Params
from annbench.results import hdf5_results, results
from annbench.user import judge
from annbench.user.board import SharedFile
from annbench.user.sandbox_process import KilledFromOutside
from annbench.user.session import shared_rows
from annbench.user.verdict import WORTHLESS, Judged, Verdict, all_failed

#: Indexes of one data set are built together, and their settings take turns, while they stay within
#: this share of the memory that is not the data's.
TOGETHER = 0.5


@dataclass(frozen=True)
class _Built:
    """An index that waits to be swept."""

    impl: ImplementationSpec
    missing: list[Wanted]
    index: Any
    fields: dict[str, Any]  # what its points say of its build

    @property
    def points(self) -> int:
        """How many it is to have."""
        return sum(len(wanted.found) for wanted in self.missing)


class Run:
    """One attempt at a job. `part`: of a larger one, whose other parts may do better."""

    def __init__(self, job: Job, out: Path, events: Events, part: bool = False) -> None:
        self._job = job
        self._part = part
        self._out = out
        self._events = events
        self._machine = facts.describe()
        self._begun = time.monotonic()
        self._points = results.of_type(events.earlier.kept, "point")
        self._unreached = results.of_type(events.earlier.kept, "unreached")
        self._there = {results.key(p) for p in (*self._points, *self._unreached)}
        self._datasets: list[dict[str, Any]] = []
        self._forecast = Forecast()
        self._planned: set[str] = set()
        self._verdicts: list[dict[str, Any]] = []
        self._peers = Peers(job, events)
        self._killed: list[str] = []  # implementations whose process somebody else ended
        self._shared: SharedFile | None = None  # the rows of the data set at hand
        self._said_unpinned = False
        self._differ: float | None = None  # the rules of recall, on the data set at hand

    def run(self) -> None:
        """Does the job, or raises Problem or StopRequested. Points measured until then are kept."""
        job, events = self._job, self._events
        self._say_started()
        for spec in job.datasets:
            stamp = datasets.stamp_of(job.data_dir, spec.name)
            if stamp is not None:
                self._plan(stamp)
        self._peers.install([impl for impl in job.implementations if impl.peer is not None])
        for spec in job.datasets:
            self._dataset(spec)
        seconds = round(time.monotonic() - self._begun, 3)
        results.write(
            self._out, self._machine, self._datasets, job.k, self._points, seconds, self._verdicts,
            unreached=self._unreached,
        )  # fmt: skip
        self._fail_if_killed()
        self._fail_if_all_failed()
        events.emit("result", seconds=seconds, file=results.FILE)
        noisy = noise.summary(self._points)["noisy"]
        told = f", {noisy} of them noisy" if noisy else ""
        events.log(f"done in {seconds:.1f} s: {noise.counted(len(self._points))}{told}")

    def _say_started(self) -> None:
        events, earlier = self._events, self._events.earlier
        events.emit("started", job="bench", pid=os.getpid(), machine=self._machine)
        m = self._machine
        events.log(f"{m['cpu']}, {m['cores']} cores, {m['isa']}, {m['compiler']}")
        load = m.get("load")
        if load is not None and load > m["cores"]:
            events.warn(f"the machine is busy: load {load} on {m['cores']} cores")
        if self._points:
            there = "is" if len(self._points) == 1 else "are"
            events.log(f"{noise.counted(len(self._points))} {there} already there")
            if earlier.machine is not None and earlier.machine.get("cpu") != m["cpu"]:
                events.warn(
                    f"points measured earlier are from another processor "
                    f"({earlier.machine.get('cpu')}): do not compare their speed"
                )
            if earlier.machine is not None and earlier.machine.get("core_sha") != m["core_sha"]:
                events.warn("points measured earlier are of other sources of the core")

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
        self._differ = self._look_at_recall(spec, data)
        for impl in job.implementations:  # what may not compile comes first
            if impl.source is not None:
                self._user_code(data, impl, self._missing(stamp, impl))
        self._built_in(data, [impl for impl in job.implementations if impl.source is None])
        self._shared = None

    def _look_at_recall(self, spec: DatasetSpec, data: Data) -> float | None:
        """By how much the two rules of recall can differ on this data; None where it is nothing to
        speak of. Known since the sync, unless it was an older version's, or for another k."""
        job, train = self._job, data.train
        stamp = datasets.stamp_of(job.data_dir, spec.name) if job.subset is None else None
        differ = rules.of_stamp(stamp or {}, job.k)
        if differ is None:
            queries = np.ascontiguousarray(data.test[rules.sampled(len(data.test))])
            near = rules.nearest(
                lambda begin, end: train[begin:end], len(train), queries, data.distance,
                2 * job.k, job.build_threads,
            )  # fmt: skip
            differ = rules.difference(near, job.k, data.distance)
        if differ <= rules.WORTH:
            return None
        told = self._events.warn if differ >= rules.GRAVE else self._events.log
        told(rules.sentence(data.name, job.k, differ))
        return differ

    # What is left to do, and how long it may take ------------------------------------------------

    def _identity(
        self, dataset: dict[str, Any], impl: ImplementationSpec, search: Params,
        target: float | None = None,
    ) -> Any:  # fmt: skip
        return {
            "dataset": dataset["name"], "dataset_sha": dataset["sha256"], "impl": impl.name,
            "params": {**impl.build, **search}, "k": self._job.k, "threads": self._job.threads,
            "subset": self._job.subset,
            **({"source_sha": impl.source_sha} if impl.source_sha else {}),
            **({"target_recall": target} if target is not None else {}),
        }  # fmt: skip

    def _sought(self, dataset: dict[str, Any], impl: ImplementationSpec) -> list[float]:
        """Recalls that have no operating point yet, and are not known to be out of reach."""
        there = {
            p["target_recall"]
            for p in (*self._points, *self._unreached)
            if "target_recall" in p
            and results.key(self._identity(dataset, impl, p["params"], p["target_recall"]))
            == results.key(p)
        }
        return [target for target in impl.at_recall if target not in there]

    def _missing(self, dataset: dict[str, Any], impl: ImplementationSpec) -> list[Params]:
        wanted = {  # a setting given twice is one
            results.key(self._identity(dataset, impl, search)): search for search in impl.search
        }
        return [search for key, search in wanted.items() if key not in self._there]

    def _plan(self, dataset: dict[str, Any]) -> None:
        if dataset["name"] in self._planned:
            return
        self._planned.add(dataset["name"])
        for impl in self._job.implementations:
            missing, sought = self._missing(dataset, impl), self._sought(dataset, impl)
            if missing or sought:
                self._forecast.plan(*self._build_work(dataset, impl))
            for search in missing:
                kind, work = self._pass_work(dataset, impl, search)
                extra = EXTRA if impl.source is None else 1
                self._forecast.plan(kind, work * (self._job.repeats + extra))
            for target in sought:
                for planned in self._target_work(dataset, impl, target):
                    self._forecast.plan(*planned)

    def _build_work(
        self, dataset: dict[str, Any], impl: ImplementationSpec
    ) -> tuple[Kind, float]:
        """Values looked at, guessed, of each thread."""
        rows, dim = dataset["train"]
        rows = min(rows, self._job.subset or rows)
        visits = _unknown(1.0, 2000.0) if impl.source is not None else (
            REGISTERED[impl.name].cost.build_effort(rows, impl.build)
        )  # fmt: skip
        kind = (impl.name, "build", impl.label, dataset["name"])
        return kind, float(rows * dim * visits) / self._at_once(self._job.build_threads)

    def _pass_work(
        self, dataset: dict[str, Any], impl: ImplementationSpec, search: Params
    ) -> tuple[Kind, float]:
        """The work of one pass; of user code, whatever the setting is."""
        rows, dim = dataset["train"]
        rows = min(rows, self._job.subset or rows)
        params = {**impl.build, **search}
        if impl.source is not None:
            kind: Kind = (impl.name, "pass", dataset["name"])
            visits = _unknown(rows / 3, min(rows, 600))
        else:
            kind = (impl.name, "pass", repr(params), dataset["name"])
            visits = REGISTERED[impl.name].cost.search_effort(rows, params)
        work = float(dataset["test"][0] * dim * visits)
        return kind, work / self._at_once(self._job.threads)

    def _find_work(
        self, dataset: dict[str, Any], impl: ImplementationSpec, value: int
    ) -> tuple[Kind, float]:
        """The work of one pass of the choosing half, in which all threads that build take part."""
        name = operating_points.parameter_of(impl.name) or ""
        _kind, work = self._pass_work(dataset, impl, {name: value})
        work *= self._at_once(self._job.threads) / self._at_once(self._job.build_threads) / 2
        return (impl.name, "find", dataset["name"]), work

    def _target_work(
        self, dataset: dict[str, Any], impl: ImplementationSpec, target: float
    ) -> list[tuple[Kind, float]]:
        """Guessed: of finding the operating point, and of measuring it."""
        value = operating_points.guess(impl.name, target)
        kind, work = self._find_work(dataset, impl, value)
        passes, _value = operating_points.passes_left(
            {}, target, value, operating_points.scale(impl.name)
        )
        search = {operating_points.parameter_of(impl.name) or "": value}
        measured, each = self._pass_work(dataset, impl, search)
        return [(kind, work * passes), (measured, each * (self._job.repeats + EXTRA))]

    def _at_once(self, threads: int) -> int:
        """How many of so many threads really run side by side."""
        return max(1, min(threads, self._machine["cores"]))

    def _eta(self, kind: Kind = (), units: float = 0.0, seconds: float = 0.0) -> float | None:
        """Seconds left of the whole job; unknown while a data set is still to be fetched."""
        if any(spec.name not in self._planned for spec in self._job.datasets):
            return None
        return self._forecast.remaining(kind, units, seconds)

    # The work ------------------------------------------------------------------------------------

    def _built_in(self, data: Data, impls: Sequence[ImplementationSpec]) -> None:
        """Builds what fits into memory together, sweeps it, and goes on with the rest. Peers are
        among them."""
        together: list[_Built] = []
        try:
            for impl in impls:
                missing = self._missing(self._datasets[-1], impl)
                sought = self._sought(self._datasets[-1], impl)
                if not missing and not sought:
                    continue
                if together and not self._fits(data, impl, together):
                    done_with = ", ".join(one.impl.label for one in together)
                    self._events.log(
                        f"{impl.label} is built when {done_with} is done with: together they "
                        "would take too much memory to take turns"
                    )
                    self._sweep(data, together)
                    _end(together)
                build = self._built if impl.peer is None else self._built_peer
                built = build(data, impl, missing, sought)
                together += [built] if built is not None else []
            if together:
                self._sweep(data, together)
        finally:
            _end(together)
        self._say_of_peers(data, impls)

    def _fits(self, data: Data, impl: ImplementationSpec, together: Sequence[_Built]) -> bool:
        rows, dim = data.train.shape
        guessed = rows * REGISTERED[impl.name].cost.bytes_per_row(dim, impl.build)
        held = sum(one.index.index_bytes for one in together)
        return held + guessed <= TOGETHER * (self._machine["memory_bytes"] - data.train.nbytes)

    def _built(
        self, data: Data, impl: ImplementationSpec, missing: list[Params], sought: list[float]
    ) -> _Built:
        with Phase(self._events, "build", impl.label) as phase:
            index, fields = self._build(data, impl, phase)
        self._events.log(
            f"built {impl.label} on {data.name} in {fields['build_seconds']:.2f} s, "
            f"{index.index_bytes / 1e6:.1f} MB"
        )
        self._say_of_graph(impl, index, len(data.train))
        return _Built(impl, self._wanted(data, impl, index, missing, sought), index, fields)

    def _wanted(
        self, data: Data, impl: ImplementationSpec, index: Any, missing: list[Params],
        sought: list[float],
    ) -> list[Wanted]:  # fmt: skip
        """The settings to be measured: those that were given, and those found for the recalls."""
        found = self._find(data, impl, index, sought) if sought else []
        name = operating_points.parameter_of(impl.name) or ""
        wanted = operating_points.merged(missing, found, name)
        for one in wanted:
            if None not in one.found:  # what was given is planned already
                kind, work = self._pass_work(self._datasets[-1], impl, one.search)
                self._forecast.plan(kind, work * (self._job.repeats + EXTRA))
        return wanted

    def _find(
        self, data: Data, impl: ImplementationSpec, index: Any, sought: list[float]
    ) -> list[Outcome]:
        """Settings for the recalls sought; what is out of reach is told, and not among them."""
        job, stamp, events = self._job, self._datasets[-1], self._events
        name = operating_points.parameter_of(impl.name) or ""
        chooses, _judges = operating_points.halves(len(data.test), job.seed)
        known = operating_points.tried_before(
            events.earlier.kept, data.name, data.sha256, impl.name, impl.build, name
        )

        def tried(value: int, one: operating_points.Tried) -> None:
            events.emit(
                "tried", **self._identity(stamp, impl, {name: value}),
                recall=one.recall, queries=len(chooses), dist_comps=one.dist_comps,
            )  # fmt: skip

        planned = [self._target_work(stamp, impl, target) for target in sought]
        with Phase(events, "find", impl.label) as phase:
            progress = FindProgress(
                phase, self._forecast, planned[0][0][0],
                lambda value: self._find_work(stamp, impl, value)[1],
                [find[1] for find, _measure in planned], self._eta,
            )  # fmt: skip
            try:
                with self._as_problem(f"{impl.label} could not be searched on {data.name}"):
                    outcomes = operating_points.find(
                        data, chooses, impl.name, index, impl.build, job.k, job.build_threads,
                        sought, known, progress, tried,
                    )  # fmt: skip
            except (Judged, KilledFromOutside):
                progress.lost()
                raise
            finally:
                for _find, measured in planned:  # what is measured is known now, and planned anew
                    self._forecast.drop(*measured)
        reached = [one for one in outcomes if one.reached]
        for one in outcomes:
            if one.reached:
                events.log(f"{impl.label}: recall {one.target:g} at {name}={one.value}")
                continue
            missed = {
                **self._identity(stamp, impl, {}, one.target), "recall": round(one.recall, 6),
                "parameter": name, "value": one.value, "queries": len(chooses),
            }  # fmt: skip
            missed = {field: value for field, value in missed.items() if value is not None}
            events.emit("unreached", **missed)
            self._unreached.append(missed)
            events.log(
                f"{impl.label}: recall {one.target:g} is out of reach, "
                f"{math.floor(one.recall * 1e4) / 1e4:.4f} at {name}={one.value}"
            )
        return reached

    def _built_peer(
        self, data: Data, impl: ImplementationSpec, missing: list[Params], sought: list[float]
    ) -> _Built | None:
        """None when it could not be built, or not be asked: then there is a verdict."""
        made = None
        with self._judging(data, impl, missing, sought):
            made = self._build_peer(data, impl, len(missing) + len(sought))
        if made is None:
            return None
        index, fields = made
        wanted = None
        try:
            with self._judging(data, impl, missing, [], index):  # finding drops its part itself
                wanted = self._wanted(data, impl, index, missing, sought)
        finally:
            if wanted is None:
                index.close()
        return _Built(impl, wanted, index, fields) if wanted is not None else None

    def _build_peer(
        self, data: Data, impl: ImplementationSpec, points: int
    ) -> tuple[PeerIndex, dict[str, Any]]:
        """Its index, and what its points say of its build. Raises Judged, or KilledFromOutside."""
        kind, work = self._build_work(self._datasets[-1], impl)
        self._shared = self._shared or shared_rows(data.train)
        with Phase(self._events, "build", impl.label) as phase:

            def tick(seconds: float) -> None:
                if phase.due():  # how far it is only the library knows
                    eta = self._eta(kind, 0.0, seconds)
                    phase.progress(0, 1, "builds", eta, job_eta=eta)

            index, built = self._peers.build(impl, data, self._shared, points, tick)
            self._forecast.done(kind, work, built.seconds)
            phase.progress(1, 1, "builds", self._eta(), force=True, job_eta=self._eta())
            self._events.log(
                f"built {impl.label} on {data.name} in {built.seconds:.2f} s, "
                f"{built.index_bytes / 1e6:.1f} MB ({impl.name} {index.version})"
            )
            return index, build_fields(index, built, self._job.build_threads)

    @contextlib.contextmanager
    def _judging(
        self, data: Data, impl: ImplementationSpec, missing: list[Params], sought: list[float],
        index: PeerIndex | None = None,
    ) -> Iterator[None]:  # fmt: skip
        """A peer that fails fails alone. What is given here is no longer planned."""
        try:
            yield
            return
        except (Judged, KilledFromOutside) as e:
            if index is not None:
                self._tell_tail(impl, index)
            self._lost(data, impl, e, "nothing was measured before")
        stamp = self._datasets[-1]
        self._forecast.drop(*self._build_work(stamp, impl))
        for search in missing:
            kind, each = self._pass_work(stamp, impl, search)
            self._forecast.drop(kind, each * (self._job.repeats + EXTRA))
        for target in sought:
            for planned in self._target_work(stamp, impl, target):
                self._forecast.drop(*planned)

    def _lost(
        self, data: Data, impl: ImplementationSpec, judged: Judged | KilledFromOutside, kept: str
    ) -> None:
        """A verdict, once of each peer: it may fail in each way in which it is built. What was
        killed from outside gets none."""
        if isinstance(judged, KilledFromOutside):
            told = f"{impl.label} on {data.name}: {judged}"
            self._events.warn(told)
            self._killed.append(told)
        elif not self._is_judged(data, impl):
            verdict = judged.keeping(kept)
            self._verdicts.append(judge.say(self._events, impl.name, data.name, verdict))

    def _is_judged(self, data: Data, impl: ImplementationSpec) -> bool:
        who = (impl.name, data.name)
        return any((v["implementation"], v["dataset"]) == who for v in self._verdicts)

    def _say_of_peers(self, data: Data, impls: Sequence[ImplementationSpec]) -> None:
        """Of each against which nothing speaks."""
        for impl in {one.name: one for one in impls if one.peer is not None}.values():
            theirs = [
                p for p in self._points if (p["impl"], p["dataset"]) == (impl.name, data.name)
            ]
            if theirs and not self._is_judged(data, impl):
                verdict = self._peers.ok(impl, noise.counted(len(theirs)))
                self._verdicts.append(judge.say(self._events, impl.name, data.name, verdict))

    def _sweep(self, data: Data, together: Sequence[_Built]) -> None:
        """Their settings take turns."""
        job, stamp = self._job, self._datasets[-1]
        settings = [(built, wanted) for built in together for wanted in built.missing]
        if not settings:
            return
        work = [self._pass_work(stamp, built.impl, wanted.search) for built, wanted in settings]
        names = dict.fromkeys(built.impl.name for built in together)
        # Several are one word, as --impl has them.
        label = together[0].impl.label if len(together) == 1 else ",".join(names)
        added: dict[str, list[dict[str, Any]]] = {built.impl.label: [] for built in together}
        with Phase(self._events, "sweep", label) as phase:
            progress = SweepProgress(phase, self._forecast, work, job.repeats, self._eta)
            busy = machine.OthersBusy()
            measurement = Measurement(
                data, job.k,
                [
                    Setting(built.impl.name, built.index, {**built.impl.build, **wanted.search})
                    for built, wanted in settings
                ],
                job.threads, job.repeats,
            )  # fmt: skip

            def points_of(number: int, measured: Measured) -> Iterator[dict[str, Any]]:
                """One, but for a setting that was found for several targets."""
                built, wanted = settings[number]
                point = self._point(built.impl, wanted.search, measured, busy.cores())
                point.update(built.fields)
                if measured.peak_bytes is not None:
                    point["search_peak_bytes"] = built.fields["rss_bytes"] + measured.peak_bytes
                point = {name: value for name, value in point.items() if value is not None}
                for found in wanted.found:
                    yield point if found is None else point | self._judged(data, measured, found)

            def early(number: int, measured: Measured) -> None:
                for point in points_of(number, measured):
                    self._events.emit("provisional", **point)

            with self._as_problem(f"{label} could not be searched on {data.name}"):
                for number, measured in measurement.run(progress, early):
                    built, _wanted = settings[number]
                    for point in points_of(number, measured):
                        hdf5_results.write(
                            self._out, point, built.impl.build, data.distance,
                            measured.seconds, measured.ids, measured.distances,
                        )  # fmt: skip
                        added[built.impl.label].append(self._add(point))
        for built in together:
            judged = measurement.lost.get(built.index)
            if judged is not None:
                kept = f"{len(added[built.impl.label])} of {noise.counted(built.points)}"
                self._tell_tail(built.impl, built.index)
                self._lost(data, built.impl, judged, kept)
        for name, points in added.items():
            slow = noise.slow_sentence(name, points, job.repeats)
            if slow is not None:
                self._events.warn(slow)
            self._warn(name, points)

    def _tell_tail(self, impl: ImplementationSpec, index: PeerIndex) -> None:
        for line in index.tail().splitlines()[-20:]:
            self._events.log(f"{impl.name} | {judge.printable(line)}")

    def _say_of_graph(self, impl: ImplementationSpec, index: Any, rows: int) -> None:
        """What a graph says of itself, where it has something to say."""
        copies, unreachable = rows - getattr(index, "nodes", rows), getattr(index, "unreachable", 0)
        if copies:
            self._events.log(f"{impl.label}: {copies:,} rows are copies of others, kept once")
        if unreachable:
            self._events.warn(f"{impl.label}: no search can find {unreachable:,} of {rows:,} rows")

    def _point(
        self, impl: ImplementationSpec, search: Params, measured: Measured, busy: float | None
    ) -> dict[str, Any]:
        """All but what building told. `busy`: cores that others used during the whole sweep."""
        m = self._machine
        others = busy if measured.others_busy is None else measured.others_busy
        return {
            **self._identity(self._datasets[-1], impl, search),
            **results.figures(measured, others, self._job.threads, m["cores"]),
            "rules_differ": self._differ,
            "load": machine.load_average(),
            "cpu": m["cpu"],
            "isa": m["isa"],
            "core_sha": m["core_sha"] if impl.peer is None else None,
        }

    def _judged(self, data: Data, measured: Measured, found: Outcome) -> dict[str, Any]:
        _chooses, judges = operating_points.halves(len(data.test), self._job.seed)
        return operating_points.judged(measured.distances, data, judges, self._job.k, found)

    def _warn(self, label: str, points: list[dict[str, Any]]) -> None:
        """What is to be said of the points of a sweep: once, not of each."""
        noisy = noise.sentence(label, points, self._machine["cores"])
        if noisy is not None:
            self._events.warn(noisy)
        unpinned = self._job.threads == 1 and not all(p.get("pinned", True) for p in points)
        if unpinned and not self._said_unpinned:
            self._said_unpinned = True
            self._events.warn(f"searches are not kept on one core: {affinity.why_not()}")

    @staticmethod
    @contextlib.contextmanager
    def _as_problem(what: str) -> Iterator[None]:
        try:
            yield
        except (ValueError, TypeError) as e:
            raise Problem(what, str(e)) from e

    def _user_code(self, data: Data, impl: ImplementationSpec, missing: list[Params]) -> None:
        """User code: judged, and never the end of the job."""
        stamp = self._datasets[-1]
        if not missing:
            found = Verdict("ok", f"nothing speaks against {impl.name}", "it was measured before",
                            "all of its points")  # fmt: skip
            self._verdicts.append(judge.say(self._events, impl.name, data.name, found))
            return
        self._shared = self._shared or shared_rows(data.train)
        kind, each = self._pass_work(stamp, impl, {})
        work, begun = each * (self._job.repeats + 1) * len(missing), time.monotonic()
        searching: float | None = None  # since when

        def eta(share: float) -> float | None:
            nonlocal searching
            if searching is None:
                searching = time.monotonic()
                self._forecast.done(*self._build_work(stamp, impl), searching - begun)
            return self._eta(kind, share * work, time.monotonic() - searching)

        added: list[dict[str, Any]] = []

        def add(search: Params, fields: dict[str, Any], found: judge.Point) -> None:
            m = self._machine
            point = {
                **self._identity(stamp, impl, search), **fields, "rules_differ": self._differ,
                **noise.fields(
                    found.passes, self._job.threads, fields.get("others_busy_cores"), m["cores"]
                ),
                "build_threads": self._job.build_threads,
                "cpu": m["cpu"], "isa": m["isa"],
                "load": machine.load_average(),
            }  # fmt: skip
            hdf5_results.write(
                self._out, point, impl.build, data.distance,
                found.seconds, found.ids, found.distances,
            )  # fmt: skip
            added.append(self._add(point))

        try:
            verdict = judge.Judge(self._job, self._events, data, self._shared).measure(
                impl, missing, eta, add
            )
        except KilledFromOutside as e:
            kept = f"{len(added)} of {noise.counted(len(missing))}"
            told = f"{impl.label} on {data.name}: {e}; {kept}"
            self._events.warn(told)
            self._events.log(told)
            self._killed.append(f"{impl.name} on {data.name}: {e}")
            return
        self._forecast.drop(*self._build_work(stamp, impl))
        self._forecast.drop(kind, work)
        self._warn(impl.label, added)
        if verdict.word in WORTHLESS:  # then its earlier points are not worth a thing
            theirs = [
                p for p in self._points if (p["impl"], p["dataset"]) == (impl.name, data.name)
            ]
            for point in theirs:
                hdf5_results.drop(self._out, point, impl.build)
            self._points = [p for p in self._points if p not in theirs]
        self._verdicts.append(judge.say(self._events, impl.name, data.name, verdict))

    def _fail_if_killed(self) -> None:
        """What was killed from outside is no word on an implementation: the job is not done."""
        if self._killed:
            more = len(self._killed) - 1
            raise Problem(
                "Points are missing: a process was killed from outside",
                self._killed[0] + (f" (and {more} more)" if more else ""), resume=True,
            )  # fmt: skip

    def _fail_if_all_failed(self) -> None:
        """A failed implementation fails the job only when there was no other."""
        if self._part or any(
            impl.source is None and impl.peer is None for impl in self._job.implementations
        ):
            return
        problem = all_failed(self._verdicts)
        if problem is not None:
            raise problem

    def _build(
        self, data: Data, impl: ImplementationSpec, phase: Phase
    ) -> tuple[Any, dict[str, Any]]:
        """The index, and what a point says of it."""
        job = self._job
        kind, work = self._build_work(self._datasets[-1], impl)
        before = memory.settled_bytes()

        def tick(done: int, total: int) -> None:
            share = done / total if total else 0.0
            peak.look()
            if done:
                eta = self._eta(kind, share * work, phase.seconds)
                phase.progress(done, total, "rows", eta, job_eta=eta)

        peak, start = memory.Peak(), time.monotonic()
        with self._as_problem(f"{impl.label} could not be built on {data.name}"):
            index = watch(
                lambda progress: IMPLEMENTATIONS[impl.name].build(
                    data.train, data.distance, impl.build, job.seed, job.build_threads, progress
                ),
                tick,
            )
        seconds = time.monotonic() - start
        self._forecast.done(kind, work, seconds)
        rows = len(data.train)
        eta = self._eta()
        phase.progress(rows, rows, "rows", eta, force=True, job_eta=eta)
        most = peak.bytes()
        return index, {
            "build_seconds": round(seconds, 3),
            "build_threads": job.build_threads,
            "index_bytes": index.index_bytes,
            "rss_bytes": max(0, memory.settled_bytes() - before),
            "build_peak_bytes": max(0, most - before),
        }

    def _add(self, point: dict[str, Any]) -> dict[str, Any]:
        point = {name: value for name, value in point.items() if value is not None}
        self._events.emit("point", **point)
        self._points.append(point)
        self._there.add(results.key(point))
        latency = point.get("latency_ms")
        params = " ".join(f"{k}={v}" for k, v in point["params"].items())
        self._events.log(
            f"{point['dataset']} {point['impl']} {params}: "
            + (f"for {point['target_recall']:g}: " if "target_recall" in point else "")
            + f"recall {point['recall']:.4f}, "
            f"{point['qps']:,.0f} queries/s"
            + (f", p50 {latency['p50']:.3f} ms" if latency else "")
            + (" (noisy)" if point.get("noisy") else "")
        )
        return point


def _end(together: list[_Built]) -> None:
    """Done with these: what is in a process of its own is ended."""
    for built in together:
        if isinstance(built.index, PeerIndex):
            built.index.close()
    together.clear()


def _unknown(least: float, most: float) -> float:
    """A guess of what nobody knows but for its ends: off by the same factor at most, either way."""
    return math.sqrt(least * most)
