"""What the program assumes of Modal, tried in miniature: one container that leads, and small ones that each try a thing.

    ANN_TUI_LAUNCH=launch.json modal run --detach selftest.py

What they do is in annbench.selftest.cloud; here is only what Modal has to be told. With `"limits": true` nothing is run: the largest
function that the program would ask for is only declared.
"""

import json
import os
from pathlib import Path

import modal

PLACE = "/mnt/selftest"

# In a container the launch file comes as an argument.
if modal.is_local():
    launch = json.loads(Path(os.environ["ANN_TUI_LAUNCH"]).read_text(encoding="utf-8"))
else:
    launch = {"app": "ann-tui", "run": "selftest", "attempt": 1, "container": {}}

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
app = modal.App(launch["app"], tags={"run": launch["run"], "attempt": str(launch["attempt"])}, image=image)

if launch.get("limits"):
    largest = launch["limits"]

    @app.function(
        cpu=(largest["cores"], largest["cores"]),
        memory=(largest["mib"], largest["mib"]),
        timeout=largest["timeout"],
    )
    def most() -> None:
        """Declared, and never called."""

    @app.local_entrypoint()
    def main() -> None:
        print(json.dumps({"ann_tui": "limits", "app": app.app_id}), flush=True)

else:
    volume = modal.Volume.from_name(launch.get("volume", "ann-tui-selftest"))
    container, timers = launch["container"], launch.get("timers", {})
    cores, mib = container.get("cores", 0.5), int(container.get("memory_gib", 1) * 1024)
    common = {
        # Requests that are limits too: nothing is used that was not priced.
        "cpu": (cores, cores),
        "memory": (mib, mib),
        "volumes": {PLACE: volume},
        "retries": 0,
        "single_use_containers": True,
        "startup_timeout": timers.get("startup", 300),
    }

    def _place():
        from annbench.selftest import cloud

        return cloud.Place(
            folder=Path(PLACE),
            keep=volume.commit,
            reload=volume.reload,
            store=modal.Dict.from_name,
            task=os.environ.get("MODAL_TASK_ID", ""),
            holder=modal.current_input_id() or "",
        )

    @app.function(**common, timeout=timers.get("probe", 120))
    def probe(order: dict) -> dict:
        """Tries one thing, in a container of its own."""
        from annbench.selftest import cloud

        return cloud.probe(order, _place())

    @app.function(**common, timeout=timers.get("short", 5))
    def hang(order: dict) -> dict:
        """Is to be ended by Modal's own timer."""
        from annbench.selftest import cloud

        return cloud.hang(order, _place())

    @app.function(**common, timeout=timers.get("lead", 900), max_containers=1, nonpreemptible=True)
    def lead(launch: dict) -> dict:
        """Does what it is asked to through a Dict, and keeps the budget."""
        from annbench.selftest import cloud

        functions = {"probe": probe, "hang": hang}
        return cloud.lead(
            launch, _place(),
            spawn=lambda order: functions[order.get("function", "probe")].spawn(order),
            known=modal.FunctionCall.from_id,
        )  # fmt: skip

    @app.local_entrypoint()
    def main() -> None:
        call = lead.spawn(launch)
        print(json.dumps({"ann_tui": "launched", "app": app.app_id, "call": call.object_id}), flush=True)
