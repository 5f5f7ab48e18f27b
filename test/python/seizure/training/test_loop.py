"""One seed's training: what it tells, keeps, and when it ends."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from training_support import SMALL, job_of, same, setup, torch, train

from seizure.checkpoints.folder import read_checkpoint
from seizure.training.batches import assembled
from seizure.training.loss import loss_of

pytest_plugins = ["training_fixtures"]


def test_a_training_from_its_first_step_to_its_last(data: Path, tmp_path: Path) -> None:
    done = train(job_of(data, training__keep_last=2), tmp_path)
    (model,) = done.of("model")
    assert (model["name"], model["steps"], model["threads"]) == ("tiny", 8, 1)
    assert model["parameters"] == sum(
        p.numel() for p in setup(job_of(data), tmp_path).model.parameters()
    )
    assert list(done.metric("loss")) == list(range(1, 9))
    assert list(done.metric("dev_auroc")) == [4, 8]
    rates = done.metric("learning_rate")
    assert rates[1] == pytest.approx(0.001) and rates[2] == rates[3] == pytest.approx(0.002)
    assert rates[8] == pytest.approx(0.002 * 0.02)
    assert all(math.isfinite(one) and one > 0 for one in done.metric("gradient_norm").values())
    assert all(0 <= one <= 1 for one in done.metric("data_share").values())
    assert done.metric("windows_per_s").keys() == set(range(3, 9))
    progress = done.of("progress")
    assert (progress[-1]["done"], progress[-1]["total"]) == (8, 8)
    assert progress[-1]["unit"] == "steps"

    (trained,) = done.of("trained")
    auroc = done.metric("dev_auroc")
    best = max(auroc, key=lambda step: auroc[step])
    assert trained["best_step"] == best and trained["step"] == 8 and not trained["early"]
    told = {one["step"]: one["best"] for one in done.of("checkpoint")}
    assert set(told) == {3, 6, 8} | {step for step in (4, 8) if told.get(step)}
    assert done.steps()[-2:] == [6, 8]
    card = read_checkpoint(tmp_path / trained["file"]).card
    assert (card.step, card.metrics["dev_auroc"]) == (best, auroc[best])
    assert card.threshold is None and set(card.files) == {"model.safetensors"}


def test_the_same_job_gives_the_same_weights(data: Path, tmp_path: Path) -> None:
    one, other = (train(job_of(data), tmp_path / name) for name in ("one", "other"))
    assert same(one.weights(), other.weights())


def test_looks_at_dev_leave_the_training_as_it_is(data: Path, tmp_path: Path) -> None:
    often = train(job_of(data, training__evaluate_every=1), tmp_path / "often")
    once = train(job_of(data, training__evaluate_every=8), tmp_path / "once")
    assert same(often.weights(folder="step-000008"), once.weights(folder="step-000008"))


def test_it_stops_early_where_nothing_is_gained(data: Path, tmp_path: Path) -> None:
    job = job_of(
        data, training__patience=2, training__evaluate_every=1, training__learning_rate=1e-12
    )
    done = train(job, tmp_path)
    (trained,) = done.of("trained")
    assert trained["early"] and trained["step"] < 8
    gains = done.metric("looks_without_gain")
    assert gains[trained["step"]] == 2
    assert trained["best_step"] == trained["step"] - 2
    assert done.steps()[-1] == trained["step"]


def test_accumulated_batches_weigh_as_one(data: Path, tmp_path: Path) -> None:
    still = {**SMALL, "dropout": 0}
    job = job_of(data, training__accumulate=3, training__steps=1, model__options=still)
    done = train(job, tmp_path / "run")
    fresh = setup(job, tmp_path)
    drawn = [assembled(fresh.sampler, job.config.augment, number) for number in range(3)]
    signal = torch.from_numpy(np.concatenate([one.signal for one in drawn]))
    labels = torch.from_numpy(np.concatenate([one.labels for one in drawn]))
    loss = loss_of(fresh.model(signal), labels, fresh.model.logits_hz)
    loss.backward()
    norm = torch.nn.utils.get_total_norm([p.grad for p in fresh.model.parameters()])
    assert done.metric("loss")[1] == pytest.approx(float(loss.detach()), rel=1e-6)
    assert done.metric("gradient_norm")[1] == pytest.approx(float(norm), rel=1e-5)


def test_two_seeds_are_two_models_and_one_progress(data: Path, tmp_path: Path) -> None:
    done = train(job_of(data, seeds=(3, 4), training__steps=4), tmp_path)
    assert [one["seed"] for one in done.of("trained")] == [3, 4]
    assert not same(done.weights(3), done.weights(4))
    assert [(one["done"], one["total"]) for one in done.of("progress")][-1] == (8, 8)


def test_bfloat16_forward_on_a_processor(data: Path, tmp_path: Path) -> None:
    job = job_of(data, training__precision="bfloat16", training__steps=4)
    done = train(job, tmp_path)
    assert done.of("model")[0]["precision"] == "bfloat16"
    assert all(math.isfinite(one) for one in done.metric("loss").values())
    assert {one.dtype.is_floating_point and one.itemsize for one in done.weights().values()} == {4}
