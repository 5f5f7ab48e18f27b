"""Whether a model learns at all: one batch, again and again, until it knows it by heart."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from jobkit import signals
from jobkit.events import Phase

from seizure.sampling.sampler import Sampler
from seizure.training.loss import loss_of
from seizure.training.optimiser import adamw
from seizure.training.setup import Setup

#: Windows of the batch, half of them with a seizure, at most.
WINDOWS = 8
#: Tries, at most.
STEPS = 200
#: Of the loss of somebody who knows how many seconds are seizure and no more, the share that it has
#: to fall to.
BOUND = 0.25


def overfit(setup: Setup, phase: Phase) -> dict[str, Any]:
    """The fields of `checked`. Nothing that works against learning by heart takes part: no decay,
    no augmentation, no smoothing; the learning rate is the config's highest. Leaves the model as it
    then is."""
    config, place, model = setup.config, setup.place, setup.model
    count = min(WINDOWS, max(2, config.windows.batch))
    sampler = Sampler(
        setup.sampler.store, "train", config.windows.seconds, count, 0.5, config.training.seed
    )
    drawn = sampler.batch(0)
    signal = torch.from_numpy(drawn.signal.astype(np.float32)).to(place.device)
    labels = torch.from_numpy(drawn.labels).to(place.device)
    bound = BOUND * entropy(float(drawn.labels.mean()))
    optimiser = adamw(model, replace(config.training, weight_decay=0.0))
    hz = int(model.logits_hz)  # type: ignore[arg-type]
    losses: list[float] = []
    begun = time.monotonic()
    model.train()
    with signals.deferred():
        while len(losses) < STEPS and not signals.requested():
            with place.autocast():
                logits = model(signal)
            loss = loss_of(logits, labels, hz)
            losses.append(float(loss.detach()))
            if not math.isfinite(losses[-1]) or losses[-1] <= bound:
                break
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(
                model.parameters(), config.training.gradient_clip or math.inf
            )
            optimiser.step()
            phase.progress(len(losses), STEPS, "steps")
    return {
        "seed": config.training.seed, "learns": losses[-1] <= bound, "steps": len(losses),
        "first_loss": _told(losses[0]), "last_loss": _told(losses[-1]), "bound": bound,
        "losses": [_told(one) for one in losses], "seconds": round(time.monotonic() - begun, 3),
    }  # fmt: skip


def entropy(share: float) -> float:
    """Nats: the loss of the one probability that is right on average."""
    return -sum(p * math.log(p) for p in (share, 1 - share) if p > 0)


def _told(loss: float) -> float:
    """JSON has no infinity; what is no number is told as the largest there is."""
    return loss if math.isfinite(loss) else float(np.finfo(np.float32).max)
