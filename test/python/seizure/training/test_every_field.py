"""No field of a training's config is there for nothing: of each, the tensor, metric or file that it
changes. A new field without a case fails."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jobkit.errors import Refused
from training_support import SMALL, Done, done, job_of, raw_job, setup, store_of, torch, train

from seizure.checkpoints.chosen import Chosen
from seizure.checkpoints.folder import CARD, read_card
from seizure.evaluation.judge import signal_of
from seizure.inference.detectors import trained
from seizure.job import TrainJob
from seizure.model.ssd import SsmLayer
from seizure.scoring.postprocess import events_of
from seizure.store.store import open_store
from seizure.training import config, loop, run
from seizure.training.batches import assembled

pytest_plugins = ["training_fixtures"]


@dataclass(frozen=True)
class World:
    """What cases look at. `done`: a whole run as CONFIG has it."""

    data: Path
    done: Done
    tmp: Path

    def job(self, field: str, value: Any, **more: Any) -> TrainJob:
        return job_of(self.data, **{**more, field.replace(".", "__"): value})


#: What a run with this value of the field shows; it is another with another value.
Look = Callable[[World, str, Any], Any]


def model_tensors(world: World, field: str, value: Any) -> Any:
    model = setup(world.job(field, value, model__options={}), world.tmp).model
    return {name: tuple(one.shape) for name, one in model.state_dict().items()}


def first_batch(world: World, field: str, value: Any) -> Any:
    """As the model sees it: shapes, and what is in it."""
    job = world.job(field, value)
    found = assembled(setup(job, world.tmp).sampler, job.config.augment, 0)
    return found.signal.shape, found.labels.tolist(), found.signal.tobytes()


def labels(world: World, field: str, value: Any) -> Any:
    return first_batch(world, field, value)[1]


def training_of(**more: Any) -> Callable[[Callable[[Any], Any]], Look]:
    """A training with `more` fields that are other than CONFIG's, for a case to look at."""

    def case(seen: Callable[[Any], Any]) -> Look:
        def look(world: World, field: str, value: Any) -> Any:
            out = world.tmp / f"run-{len(list(world.tmp.iterdir()))}"
            return seen(train(world.job(field, value, **more), out))

        return look

    return case


def metric(name: str, **more: Any) -> Look:
    return training_of(**more)(lambda done: done.metric(name))


def logits_dtype(world: World, field: str, value: Any) -> Any:
    found = setup(world.job(field, value), world.tmp)
    with found.place.autocast():
        weights = torch.zeros(2, 2)
        return (weights @ weights).dtype


def class_of_the_model(world: World, field: str, value: Any) -> Any:
    seen: list[str] = []

    class Wrapped(Exception):
        pass

    class Ranks(loop.Ranks):
        rank, world = 0, 1

        def wrap(self, model: Any) -> Any:
            seen.append(type(model).__name__)
            raise Wrapped

        def told(self, value: Any) -> Any:
            return value

    class Silent:
        def __getattr__(self, _: str) -> Any:
            return lambda *_, **__: []

    with pytest.raises(Wrapped):
        loop.train(setup(world.job(field, value), world.tmp), Ranks(), Silent())  # type: ignore[arg-type,abstract]
    return seen


def device(world: World, field: str, value: Any) -> Any:
    """There may be no other here than the processor: then that is said."""
    try:
        return setup(world.job(field, value), world.tmp).place.device
    except Refused as e:
        return e.why


def kernels(world: World, field: str, value: Any) -> Any:
    """Without a GPU there are no others: then that is said."""
    small = {**SMALL, "ssm_layers": 1}
    try:
        found = setup(world.job(field, value, model__options=small), world.tmp).model
    except Refused as e:
        return e.what
    return [one.scan for one in found.modules() if isinstance(one, SsmLayer)]


def processes(world: World, field: str, value: Any) -> Any:
    """How many the run asks for, and the part of a batch that one of them has."""
    asked: list[int] = []

    class Asked(Exception):
        pass

    def team(count: int, *_: Any) -> Any:
        asked.append(count)
        raise Asked

    job = world.job(field, value)
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Asked):
        patch.setattr(run, "team", team)
        run.train_and_judge(job, [], [], world.tmp, None)  # type: ignore[arg-type]
    part = assembled(setup(job, world.tmp).sampler, job.config.augment, 0, 0, asked[0])
    return asked, part.signal.shape


def card_of(name: str) -> Look:
    def look(world: World, field: str, value: Any) -> Any:
        return getattr(setup(world.job(field, value), world.tmp).card, name)

    return look


def detector(world: World, field: str, value: Any) -> tuple[Any, np.ndarray]:
    """The run's own with another word in its config, and its scores of a recording."""
    folder = world.tmp / f"best-{len(list(world.tmp.iterdir()))}"
    shutil.copytree(world.done.out / "checkpoints/seed-0/best", folder)
    card = read_card(folder)
    section, name = field.split(".")
    changed = {**card.config, section: {**card.config[section], name: value}}
    run.write_json(folder / CARD, replace(card, config=changed).to_json())
    (found,) = trained([Chosen("seed-0", "tiny", folder, None)], 1)
    with open_store(store_of(job_of(world.data))) as store:
        one = store.of("test")[0]
        return found, found.score(signal_of(store, one))


