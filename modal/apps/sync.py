"""One data set fetched (or made) and verified in the cloud, onto the volume of data sets.

    ANN_TUI_LAUNCH=launch.json modal run --detach sync.py

The launch file's job is `{"v": 1, "job": "sync", "datasets": [ONE]}`. What is done there is the first step of every run
(annbench.cloud.prepare); here is only what Modal has to be told. Interrupted, it is started again by Modal and goes on with the part on
the volume.
"""

import json
import tempfile
from pathlib import Path

import declare
from image import image

DATASETS = "/mnt/datasets"

launch = declare.launch(container={})
datasets = declare.volume(launch.get("volume", "ann-datasets"))
app = declare.app(launch, image("annbench"))


@app.function(
    **declare.size(launch["container"]),
    volumes={DATASETS: datasets},
    retries=0,
    single_use_containers=True,
    max_containers=1,
    timeout=launch.get("timeout", 3600),
    startup_timeout=launch.get("startup_timeout", 900),
)
def sync(launch: dict) -> dict:
    """{"code": 0 or 1, "failure": {what, why, hint} or None}"""
    from annbench.program import PROGRAM
    from jobkit.cloud import preparing, pulse
    from jobkit.cloud.job_runner import JobRunner
    from jobkit.cloud.workload import Preparation

    name = launch["job"]["datasets"][0]["name"]
    wanted = Preparation(name, name, ("--dataset", name))
    with tempfile.TemporaryDirectory(prefix="sync-") as folder:
        job = Path(folder, "job.json")
        job.write_text(json.dumps({**launch["job"], "data_dir": DATASETS}), encoding="utf-8")
        runner = JobRunner(PROGRAM, "main", Path(folder))
        try:
            with runner.events() as events:
                events.emit("container", task=declare.task(), role="coordinator")
            failure = preparing.prepare(runner, wanted, job, Path(folder))
        finally:
            runner.close()
            pulse.insist(datasets.commit, print)  # also of a part: the next one goes on with it
        return {"code": 0 if failure is None else 1, "failure": failure}


@app.local_entrypoint()
def main() -> None:
    call = sync.spawn(launch)
    declare.say("launched", app, call=call.object_id)
