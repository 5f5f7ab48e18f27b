"""A loss or a gradient that is no number: the training stops, and what led to it is kept."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jobkit.files import as_problem, write_json
from safetensors.torch import save
from torch import nn

from seizure.checkpoints.card import WEIGHTS
from seizure.model.faults import ModelFault
from seizure.training.batches import Assembled
from seizure.training.config import Training
from seizure.training.saver import copies_of

FOLDER = "bad-batch"


def keep(out: Path, about: dict[str, Any], batches: Sequence[Assembled], model: nn.Module) -> Path:
    """The windows of a step that came to nothing, as the model saw them (signal.npy, labels.npy,
    where.json with `about`: "seed", "step"), and the weights that they met (model.safetensors).
    Returns the folder."""
    folder = out / FOLDER / f"seed-{about['seed']}-step-{about['step']:06}"
    beside = folder.with_name(f".{folder.name}.{os.getpid()}")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        beside.mkdir(parents=True)
        np.save(beside / "signal.npy", np.concatenate([one.signal for one in batches]))
        np.save(beside / "labels.npy", np.concatenate([one.labels for one in batches]))
        (beside / WEIGHTS).write_bytes(save(copies_of(model.state_dict())))
        where = [
            {"recording": recording, "sample": sample}
            for one in batches
            for recording, sample in one.where
        ]
        write_json(beside / "where.json", {**about, "windows": where})
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)
        return folder
    except OSError as e:
        raise as_problem(e, "A step gave no number, and its batch cannot be kept", out) from e


def problem(what: str, training: Training, last: int, kept: Path | None = None) -> ModelFault:
    """`what`: "in step 5 the loss is nan". `last`: step of the last sound checkpoint, 0 for none.
    `kept`: the folder of `keep`."""
    there = f"the last sound checkpoint is of step {last}" if last else "there is no checkpoint yet"
    batch = f"; the windows and the weights they met are in {kept}" if kept else ""
    lower = f"{training.learning_rate / 3:.1g}"
    return ModelFault(
        "not-finite",
        f"The training of seed {training.seed} came to no number",
        f"{what}{batch}; {there}",
        f"ann-tui train --config FILE --set training.learning_rate={lower}",
    )
