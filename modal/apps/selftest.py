"""What the program assumes of Modal, tried in miniature: one container that leads, small ones that each try a thing, and one that trains.

    ANN_TUI_LAUNCH=launch.json modal run --detach selftest.py

What they do is in annbench.selftest.cloud and seizure.selftest; here is only what Modal has to be told. With `"limits": true` nothing is run: the largest
function that the program would ask for is only declared.
"""

from pathlib import Path

import declare
import modal
from image import image

PLACE = "/mnt/selftest"

launch = declare.launch(container={})
app = declare.app(launch, image("annbench"))

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
        declare.say("limits", app)

else:
    volume = modal.Volume.from_name(launch.get("volume", "ann-tui-selftest"))
    container, timers = launch["container"], launch.get("timers", {})
    common = {
        **declare.size(container),
        "volumes": {PLACE: volume},
        "retries": 0,
        "single_use_containers": True,
        "startup_timeout": timers.get("startup", 300),
    }

    def _place():
        from jobkit.cloud.selftest import Place

        return Place(
            folder=Path(PLACE),
            keep=volume.commit,
            reload=volume.reload,
            store=modal.Dict.from_name,
            spawn=probe.spawn,
            task=declare.task(),
            holder=modal.current_input_id() or "",
        )

    @app.function(**common, timeout=timers.get("probe", 120))
    def probe(order: dict) -> dict:
        """Tries one thing, in a container of its own."""
        from annbench.selftest import cloud

        return cloud.probe(order, _place())

    @app.function(**common, timeout=timers.get("hang", 5))
    def hang(order: dict) -> dict:
        """Is to be ended by Modal's own timer."""
        from annbench.selftest import cloud

        return cloud.hang(order, _place())

    training = launch.get("training")
    # In a container nobody tells what was launched: it declares what it may be asked for.
    if training or not modal.is_local():
        training = training or {}

        @app.function(
            **{**common, **declare.size(training), "startup_timeout": training.get("startup", 300)},
            image=image("seizure", torch=training.get("torch")),
            gpu=training.get("gpu"),
            timeout=timers.get("train", 120),
            max_containers=1,
        )
        def train(order: dict) -> dict:
            """Trains for a few steps, to be interrupted in the middle."""
            from seizure.selftest import cloud

            return cloud.train(order, _place())

    @app.function(**common, timeout=timers.get("lead", 900), max_containers=1, nonpreemptible=True)
    def lead(launch: dict) -> dict:
        """Does what it is asked to through a Dict, and keeps the budget."""
        from annbench.selftest import cloud

        functions = {"probe": probe, "hang": hang, "train": train}
        return cloud.lead(
            launch, _place(),
            spawn=lambda order: functions[order.get("function", "probe")].spawn(order),
            known=modal.FunctionCall.from_id,
        )  # fmt: skip

    @app.local_entrypoint()
    def main() -> None:
        call = lead.spawn(launch)
        declare.say("launched", app, call=call.object_id)
