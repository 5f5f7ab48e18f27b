"""Few steps of the real loop on few patients, in a process that can be told to leave."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

import torch
from jobkit import signals
from jobkit.events import Phase

from seizure.checkpoints.trained_on import of_inventory
from seizure.corpora.corpus import open_corpus
from seizure.corpora.inventory import Inventory, take
from seizure.job import TrainJob, parse
from seizure.program import Events
from seizure.recording import SPLITS
from seizure.selftest.cloud import SLOW_FROM
from seizure.store.prepare import prepare
from seizure.store.settings import Settings
from seizure.store.store import open_store
from seizure.synthetic.corpus import write_corpus
from seizure.synthetic.recipe import Recipe
from seizure.training.loop import train
from seizure.training.pace import Pace
from seizure.training.place import Place
from seizure.training.ranks import Alone
from seizure.training.setup import setup_of
from seizure.training.state import State
from seizure.training.teller import Teller, Turn

#: Made anew in each container: the same bytes, in seconds.
PATIENTS = Recipe((("train", 4, 40), ("dev", 2, 40), ("test", 0, 40)), seed=7)


class Slow(Teller):
    """Tells what any training tells, and lets each step from SLOW_FROM on take `seconds`: in a
    container that is not the first, none is slow."""

    def __init__(self, seconds: float, *of: Any) -> None:
        super().__init__(*of)
        self._seconds = 0.0 if self.earlier("model") else seconds
        self.resumed: dict[str, Any] | None = None

    def emit(self, kind: str, **fields: Any) -> None:
        if kind == "resumed":
            self.resumed = fields
        super().emit(kind, **fields)

    def stepped(
        self, state: State, pace: Pace, place: Place, loss: float, rate: float, norm: float
    ) -> None:
        super().stepped(state, pace, place, loss, rate, norm)
        end = time.monotonic() + (self._seconds if state.step >= SLOW_FROM else 0.0)
        while time.monotonic() < end and not signals.requested():
            time.sleep(0.05)


def train_little(given: dict[str, Any], slow: float, out: Path, events: Events) -> dict[str, Any]:
    """Trains to the end, or raises StopRequested once what was learnt is kept."""
    job = parse(given)
    assert isinstance(job, TrainJob)
    seed = job.seeds[0]
    with tempfile.TemporaryDirectory(prefix="patients-") as folder:
        inventory, store = _recordings(Path(folder), job.settings, events)
        with (
            Phase(events, "train") as phase, open_store(store) as reading,
            open_store(store) as looking,
        ):  # fmt: skip
            setup = setup_of(job, seed, [of_inventory(inventory)], [reading], [looking], out)
            turn = Turn(before=0, after=0, look=1.0, judging=0.0)
            tell = Slow(slow, events, phase, seed, job.config.training, turn)
            trained = train(setup, Alone(), tell)
    assert trained is not None  # this is the only process of it
    return {
        "step": trained.state.step, "resumed": tell.resumed, "device": setup.place.name,
        "precision": setup.place.precision, **_seen(setup.place.device),
    }  # fmt: skip


def _recordings(folder: Path, settings: Settings, events: Events) -> tuple[Inventory, Path]:
    corpus, store = folder / "patients", folder / "store"
    with Phase(events, "data") as phase:
        write_corpus(corpus, phase, PATIENTS)
        inventory = take(open_corpus(corpus), phase)
    with Phase(events, "prepare") as phase:
        prepare(inventory, store, settings, SPLITS, 1, phase, lambda *_: None).close()
    return inventory, store


def _seen(device: torch.device) -> dict[str, Any]:
    """What torch says of itself, and of the GPU where there is one."""
    found: dict[str, Any] = {"torch": torch.__version__, "cuda": torch.version.cuda}
    if device.type != "cuda":
        return {**found, "gpus": 0}
    about = torch.cuda.get_device_properties(device)
    return {
        **found, "gpus": torch.cuda.device_count(), "memory_bytes": about.total_memory,
        "capability": f"{about.major}.{about.minor}",
    }  # fmt: skip
