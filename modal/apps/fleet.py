"""A run of any workload on Modal: one coordinator, and one container for each part of the job.

The launch file says what to do, on what, and for how long at most. All that can be tried without Modal is in jobkit.cloud and in the
workload's own package; here is only what Modal has to be told. An app declares the three functions itself: Modal finds a function by its
name in the app's own file.
"""

import importlib
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import declare
import modal
from image import image

DATASETS = "/mnt/datasets"
RESULTS = "/mnt/results"


class _Call:
    """A call of the app's `work`."""

    def __init__(self, call: modal.FunctionCall, known_as: str | None = None) -> None:
        self._call = call
        self.id = known_as or call.object_id

    def get(self) -> dict:
        """The outcome. A way there that is broken says nothing of it, and is tried again for minutes."""
        for wait in [1, 2, 5, 10, *[15] * 40]:
            try:
                return self._call.get()
            except (modal.exception.ConnectionError, modal.exception.ServiceError, modal.exception.InternalError):
                time.sleep(wait)
        return self._call.get()

    def cancel(self) -> None:
        self._call.cancel(terminate_containers=True)


def _carried_out(before: modal.Function, order: list[str], give_up: Callable[[], bool]) -> dict | None:
    """What `before` answers; None when somebody wants to stop before."""
    call = before.spawn(order)
    while True:
        try:
            return call.get(timeout=2)
        except (modal.exception.FunctionTimeoutError, modal.exception.OutputExpiredError):
            raise
        except (TimeoutError, modal.exception.TimeoutError):
            if give_up():
                call.cancel(terminate_containers=True)
                return None


