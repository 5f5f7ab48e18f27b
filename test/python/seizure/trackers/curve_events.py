"""Events of trainings, as a job writes them."""

from __future__ import annotations

import json
from pathlib import Path

from seizure.program import Events

CONFIG = {"model": {"name": "tiny", "options": {}}, "training": {"steps": 6}}


class Training:
    """A job's folder that is written event by event."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        job = {
            "v": 1,
            "job": "train",
            "datasets": [{"name": "made"}],
            "data_dir": "/home/ada/eeg",
            "settings": {"rate": 128},
            "config": CONFIG,
            "seeds": [0, 1],
            "source": "/home/ada/mine.py",
        }
        (folder / "job.json").write_text(json.dumps(job), encoding="utf-8")
        self.events = Events(journal=folder / "events.ndjson", human=None)

    def model(self, seed: int) -> None:
        self.events.emit("model", seed=seed, name="tiny", parameters=1234, logits_hz=1,
                         device="cpu", precision="float32", threads=1, steps=6)  # fmt: skip

    def loss(self, seed: int, *steps: int, worth: float = 1.0) -> None:
        for step in steps:
            self.events.emit("metric", seed=seed, step=step, values={"loss": worth / step})

    def look(self, seed: int, step: int, auroc: float | None) -> None:
        values = {"dev_auroc": auroc, "dev_loss": 0.5}
        self.events.emit("metric", seed=seed, step=step, values=values)

    def resumed(self, seed: int, step: int) -> None:
        self.events.emit("resumed", seed=seed, step=step, exact=True)

    def over(self, seed: int, step: int, auroc: float) -> None:
        self.events.emit("trained", seed=seed, step=step, best_step=4, early=False, seconds=9.0,
                         file=f"checkpoints/seed-{seed}/best")  # fmt: skip
        self.events.emit("detector", dataset="made", detector=f"seed-{seed}", title="tiny",
                         best=True, threshold=0.5, sensitivity_at=[], auroc=auroc, f1=0.75,
                         seed=seed)  # fmt: skip


def interrupted(folder: Path) -> Training:
    """Two seeds; the first is killed behind step 5 and goes on at its checkpoint of step 3, and its
    losses are others from there on, so that a step of before could be told from one of after."""
    training = Training(folder)
    training.model(0)
    training.loss(0, 1, 2)
    training.look(0, 2, 0.6)
    training.loss(0, 3, 4, 5)
    training.look(0, 4, 0.9)
    training.events.close()
    with open(folder / "events.ndjson", "a", encoding="utf-8") as journal:
        journal.write('{"v":1,"seq":99,"container":"main","time":1.0,"type":"metr')
    training = Training(folder)
    training.model(0)
    training.resumed(0, 3)
    training.loss(0, 4, 5, 6, worth=10.0)
    training.look(0, 4, None)
    training.over(0, 6, 0.8)
    training.model(1)
    training.loss(1, 1, 2)
    training.look(1, 2, 0.7)
    training.over(1, 2, 0.7)
    return training