def scores(world: World, field: str, value: Any) -> Any:
    return detector(world, field, value)[1].tolist()


def events(world: World, field: str, value: Any) -> Any:
    """Of scores that are made up so that each way to clean them has something to do: events of 6,
    2 and 1 s, and of 5 s under a lower threshold."""
    found, _ = detector(world, field, value)
    made = np.array([0, 0, *[1] * 6, 0, 0, 1, 1, *[0] * 9, 1, 0.6, 0.6, 0.6, 0.6, 0, 0], np.float32)
    return events_of(made, 1, 0.9, found.events)


def intervals(world: World, field: str, value: Any) -> Any:
    out = world.tmp / f"again-{len(list(world.tmp.iterdir()))}"
    shutil.copytree(world.done.out, out)
    section, name = field.split(".")
    found = done(raw_job(world.data, **{f"{section}__{name}": value}), out)
    assert not found.of("resumed")
    return [one["scores"] for one in found.results["detectors"]]


checkpoints = training_of()(lambda done: done.steps())
every_checkpoint = training_of(training__keep_last=9)(lambda done: done.steps())
last_step = training_of()(lambda done: done.trained[0]["step"])
evaluated_weights = training_of()(lambda done: _bytes(done.weights()))
raw_weights = training_of(training__ema_decay=0)(lambda done: _bytes(done.weights()))


def _bytes(tensors: dict[str, Any]) -> dict[str, bytes]:
    return {name: one.numpy().tobytes() for name, one in tensors.items()}


def windows_of_a_step(world: World, field: str, value: Any) -> Any:
    """Batches that were asked for in one step."""
    numbers: list[int] = []

    def counted(sampler: Any, augment: Any, number: int, *more: Any) -> Any:
        numbers.append(number)
        return assembled(sampler, augment, number, *more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("seizure.training.batches.AHEAD", 1)
        patch.setattr("seizure.training.batches.assembled", counted)
        training_of(training__steps=1)(lambda done: None)(world, field, value)
    # Of those some were only read ahead.
    return max(numbers) >= value, min(numbers)


#: By field: two values, and where they show.
CASES: dict[str, tuple[Any, Any, Look]] = {
    "model.name": ("tiny", "small", model_tensors),
    "model.options": ({"width": 8}, {"width": 12}, model_tensors),
    "windows.seconds": (5, 6, first_batch),
    "windows.batch": (4, 5, first_batch),
    "windows.seizure_fraction": (0.0, 1.0, labels),
    "augment.gain": (0, 0.5, first_batch),
    "augment.channel_dropout": (0, 0.5, first_batch),
    "augment.noise": (0, 0.5, first_batch),
    "training.steps": (2, 3, last_step),
    "training.learning_rate": (0.001, 0.002, metric("learning_rate")),
    "training.warmup_steps": (2, 4, metric("learning_rate")),
    "training.final_learning_rate": (0, 0.5, metric("learning_rate")),
    "training.weight_decay": (0, 1, raw_weights),
    "training.gradient_clip": (None, 1e-3, raw_weights),
    "training.accumulate": (1, 2, metric("gradient_norm")),
    "training.ema_decay": (0, 0.9, evaluated_weights),
    "training.label_smoothing": (0, 0.2, metric("loss")),
    "training.evaluate_every": (4, 2, metric("dev_auroc")),
    "training.patience": (
        0, 1, training_of(training__evaluate_every=1, training__learning_rate=1e-12)(
            lambda done: done.trained[0]["step"]
        ),
    ),
    "training.checkpoint_every": (3, 2, every_checkpoint),
    "training.keep_last": (1, 9, checkpoints),
    "training.precision": ("float32", "bfloat16", logits_dtype),
    "training.compile": (False, True, class_of_the_model),
    "training.kernels": ("torch", "mamba-ssm", kernels),
    "training.device": ("cpu", "cuda", device),
    "training.processes": (1, 2, processes),
    "training.threads": (1, 2, card_of("threads")),
    "training.seed": (
        0, 1, lambda world, _, value: _bytes(
            setup(job_of(world.data, None, training__seed=value), world.tmp).model.state_dict()
        ),
    ),
    "evaluation.overlap": (0, 0.5, scores),
    "evaluation.hysteresis": (0, 0.5, events),
    "evaluation.merge_seconds": (0, 3, events),
    "evaluation.min_seconds": (0, 2, events),
    "evaluation.max_seconds": (None, 4, events),
    "evaluation.draws": (100, 150, intervals),
}  # fmt: skip


def test_every_field_has_a_case() -> None:
    known = {f"{s}.{name}" for s, about in config.schema().items() for name in about["fields"]}
    assert CASES.keys() == known


@pytest.fixture(scope="module")
def whole(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Done:
    return done(raw_job(data), tmp_path_factory.mktemp("whole") / "run")


@pytest.mark.parametrize("field", CASES)
def test_it_changes_what_the_schema_says(
    field: str, data: Path, whole: Done, tmp_path: Path
) -> None:
    one, other, look = CASES[field]
    world = World(data, whole, tmp_path)
    first = look(world, field, one)
    assert look(world, field, one) == first
    assert look(world, field, other) != first
    torch.set_num_threads(1)
