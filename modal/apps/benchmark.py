"""The benchmark on Modal: one coordinator, and one container for each part of the job.

    ANN_TUI_LAUNCH=launch.json modal run --detach benchmark.py

The launch file says what to measure, on what. All that can be tried without Modal is in
annbench.cloud; here is only what Modal has to be told.
"""

import json
import math
import os
import time
from pathlib import Path

import modal

DATASETS = "/mnt/datasets"
RESULTS = "/mnt/results"
MOST_SECONDS = 86_400  # as long as a function of Modal's may run

# In a container the launch file comes as an argument, and what is said of hardware there counts for nothing.
if modal.is_local():
    launch = json.loads(Path(os.environ["ANN_TUI_LAUNCH"]).read_text(encoding="utf-8"))
else:
    launch = {"app": "ann-tui", "run": "run", "attempt": 1, "job": {}, "containers": 1, "hardware": {}, "coordinator": {}}
hardware, leader = launch["hardware"], launch["coordinator"]

# What changes rarely comes first: after a change of ours only the last two layers are built.
image = (
    modal.Image.debian_slim(python_version="3.11")
    .apt_install("g++")
    .pip_install(
        "numpy==2.4.6",
        "h5py==3.16.0",
        "scikit-build-core==1.1.2",
        "nanobind==3.1.0",
        "cmake==4.4.4",
        "ninja==1.13.2",
    )
    # Volumes know no locks of files, and each file has one writer here.
    .env({"HDF5_USE_FILE_LOCKING": "BEST_EFFORT", "PYTHONUTF8": "1"})
    .add_local_dir(
        Path(__file__).parent.parent / "annbench",
        "/opt/annbench",
        copy=True,
        ignore=["**/__pycache__", "**/*.py[co]", "**/.*", "**/build", "**/*.so", "**/*.egg-info"],
    )
    .run_commands("python -m pip install --no-deps --no-build-isolation /opt/annbench")
)
# A container has to declare the same objects as the launch did: which ones, it is told by its image.
buckets = launch.get("buckets") or json.loads(os.environ.get("ANN_TUI_BUCKETS", "{}"))
if buckets:
    image = image.env({"ANN_TUI_BUCKETS": json.dumps(buckets)})
volumes = launch.get("volumes", {"datasets": "ann-datasets", "results": "ann-results"})


def volume(name: str) -> modal.Volume:
    """Of whatever version it is; a new one is of version 2."""
    if modal.is_local():
        try:
            modal.Volume.from_name(name).hydrate()
        except modal.exception.NotFoundError:
            modal.Volume.objects.create(name, version=2, allow_existing=True)
    return modal.Volume.from_name(name)


def bucket(name: str, prefix: str, endpoint: str | None, secret: str | None, keys: list[str]) -> modal.CloudBucketMount:
    """Only read: what a run needs was sent there before."""
    return modal.CloudBucketMount(
        name,
        bucket_endpoint_url=endpoint,
        key_prefix=prefix or None,
        secret=modal.Secret.from_name(secret, required_keys=keys) if secret else None,
        read_only=True,
    )


datasets = bucket(**buckets["datasets"]) if "datasets" in buckets else volume(volumes["datasets"])
results = volume(volumes["results"])
app = modal.App(launch["app"], tags={"run": launch["run"], "attempt": str(launch["attempt"])}, image=image)


def size(of: dict) -> dict:
    """Requests that are limits too: nothing is used that was not priced."""
    cores, mib = of.get("cores", 1), int(of.get("memory_gib", 1) * 1024)
    return {"cpu": (cores, cores), "memory": (mib, mib)}


def coordinator_seconds() -> int:
    """As long as all parts may take one after the other on so many containers, and data before."""
    job = launch["job"]
    parts = len(job.get("datasets", [])) * len(job.get("implementations", []))
    rounds = math.ceil(parts / max(1, launch["containers"]))
    each = launch.get("timeout", 3600) + launch.get("startup_timeout", 900)
    return min(MOST_SECONDS, 2 * 3600 + rounds * each)


common = {
    "volumes": {DATASETS: datasets, RESULTS: results},
    "retries": 0,
    "single_use_containers": True,
    "startup_timeout": launch.get("startup_timeout", 900),
}
machine = {
    **size(hardware),
    **common,
    # Several of them are a list of what will do, in order.
    "gpu": hardware["gpu"].split(",") if "," in (hardware.get("gpu") or "") else hardware.get("gpu"),
    "region": hardware.get("region"),
    "nonpreemptible": bool(hardware.get("nonpreemptible")),
}


def task() -> str:
    return os.environ.get("MODAL_TASK_ID", "")


@app.function(**machine, timeout=launch.get("timeout", 3600), max_containers=launch["containers"])
def measure(part: dict) -> dict:
    """Measures one part; restarted by Modal after a preemption, it goes on at the next point."""
    from annbench.budget import Terms
    from annbench.cloud import control, worker

    place = worker.Place(
        folder=Path(part["folder"]),
        shared=Path(RESULTS, "compiled"),
        holder=modal.current_input_id() or task(),
        task=task(),
        keep=results.commit,
    )
    store = modal.Dict.from_name(part["control"], create_if_missing=True)
    limits = worker.Limits(part["timeout"], Terms.read(part["budget"]), part["containers"])
    return worker.work(part["part"], part["job"], place, control.Control(store, part["run"]), limits)


@app.function(**machine, timeout=900, max_containers=1)
def build(sources: list[str]) -> dict:
    """Compiles a person's own files once, on the machines that will run them."""
    from annbench.cloud import compiled, pulse

    try:
        return compiled.compile_all(sources, Path(RESULTS, "compiled"))
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
    **size(leader),
    **common,
    region=hardware.get("region"),
    timeout=launch.get("coordinator_timeout") or coordinator_seconds(),
    max_containers=1,
    nonpreemptible=bool(leader.get("nonpreemptible")),
)
def coordinate(launch: dict) -> dict:
    """Leads the run: data, compiling, one container a part, one result. It leaves when they are done."""
    from annbench.cloud import control, coordinator

    everywhere = {name: launch[name] for name in ("run", "control", "containers", "timeout")}

    # So that the run can be followed from a machine that knows nothing but its name.
    run = Path(RESULTS, "runs", launch["run"])
    run.mkdir(parents=True, exist_ok=True)
    call = {"attempt": launch["attempt"], "app": app.app_id, "call": modal.current_function_call_id()}
    call |= {"budget": (launch.get("budget") or {}).get("dollars"), "earlier": launch.get("earlier", [])}
    (run / "call.json").write_text(json.dumps(call), encoding="utf-8")

    store = modal.Dict.from_name(launch["control"], create_if_missing=True)
    cloud = coordinator.Cloud(
        results=Path(RESULTS),
        datasets=Path(DATASETS),
        control=control.Control(store, launch["run"]),
        task=task(),
        keep=results.commit,
        keep_datasets=datasets.commit if isinstance(datasets, modal.Volume) else lambda: None,
        reload=results.reload,
        measure=lambda part: Call(measure.spawn({**part, **everywhere})),
        known=lambda call: Call(modal.FunctionCall.from_id(call), call),
        compile=built,
    )
    return coordinator.coordinate(launch, cloud)


@app.local_entrypoint()
def main() -> None:
    call = coordinate.spawn(launch)
    print(json.dumps({"ann_tui": "launched", "app": app.app_id, "call": call.object_id}), flush=True)
