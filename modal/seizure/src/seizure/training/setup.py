"""What one seed is trained with, made before the loop begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from jobkit.errors import Refused
from jobkit.files import sha256
from torch import nn

from seizure.checkpoints.card import Card, ModelCard
from seizure.checkpoints.trained_on import TrainedOn
from seizure.job import TrainJob
from seizure.model.build import build
from seizure.model.kernels import MAMBA_SSM, use_mamba_ssm
from seizure.model.registry import resolve
from seizure.sampling.sampler import Sampler
from seizure.store.joined import Joined
from seizure.store.settings import Settings
from seizure.store.store import Store
from seizure.training.config import Config
from seizure.training.folders import seed_folder
from seizure.training.look import Dev
from seizure.training.made import made_with
from seizure.training.place import Place, place_of


@dataclass(frozen=True)
class Setup:
    """`config.training.seed` is this one. `model`: with the seed's first weights, on its device.
    `card`: of a checkpoint, all that does not change. `source`: content of the model's own file."""

    config: Config
    model: nn.Module
    sampler: Sampler
    dev: Dev
    place: Place
    out: Path
    folder: Path
    card: Card
    source: bytes | None


def setup_of(
    job: TrainJob, seed: int, data: Sequence[TrainedOn], reading: Sequence[Store],
    looking: Sequence[Store], out: Path, rank: int = 0,
) -> Setup:  # fmt: skip
    """`reading`, `looking`: the same stores, opened for the thread that reads batches and for looks
    at dev: a store is read by one thread alone."""
    config = replace(job.config, training=replace(job.config.training, seed=seed))
    place = place_of(config.training, rank)
    windows = config.windows
    train, dev = Joined(reading), Joined(looking)
    if not dev.of("dev"):
        raise Refused(
            "Nothing can be trained on these recordings",
            f"{dev.dataset} has none in its dev split, and the best weights are chosen there",
        )
    model = model_of(job.settings, config, job.source, place)
    sampler = Sampler(
        train, "train", windows.seconds, windows.batch, windows.seizure_fraction, seed
    )
    return Setup(
        config, model, sampler, Dev(dev, windows.seconds, windows.batch), place, out,
        seed_folder(out, seed), _card(job, config, model, data, place),
        job.source.read_bytes() if job.source else None,
    )  # fmt: skip


def model_of(settings: Settings, config: Config, source: Path | None, place: Place) -> nn.Module:
    """A new model on its device, its weights drawn from the config's seed. Refused where the
    kernels that it is to train with cannot be used."""
    torch.manual_seed(config.training.seed)
    options, seconds = dict(config.model.options), config.windows.seconds
    made = build(config.model.name, options, settings.channels, settings.rate, seconds, source)
    made = made.to(place.device)
    if config.training.kernels == MAMBA_SSM:
        use_mamba_ssm(made, seconds * int(made.logits_hz), place.device)  # type: ignore[arg-type]
    return made


def described(model: nn.Module, config: Config, place: Place) -> dict[str, Any]:
    """The fields of the event `model`."""
    return {
        "name": config.model.name, "parameters": parameters_of(model),
        "logits_hz": int(model.logits_hz),  # type: ignore[arg-type]
        "device": place.name, "precision": place.precision, "threads": place.threads,
        "steps": config.training.steps,
    }  # fmt: skip


def parameters_of(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


def _card(
    job: TrainJob, config: Config, model: nn.Module, data: Sequence[TrainedOn], place: Place
) -> Card:
    options = dict(config.model.options)
    return Card(
        seed=config.training.seed,
        step=0,
        model=ModelCard(
            config.model.name,
            options if job.source else resolve(config.model.name, options),
            parameters_of(model),
            sha256(job.source) if job.source else None,
        ),
        channels=job.settings.channels,
        montage=job.settings.montage,
        settings=job.settings,
        seconds=config.windows.seconds,
        logits_hz=int(model.logits_hz),  # type: ignore[arg-type]
        data=tuple(data),
        threshold=None,
        threshold_from=None,
        config=config.to_json(),
        metrics={},
        made="",
        files={},
        **made_with(place),
    )
