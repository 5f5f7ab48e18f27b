"""A loss that is no number stops a training, and what led to it is kept."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
from jobkit.errors import Problem
from training_support import job_of, load_file, setup, torch, train

from seizure.training import folders, loop
from seizure.training.batches import assembled
from seizure.training.look import Dev, Look

pytest_plugins = ["training_fixtures"]


def test_an_explosion_stops_and_keeps_its_batch(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, counted = job_of(data, training__accumulate=2), []

    def exploding(*given):  # type: ignore[no-untyped-def]
        counted.append(1)
        return learn(*given) * (math.inf if len(counted) == 10 else 1)

    learn = loop.learn
    monkeypatch.setattr(loop, "learn", exploding)
    with pytest.raises(Problem) as told:
        train(job, tmp_path / "run")
    assert told.value.what == "The training of seed 0 came to no number"
    assert told.value.why.startswith("in step 5 the loss is inf; the windows and the weights")
    assert told.value.why.endswith("the last sound checkpoint is of step 4")
    assert told.value.hint == ("ann-tui train --config FILE --set training.learning_rate=0.0007")
    folder = tmp_path / "run" / "bad-batch" / "seed-0-step-000005"
    about = json.loads((folder / "where.json").read_text())
    assert about["step"] == 5 and len(about["windows"]) == 8
    made = [assembled(setup(job, tmp_path).sampler, job.config.augment, n) for n in (8, 9)]
    kept = np.load(folder / "signal.npy")
    assert np.array_equal(kept, np.concatenate([one.signal for one in made]))
    assert np.array_equal(
        np.load(folder / "labels.npy"), np.concatenate([one.labels for one in made])
    )
    fresh = setup(job, tmp_path).model.state_dict()
    assert load_file(folder / "model.safetensors").keys() == fresh.keys()
    assert folders.steps_in(folders.seed_folder(tmp_path / "run", 0)) == [3, 4]


def test_a_gradient_without_a_norm_stops(data: Path, tmp_path: Path) -> None:
    job = job_of(data, training__learning_rate=1.0, training__gradient_clip=None)
    broken = setup(job, tmp_path).model
    name = next(name for name, p in broken.named_parameters() if p.ndim >= 2)

    def poisoned(model, most):  # type: ignore[no-untyped-def]
        dict(model.named_parameters())[name].grad[0] = torch.nan
        return clip(model, most)

    clip = loop.clip
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Problem) as told:
        patch.setattr(loop, "clip", poisoned)
        train(job, tmp_path / "run")
    assert told.value.why.startswith("in step 1 the gradient's norm is nan")
    assert told.value.why.endswith("there is no checkpoint yet")


def test_a_loss_on_dev_that_is_no_number_stops(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Dev, "look", lambda *_: Look(None, float("nan")))
    with pytest.raises(Problem) as told:
        train(job_of(data), tmp_path / "run")
    assert told.value.why.startswith("the loss on dev after step 4 is nan; ")
