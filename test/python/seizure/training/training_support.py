"""A small training: few made-up patients, a model of a thousand weights, a few steps."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "evaluation"))

from evaluation_support import SETTINGS, Done, done, events_in, have
from jobkit.events import JOURNAL, Phase
from needs_torch import torch
from safetensors.torch import load_file

from seizure.checkpoints.trained_on import of_inventory
from seizure.corpora.inventory import files
from seizure.job import TrainJob, parse
from seizure.program import Events
from seizure.recording import SPLITS
from seizure.store.layout import store_folder
from seizure.store.prepare import prepare
from seizure.store.store import open_store
from seizure.synthetic.recipe import Recipe
from seizure.training import folders
from seizure.training.ranks import Alone
from seizure.training.seeds import train_seeds
from seizure.training.setup import Setup, setup_of

__all__ = ["SETTINGS", "Done", "done", "events_in", "load_file", "torch"]

RECIPE = Recipe((("train", 5, 30), ("dev", 3, 30), ("test", 3, 40)), seed=5)
SMALL = {"front_seconds": 0.5, "filters": 3, "electrode_features": 4, "width": 8, "tcn_blocks": 1}
CONFIG: dict[str, dict[str, Any]] = {
    "model": {"name": "tiny", "options": SMALL},
    "windows": {"seconds": 6, "batch": 4},
    "training": {
        "steps": 8, "warmup_steps": 2, "evaluate_every": 4, "checkpoint_every": 3, "threads": 1,
    },
    "evaluation": {"draws": 100},
}  # fmt: skip


def make_data(folder: Path) -> Path:
    """A folder of datasets with `tiny` in it, prepared."""
    have(folder, "tiny", RECIPE)
    job = job_of(folder)
    inventory = files.read(folder, "tiny")
    with Phase(Events(human=None), "prepare") as phase:
        at = store_folder(folder, "tiny", job.settings)
        prepare(inventory, at, job.settings, SPLITS, 1, phase, lambda *_: None).close()
    return folder


def config(**changes: Any) -> dict[str, Any]:
    """`training__steps=3`: a field in place of CONFIG's."""
    found = {name: dict(section) for name, section in CONFIG.items()}
    for name, value in changes.items():
        section, field = name.split("__")
        found.setdefault(section, {})[field] = value
    return found


def raw_job(data: Path, seeds: tuple[int, ...] | None = (0,), **changes: Any) -> dict[str, Any]:
    """job.json."""
    more = {} if seeds is None else {"seeds": list(seeds)}
    return {
        "v": 1, "job": "train", "datasets": [{"name": "tiny"}], "data_dir": str(data),
        "settings": SETTINGS, "workers": 1, "config": config(**changes), **more,
    }  # fmt: skip


def job_of(data: Path, seeds: tuple[int, ...] | None = (0,), **changes: Any) -> TrainJob:
    job = parse(raw_job(data, seeds, **changes))
    assert isinstance(job, TrainJob)
    return job


def store_of(job: TrainJob) -> Path:
    return store_folder(job.data_dir, "tiny", job.settings)


def setup(job: TrainJob, out: Path) -> Setup:
    """Of the job's first seed."""
    data = [of_inventory(files.read(job.data_dir, "tiny"))]
    reading, looking = open_store(store_of(job)), open_store(store_of(job))
    return setup_of(job, job.seeds[0], data, [reading], [looking], out)


@dataclass(frozen=True)
class Trained:
    """What training alone, without the evaluation after it, left."""

    out: Path
    trained: list[dict[str, Any]]
    events: list[dict[str, Any]]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.events if one["type"] == kind]

    def metric(self, name: str) -> dict[int, float]:
        """By step."""
        told = [one for one in self.of("metric") if name in one["values"]]
        return {one["step"]: one["values"][name] for one in told}

    def steps(self, seed: int = 0) -> list[int]:
        """Of the checkpoints that are there."""
        return folders.steps_in(folders.seed_folder(self.out, seed))

    def weights(self, seed: int = 0, folder: str = folders.BEST) -> dict[str, Any]:
        return load_file(folders.seed_folder(self.out, seed) / folder / "model.safetensors")


def train(job: TrainJob, out: Path, human: Any = None) -> Trained:
    """All seeds of a job, in this process, into a folder that may have been begun."""
    out.mkdir(exist_ok=True)
    data = [of_inventory(files.read(job.data_dir, "tiny"))]
    events = Events(journal=out / JOURNAL, human=human)
    try:
        found = train_seeds(Alone(), job, data, [store_of(job)], out, events)
    finally:
        events.close()
    return Trained(out, found, events_in(out))


def same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether tensors are the same to the last bit."""
    return one.keys() == other.keys() and all(torch.equal(one[n], other[n]) for n in one)


def weights_in(folder: Path) -> dict[str, bytes]:
    """Every tensor file below a run's checkpoints: what has to come out the same."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted((folder / folders.FOLDER).rglob("*.safetensors"))
    }


def write_job(folder: Path, job: dict[str, Any]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "job.json").write_text(json.dumps(job))
    return folder / "job.json"
