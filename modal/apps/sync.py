"""One data set fetched (or made) and verified in the cloud, onto the volume of data sets.

    ANN_TUI_LAUNCH=launch.json modal run --detach sync.py

What it does there is the first step of every run (annbench.cloud.prepare); here is only what Modal
has to be told. Interrupted, it is started again by Modal and goes on with the part on the volume.
"""

import json
import os
import tempfile
from pathlib import Path

import modal

DATASETS = "/mnt/datasets"

# In a container the launch file comes as an argument.
if modal.is_local():
    launch = json.loads(Path(os.environ["ANN_TUI_LAUNCH"]).read_text(encoding="utf-8"))
else:
    launch = {"app": "ann-tui", "run": "sync", "attempt": 1, "container": {}}

# The same as in benchmark.py, to the letter: what one has built, the other need not.
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
def volume(name: str) -> modal.Volume:
    """Of whatever version it is; a new one is of version 2."""
    if modal.is_local():
        try:
            modal.Volume.from_name(name).hydrate()
        except modal.exception.NotFoundError:
            modal.Volume.objects.create(name, version=2, allow_existing=True)
    return modal.Volume.from_name(name)


datasets = volume(launch.get("volume", "ann-datasets"))
app = modal.App(launch["app"], tags={"run": launch["run"], "attempt": str(launch["attempt"])}, image=image)
container = launch["container"]
cores, mib = container.get("cores", 0.5), int(container.get("memory_gib", 1) * 1024)


@app.function(
    cpu=(cores, cores),
    memory=(mib, mib),
    volumes={DATASETS: datasets},
    retries=0,
    single_use_containers=True,
    max_containers=1,
    timeout=launch.get("timeout", 3600),
    startup_timeout=launch.get("startup_timeout", 900),
)
def sync(launch: dict) -> dict:
    """{"code": 0 or 1, "failure": {what, why, hint} or None}"""
    from annbench.cloud import prepare, pulse
    from annbench.cloud.teller import Teller

    with tempfile.TemporaryDirectory(prefix="annbench-sync-") as folder:
        job = Path(folder, "job.json")
        job.write_text(json.dumps({**launch["job"], "data_dir": DATASETS}), encoding="utf-8")
        teller = Teller("main", Path(folder))
        try:
            with teller.events() as events:
                events.emit("container", task=os.environ.get("MODAL_TASK_ID", ""), role="coordinator")
            name = launch["job"]["datasets"][0]["name"]
            ended = teller.run(["prepare", str(job), "--dataset", name, "--out", folder, "--stream"], tell=False)
        finally:
            teller.close()
            pulse.insist(datasets.commit, print)  # also of a part: the next one goes on with it
        if ended.code == 0:
            return {"code": 0, "failure": None}
        told = Path(folder, prepare.PROBLEM)
        problem = json.loads(told.read_text(encoding="utf-8")) if told.exists() else ended.failure
        unknown = {"what": f"{name} could not be had", "why": f"exit code {ended.code}"}
        return {"code": 1, "failure": problem or unknown}


@app.local_entrypoint()
def main() -> None:
    call = sync.spawn(launch)
    print(json.dumps({"ann_tui": "launched", "app": app.app_id, "call": call.object_id}), flush=True)
