"""The container of the self-test that trains: once unbroken, and once to be interrupted in the
middle, which the container that takes its input up goes on with. Both as any training's part is
done at Modal: by jobkit's worker, its lease, its copies on the volume."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from jobkit.cloud import selftest
from jobkit.cloud.control import Control
from jobkit.cloud.selftest import begun
from jobkit.cloud.worker import worker
from jobkit.cloud.workload import Part, Plain
from jobkit.events import JOURNAL
from jobkit.files import read_json

from seizure import program
from seizure.training.folders import STATE_TENSORS, seed_folder, step_folder, steps_in

PROGRAM = replace(program.PROGRAM, module="seizure.selftest")
RESULT = "results.json"
STEPS, CHECKPOINT_EVERY = 20, 5
#: After this step there is time to be interrupted.
SLOW_FROM, SLOW_SECONDS = 7, 3.0
#: The key of the note: both starts, and the newest checkpoint on the volume.
NOTE = "training"

SETTINGS = {"montage": "referential", "rate": 128, "low": 0.5, "high": 40}
JOB: Mapping[str, Any] = {
    "v": 1, "job": "train", "datasets": [{"name": "patients"}], "data_dir": "/none",
    "workers": 1, "seeds": [0],
    "config": {
        "model": {"name": "tiny", "options": {}},
        "windows": {"seconds": 10, "batch": 8},
        "training": {
            "steps": STEPS, "warmup_steps": 2, "evaluate_every": STEPS,
            "checkpoint_every": CHECKPOINT_EVERY,
            # Sums of several threads may be made in another order.
            "threads": 1,
        },
    },
}  # fmt: skip


class _Little(Plain):
    """Implements jobkit.cloud.workload.Workload."""

    program = PROGRAM
    phase = "train"
    result = RESULT

    def split(self, job: dict[str, Any]) -> list[Part]:
        return [Part("w1", "few patients", job)]

    def merge(
        self, run: Path, parts: Sequence[Part], data: Path, seconds: float,
        decided: Mapping[str, dict[str, Any]],
    ) -> list[dict[str, Any]]:  # fmt: skip
        """The part's own result is looked at."""
        return []

    def is_done(self, part: Path) -> bool:
        return read_json(part / RESULT) is not None


def train(order: dict[str, Any], place: selftest.Place) -> dict[str, Any]:
    note = begun(place, order["mailbox"], NOTE)
    whole = _trained(order, place, note, "whole", 0.0)
    broken = _trained(order, place, note, "broken", order.get("slow", SLOW_SECONDS))
    failure = whole.get("failure") or broken.get("failure")
    found = {"starts": note["starts"], "steps": STEPS, "failure": failure}
    if failure is not None:
        return found
    return {
        **found, "seen": _result(place, "broken"), "after": _after(place, "broken"),
        "difference": _difference(_weights(place, "whole"), _weights(place, "broken")),
    }  # fmt: skip


def _folder(place: selftest.Place, name: str) -> Path:
    return place.folder / "training" / name


def _trained(
    order: dict[str, Any], place: selftest.Place, note: dict[str, Any], name: str, slow: float
) -> dict[str, Any]:
    """The part's outcome."""
    folder, store = _folder(place, name), place.store(order["mailbox"])

    def keep() -> None:
        place.keep()
        if slow:
            steps = steps_in(seed_folder(folder, 0))
            store.put(NOTE, {**note, "kept": steps[-1] if steps else 0})

    return worker.work(
        _Little(), name, {"train": {**JOB, "settings": SETTINGS}, "slow": slow},
        worker.Place(
            folder=folder, shared=place.folder / "shared", holder=place.holder, task=place.task,
            keep=keep, reload=place.reload, machine=order["machine"],
        ),
        Control(store, "run"),
    )  # fmt: skip


def _result(place: selftest.Place, name: str) -> dict[str, Any] | None:
    return read_json(_folder(place, name) / RESULT)


def _after(place: selftest.Place, name: str) -> list[str | None]:
    """After what end of the one before it each container of it began, as it found out itself."""
    lines = (_folder(place, name) / JOURNAL).read_text(encoding="utf-8").splitlines()
    events = [json.loads(line) for line in lines]
    return [one.get("after") for one in events if one["type"] == "container"]


def _weights(place: selftest.Place, name: str) -> bytes:
    """Weights and optimiser after the last step."""
    folder = step_folder(seed_folder(_folder(place, name), 0), STEPS)
    return (folder / STATE_TENSORS).read_bytes()


def _difference(one: bytes, other: bytes) -> float:
    """0 where all numbers are the same, to the last bit; else the largest difference of two."""
    if one == other:
        return 0.0
    from safetensors.numpy import load

    first, second = load(one), load(other)
    apart = [float(np.abs(value - second[name]).max(initial=0.0)) for name, value in first.items()]
    return max(apart, default=0.0)