class Fleet:
    """`workload`: "package.module:NAME", which implements jobkit.cloud.workload.Workload. `packages`: see image.py. `working(0)`, `preparing`,
    `carrying_out` and `leading` are what Modal is told of the function that does a part, of the one that has ready what parts need, of the one
    that does what comes before, and of the coordinator; `working(1)` of a part on the GPU that will do when the first is not to be had."""

    def __init__(self, workload: str, *packages: str) -> None:
        self._workload = workload
        self.launch = launch = declare.launch(job={}, containers=1, machines={}, coordinator={}, coordinator_timeout=3600)
        machines, leader = launch["machines"], launch["coordinator"]
        buckets, environment = declare.buckets(launch)
        volumes = launch.get("volumes", {"datasets": "ann-datasets", "results": "ann-results"})
        self._datasets = buckets.get("datasets") or declare.volume(volumes["datasets"])
        self._results = declare.volume(volumes["results"])
        self.app = declare.app(launch, image(*packages, torch=launch.get("torch"), environment=environment or None))
        common: dict[str, Any] = {
            "volumes": {DATASETS: self._datasets, RESULTS: self._results},
            "retries": 0,
            "single_use_containers": True,
            "startup_timeout": launch.get("startup_timeout", 900),
            "region": launch.get("region"),
        }

        mounts = common["volumes"]
        if "recordings" in buckets:  # read by those who prepare
            mounts = {**mounts, declare.RECORDINGS: buckets["recordings"]}

        def machine(one: dict[str, Any]) -> dict[str, Any]:
            return {
                **declare.size(one),
                **common,
                "volumes": mounts,
                "gpu": one.get("gpu"),
                "nonpreemptible": bool(one.get("nonpreemptible")),
            }

        timeout = launch.get("timeout", 3600)
        self._choices = [machine(one) for one in machines.get("work") or [{}]]
        self._working = {"timeout": timeout, "max_containers": launch["containers"]}
        preparer = machines.get("prepare") or {}
        self.preparing = {**machine(preparer), "timeout": timeout, "max_containers": preparer.get("containers", 1)}
        self.carrying_out = {**self._choices[0], "timeout": 900, "max_containers": 1}
        self.leading = {
            **declare.size(leader),
            **common,
            "timeout": launch["coordinator_timeout"],
            "max_containers": 1,
            "nonpreemptible": bool(leader.get("nonpreemptible")),
        }

    def working(self, number: int = 0) -> dict[str, Any]:
        """Where there are fewer choices, the last of them; it is declared, and never called."""
        return {**self._choices[min(number, len(self._choices) - 1)], **self._working}

    @property
    def _keep_datasets(self) -> Callable[[], None] | None:
        """None for a bucket: nothing is written there."""
        return self._datasets.commit if isinstance(self._datasets, modal.Volume) else None

    def _theirs(self) -> Any:
        """Imported in containers only: a laptop has no more than Modal's client."""
        module, _, name = self._workload.partition(":")
        return getattr(importlib.import_module(module), name)

    def work(self, part: dict) -> dict:
        """Does one part; restarted by Modal after a preemption, it goes on with what is not finished."""
        from jobkit.budget.ledger import Terms
        from jobkit.cloud.control import Control
        from jobkit.cloud.worker import limits, worker

        place = worker.Place(
            folder=Path(part["folder"]),
            shared=Path(RESULTS, "compiled"),
            holder=modal.current_input_id() or declare.task(),
            task=declare.task(),
            keep=self._results.commit,
            data=Path(DATASETS),
            keep_data=self._keep_datasets,
            reload=self._reload,
            attempt=part["attempt"],
            kind=part["kind"],
            machine=part["machine"],
        )
        store = modal.Dict.from_name(part["control"], create_if_missing=True)
        most = limits.Limits(
            part["timeout"],
            Terms.read(part["budget"]),
            part["containers"],
            # The first container alone: what a later one finds was known before.
            part.get("project_after") if part["first"] else None,
        )
        return worker.work(self._theirs(), part["part"], part["job"], place, Control(store, part["run"]), most)

    def carry_out(self, order: list[str]) -> dict:
        """Does once, on a machine like those of the parts, what several of them would do each."""
        from jobkit.cloud import pulse

        try:
            return self._theirs().carry_out(order, Path(RESULTS, "compiled"))
        finally:
            pulse.insist(self._results.commit, print)

    def _reload(self) -> None:
        """Shows what others have kept: a mount may be older."""
        self._results.reload()
        if isinstance(self._datasets, modal.Volume):
            self._datasets.reload()

    def lead(self, launch: dict, coordinate: modal.Function, before: modal.Function, **works: modal.Function) -> dict:
        """Leads the run: data, what comes before, one container a part, one result. It leaves when they are done, or at the end of its own time,
        when `coordinate` is called to take over. `works`: the functions that do parts, by the names of jobkit.cloud.machines."""
        from jobkit.cloud.control import Control
        from jobkit.cloud.coordinator import Platform
        from jobkit.cloud.coordinator import coordinate as lead_run

        names = ("run", "attempt", "control", "containers", "timeout", "project_after")
        everywhere = {name: launch.get(name) for name in names}
        segment = launch.get("segment", 1)
        if launch.get("limit"):
            launch = {"deadline": time.time() + launch["limit"], **launch}

        call = {"attempt": launch["attempt"], "app": self.app.app_id, "call": modal.current_function_call_id()}
        call |= {"budget": (launch.get("budget") or {}).get("dollars"), "earlier": launch.get("earlier", [])}

        store = modal.Dict.from_name(launch["control"], create_if_missing=True)
        platform = Platform(
            results=Path(RESULTS),
            datasets=Path(DATASETS),
            control=Control(store, launch["run"]),
            task=declare.task(),
            keep=self._results.commit,
            keep_datasets=self._keep_datasets or (lambda: None),
            reload=self._results.reload,
            work=lambda part, function: _Call(works[function].spawn({**part, **everywhere})),
            known=lambda call: _Call(modal.FunctionCall.from_id(call), call),
            carry_out=lambda order, give_up: _carried_out(before, order, give_up),
            lead_on=lambda: coordinate.spawn({**launch, "segment": segment + 1}).object_id,
            holder=modal.current_input_id() or declare.task(),
            call=call,
        )
        return lead_run(self._theirs(), launch, platform)

    def begin(self, leader: modal.Function) -> None:
        """Spawns the coordinator, and says so."""
        call = leader.spawn(self.launch)
        declare.say("launched", self.app, call=call.object_id)
