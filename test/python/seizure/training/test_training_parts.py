"""What a training is made of, part by part: pace, state, schedule, average, augmentation, loss."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from jobkit.errors import Problem, Refused
from training_support import job_of, setup, store_of, torch

from seizure.sampling.sampler import Sampler
from seizure.store.joined import Joined
from seizure.store.store import open_store
from seizure.training import config
from seizure.training.augment import augmented
from seizure.training.average import Average
from seizure.training.batches import Batches
from seizure.training.look import Look, pieces_of
from seizure.training.loss import loss_of, probabilities
from seizure.training.optimiser import adamw
from seizure.training.pace import Pace
from seizure.training.schedule import learning_rate
from seizure.training.state import State

pytest_plugins = ["training_fixtures"]
TRAINING = config.parse({"training": {"steps": 10, "evaluate_every": 4}}).training


def test_a_sleep_is_no_step() -> None:
    pace = Pace(32)
    assert pace.windows_per_s is None and pace.eta(10, 1, 96) is None
    for _ in range(20):
        pace.step(0.5, 0.1)
    pace.step(3600.0, 0.0)
    assert pace.windows_per_s == pytest.approx(64)
    assert pace.data_share == pytest.approx(0.2)
    # A look of 96 windows, without a way back, is guessed at half a second until there was one.
    assert pace.eta(10, 3, 96) == pytest.approx(6.5)
    pace.look(2.0)
    assert pace.eta(10, 3, 96) == pytest.approx(11)
    assert pace.said() == "64.0 windows/s, data-bound: 20 % of the time waits for data"


def test_the_first_steps_of_a_process_are_no_pace() -> None:
    pace = Pace(10)
    for seconds in (60.0, 5.0, 1.0, 1.0):
        pace.step(seconds, 0.0)
    assert pace.windows_per_s == 10


def test_best_is_the_highest_auroc_and_ties_are_no_gain() -> None:
    state = replace(State(), step=4).looked_at(Look(0.7, 0.5))
    state = replace(state, step=8).looked_at(Look(0.7, 0.1))
    assert (state.best_step, state.without_gain) == (4, 1)
    state = replace(state, step=10).looked_at(Look(0.8, 0.9))
    assert (state.best_step, state.best_auroc, state.without_gain) == (10, 0.8, 0)


def test_without_a_seizure_in_dev_best_is_the_lowest_loss() -> None:
    state = replace(State(), step=4).looked_at(Look(None, 0.5))
    state = replace(state, step=8).looked_at(Look(None, 0.4))
    assert (state.best_step, state.best_loss) == (8, 0.4)
    assert not replace(state, step=10).is_gain(Look(None, 0.45))


def test_looks_are_due_every_so_often_and_at_the_end() -> None:
    due = [step for step in range(11) if replace(State(), step=step).is_look_due(TRAINING)]
    assert due == [4, 8, 10]
    assert not replace(State(), step=8, looked=8).is_look_due(TRAINING)
    assert [replace(State(), step=step).looks_left(TRAINING) for step in (0, 4, 9, 10)] == [
        3, 2, 1, 0,
    ]  # fmt: skip


def test_warm_up_is_a_straight_line_and_the_rest_half_a_cosine() -> None:
    training = config.parse(
        {"training": {"steps": 13, "warmup_steps": 3, "final_learning_rate": 0.1}}
    ).training
    rates = [learning_rate(training, step) / training.learning_rate for step in range(13)]
    assert rates[:4] == pytest.approx([1 / 3, 2 / 3, 1, 1])
    assert rates[-1] == pytest.approx(0.1)
    middle = 3 + 9 / 2
    assert (rates[7] + rates[8]) / 2 == pytest.approx(0.55, abs=0.01) and middle == 7.5
    whole = config.parse({"training": {"steps": 1, "warmup_steps": 0}}).training
    assert learning_rate(whole, 0) == whole.learning_rate


def test_only_weights_of_two_dimensions_decay(data: Path, tmp_path: Path) -> None:
    model = setup(job_of(data), tmp_path).model
    decaying, still = adamw(model, TRAINING).param_groups
    assert (decaying["weight_decay"], still["weight_decay"]) == (0.05, 0)
    assert all(p.ndim >= 2 for p in decaying["params"])
    assert all(p.ndim < 2 for p in still["params"])
    assert len(decaying["params"]) + len(still["params"]) == len(list(model.parameters()))


def test_the_average_forgets_the_first_weights() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.BatchNorm1d(1))
    average = Average(model, 0.5)
    for _ in range(40):
        for p in model.parameters():
            p.data.fill_(3.0)
        average.update(10)
    model[1].running_mean.fill_(7.0)
    average.update(11)
    assert float(average.module[0].weight) == pytest.approx(3, abs=1e-5)
    assert float(average.module[1].running_mean) == 7
    assert Average(model, 0).module is model


def test_augmentation_is_of_the_window_and_not_of_its_batch() -> None:
    augment = config.parse({"augment": {"gain": 0.3, "channel_dropout": 0.3, "noise": 0.2}}).augment
    signal = np.ones((6, 19, 50), np.float16)
    whole = augmented(signal, augment, 5, 12)
    parts = [augmented(signal[i : i + 2], augment, 5, 12 + i) for i in (0, 2, 4)]
    assert np.array_equal(whole, np.concatenate(parts))
    assert not np.array_equal(whole, augmented(signal, augment, 6, 12))
    dropped = (whole == 0).all(axis=2)
    assert 0.1 < dropped.mean() < 0.6
    off = config.parse({"augment": {"gain": 0, "channel_dropout": 0}}).augment
    assert np.array_equal(augmented(signal, off, 5, 0), signal)


def test_the_loss_is_the_mean_over_all_logits() -> None:
    labels = torch.tensor([[1, 0]], dtype=torch.uint8)
    logits = torch.zeros(1, 4, dtype=torch.bfloat16)
    assert float(loss_of(logits, labels, 2)) == pytest.approx(math.log(2))
    sure = torch.tensor([[9.0, 9.0, -9.0, -9.0]])
    assert float(loss_of(sure, labels, 2)) < 1e-3 < float(loss_of(sure, labels, 2, 0.1))
    assert probabilities(sure, 2).tolist() == [
        [pytest.approx(1, abs=1e-3), pytest.approx(0, abs=1e-3)]
    ]
    with pytest.raises(Problem) as told:
        loss_of(torch.zeros(1, 2), labels, 2)
    assert "[1, 4] were expected at logits_hz 2" in told.value.why


def test_dev_is_looked_at_second_by_second_once(data: Path) -> None:
    with open_store(store_of(job_of(data))) as store:
        joined = Joined([store])
        for seconds in (7, 30, 300):
            pieces = pieces_of(joined, seconds)
            seen = [(p.recording.id, p.start // 64 + i) for p in pieces for i in range(p.seconds)]
            assert len(seen) == len(set(seen)) == sum(int(o.seconds) for o in store.of("dev"))


def test_what_goes_wrong_in_reading_is_raised_where_batches_are_asked_for(data: Path) -> None:
    with open_store(store_of(job_of(data))) as store:
        sampler = Sampler(store, "train", 6, 4, 0.4, 0)
        augment = config.defaults().augment
        with Batches(sampler, augment, 0, torch.device("cpu")) as batches:
            assert batches.next()[0].shape == (4, 19, 384)
            for path in (store.folder / "signals").iterdir():
                path.rename(path.with_suffix(".away"))
            store.close()
            try:
                with pytest.raises(Problem) as told:
                    for _ in range(5):
                        batches.next()
            finally:
                for path in (store.folder / "signals").iterdir():
                    path.rename(path.with_suffix(".f16"))
    assert told.value.what == "The prepared recordings cannot be read"


def test_stores_together_keep_their_names_apart(data: Path) -> None:
    with open_store(store_of(job_of(data))) as store:
        alone = Joined([store])
        assert alone.recordings == store.recordings
        other = open_store(store_of(job_of(data)))
        other.about = replace(other.about, dataset="other")
        both = Joined([store, other])
        ids = [one.id for one in both.recordings]
        assert len(set(ids)) == 2 * len(store.recordings)
        of = store.of("train")[0].id
        mine, theirs = (np.empty((19, 64), np.float16) for _ in range(2))
        both.read(f"tiny/{of}", 0, mine)
        other.read(of, 0, theirs)
        assert np.array_equal(mine, theirs)
        sampler = Sampler(both, "train", 6, 40, 0.5, 0)
        drawn = {where[0].partition("/")[0] for where in sampler.batch(0).where}
        assert drawn == {"tiny", "other"}
        other.about = replace(other.about, settings=replace(store.settings, clip=3.0))
        with pytest.raises(Refused):
            Joined([store, other])
        other.close()
