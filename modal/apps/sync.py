"""One data set fetched (or made) and verified in the cloud, onto the volume of data sets.

    ANN_TUI_LAUNCH=launch.json modal run --detach sync.py

The launch file's job is `{"v": 1, "job": "sync", "of": "vectors" or "recordings", "datasets": [ONE]}`. What is done there is the package's
own (`sync` of the modules below); here is only what Modal has to be told. Interrupted, it is started again and goes on with the part on the
volume. Recordings of a bucket stay there: it is mounted, and only read.
"""

import importlib
import tempfile
from pathlib import Path

import declare
from image import image

DATASETS = "/mnt/datasets"

#: Of each kind of data sets: the package with its program, and the module in it.
KINDS = {"vectors": ("annbench", "annbench.cloud.sync"), "recordings": ("seizure", "seizure.cloud_sync")}

launch = declare.launch(container={}, job={})
package, _ = KINDS[launch["job"].get("of", "vectors")]
datasets = declare.volume(launch.get("volume", "ann-datasets"))
mounts, environment = declare.buckets(launch)
app = declare.app(launch, image(package, environment=environment or None))


@app.function(
    **declare.size(launch["container"]),
    volumes={DATASETS: datasets, **({declare.RECORDINGS: mounts["recordings"]} if "recordings" in mounts else {})},
    retries=0,
    single_use_containers=True,
    max_containers=1,
    timeout=launch.get("timeout", 3600),
    startup_timeout=launch.get("startup_timeout", 900),
)
def sync(launch: dict) -> dict:
    """{"code": 0 or 1, "failure": {what, why, hint} or None}"""
    from jobkit.cloud import pulse
    from jobkit.cloud.job_runner import JobRunner

    package, module = KINDS[launch["job"].get("of", "vectors")]
    program = importlib.import_module(f"{package}.program").PROGRAM
    with tempfile.TemporaryDirectory(prefix="sync-") as folder:
        runner = JobRunner(program, "main", Path(folder))
        try:
            with runner.events() as events:
                events.emit("container", task=declare.task(), role="coordinator")
            failure = importlib.import_module(module).sync(runner, launch["job"], Path(DATASETS))
        finally:
            runner.close()
            pulse.insist(datasets.commit, print)  # also of a part: the next one goes on with it
        return {"code": 0 if failure is None else 1, "failure": failure}


@app.local_entrypoint()
def main() -> None:
    call = sync.spawn(launch)
    declare.say("launched", app, call=call.object_id)
