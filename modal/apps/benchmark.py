"""The benchmark on Modal: one coordinator, and one container for each part of the job.

    ANN_TUI_LAUNCH=launch.json modal run --detach benchmark.py

The launch file says what to measure, on what, and for how long at most. All that can be tried without Modal is in jobkit.cloud and
annbench.cloud; here is only what Modal has to be told.
"""

import json
import os
import time
from pathlib import Path

import declare
import modal
from image import image

DATASETS = "/mnt/datasets"
RESULTS = "/mnt/results"

launch = declare.launch(job={}, containers=1, hardware={}, coordinator={}, coordinator_timeout=3600)
hardware, leader = launch["hardware"], launch["coordinator"]

# A container has to declare the same objects as the launch did: which ones, it is told by its image.
buckets = launch.get("buckets") or json.loads(os.environ.get("ANN_TUI_BUCKETS", "{}"))
volumes = launch.get("volumes", {"datasets": "ann-datasets", "results": "ann-results"})


def bucket(name: str, prefix: str, endpoint: str | None, secret: str | None, keys: list[str]) -> modal.CloudBucketMount:
    """Only read: what a run needs was sent there before."""
    return modal.CloudBucketMount(
        name,
        bucket_endpoint_url=endpoint,
        key_prefix=prefix or None,
        secret=modal.Secret.from_name(secret, required_keys=keys) if secret else None,
        read_only=True,
    )


datasets = bucket(**buckets["datasets"]) if "datasets" in buckets else declare.volume(volumes["datasets"])
results = declare.volume(volumes["results"])
app = declare.app(launch, image({"ANN_TUI_BUCKETS": json.dumps(buckets)} if buckets else None))

common = {
    "volumes": {DATASETS: datasets, RESULTS: results},
    "retries": 0,
    "single_use_containers": True,
    "startup_timeout": launch.get("startup_timeout", 900),
}
machine = {
    **declare.size(hardware),
    **common,
    # Several of them are a list of what will do, in order.
    "gpu": hardware["gpu"].split(",") if "," in (hardware.get("gpu") or "") else hardware.get("gpu"),
    "region": hardware.get("region"),
    "nonpreemptible": bool(hardware.get("nonpreemptible")),
}


@app.function(**machine, timeout=launch.get("timeout", 3600), max_containers=launch["containers"])
def measure(part: dict) -> dict:
    """Measures one part; restarted by Modal after a preemption, it goes on at the next point."""
    from annbench.cloud.workload import BENCH
    from jobkit.budget.ledger import Terms
    from jobkit.cloud.control import Control
    from jobkit.cloud.worker import limits, worker

    place = worker.Place(
        folder=Path(part["folder"]),
        shared=Path(RESULTS, "compiled"),
        holder=modal.current_input_id() or declare.task(),
        task=declare.task(),
        keep=results.commit,
    )
    store = modal.Dict.from_name(part["control"], create_if_missing=True)
    most = limits.Limits(part["timeout"], Terms.read(part["budget"]), part["containers"])
    return worker.work(BENCH, part["part"], part["job"], place, Control(store, part["run"]), most)


@app.function(**machine, timeout=900, max_containers=1)
def build(sources: list[str]) -> dict:
    """Compiles user code once, on the machines that will run them."""
    from annbench.cloud.workload import BENCH
    from jobkit.cloud import pulse

    try:
        return BENCH.carry_out(sources, Path(RESULTS, "compiled"))
    finally:
        pulse.insist(results.commit, print)


class Call:
    """A call of `measure`."""

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


def built(sources: list[str], give_up) -> dict | None:
    """What `build` says; None when somebody wants to stop before."""
    call = build.spawn(sources)
    while True:
        try:
            return call.get(timeout=2)
        except (modal.exception.FunctionTimeoutError, modal.exception.OutputExpiredError):
            raise
        except (TimeoutError, modal.exception.TimeoutError):
            if give_up():
                call.cancel(terminate_containers=True)
                return None


@app.function(
    **declare.size(leader),
    **common,
    region=hardware.get("region"),
    timeout=launch["coordinator_timeout"],
    max_containers=1,
    nonpreemptible=bool(leader.get("nonpreemptible")),
)
def coordinate(launch: dict) -> dict:
    """Leads the run: data, compiling, one container a part, one result. It leaves when they are done."""
    from annbench.cloud.workload import BENCH
    from jobkit.cloud.control import Control
    from jobkit.cloud.coordinator import Platform
    from jobkit.cloud.coordinator import coordinate as lead

    everywhere = {name: launch[name] for name in ("run", "control", "containers", "timeout")}

    # So that the run can be followed from a machine that knows nothing but its name.
    run = Path(RESULTS, "runs", launch["run"])
    run.mkdir(parents=True, exist_ok=True)
    call = {"attempt": launch["attempt"], "app": app.app_id, "call": modal.current_function_call_id()}
    call |= {"budget": (launch.get("budget") or {}).get("dollars"), "earlier": launch.get("earlier", [])}
    (run / "call.json").write_text(json.dumps(call), encoding="utf-8")

    store = modal.Dict.from_name(launch["control"], create_if_missing=True)
    platform = Platform(
        results=Path(RESULTS),
        datasets=Path(DATASETS),
        control=Control(store, launch["run"]),
        task=declare.task(),
        keep=results.commit,
        keep_datasets=datasets.commit if isinstance(datasets, modal.Volume) else lambda: None,
        reload=results.reload,
        work=lambda part: Call(measure.spawn({**part, **everywhere})),
        known=lambda call: Call(modal.FunctionCall.from_id(call), call),
        carry_out=built,
    )
    return lead(BENCH, launch, platform)


@app.local_entrypoint()
def main() -> None:
    call = coordinate.spawn(launch)
    declare.say("launched", app, call=call.object_id)
