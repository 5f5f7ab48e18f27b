"""Two steps and a look at dev before the first that counts: what does not fit into memory is told
now, and not in an hour."""

from __future__ import annotations

import contextlib
import copy
import gc
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch
from jobkit import memory
from jobkit.errors import Problem
from torch import Tensor, nn

from seizure.store.settings import Settings
from seizure.training.batches import AHEAD
from seizure.training.config import Config
from seizure.training.fitting.ran_out import TRAIN, Held, held, more_memory, ran_out, why
from seizure.training.fitting.smaller import smaller
from seizure.training.loss import losses_of
from seizure.training.optimiser import adamw
from seizure.training.place import Place, peak_bytes
from seizure.training.ranks import Ranks
from seizure.training.step import clip, learn

#: The first makes the optimiser's state, the second has it from its beginning: no later one takes
#: more.
STEPS = 2
#: Batches on their way beside the one that is learnt: those that lie ready, and one that waits.
BESIDE = AHEAD + 1


class OutOfMemory(Problem):
    """Nothing was trained, for want of memory."""


def probe(
    model: nn.Module, config: Config, settings: Settings, place: Place, ranks: Ranks
) -> int | None:
    """Bytes that this process held at most, of the GPU's memory or of main memory; None where the
    system does not tell. Tried with copies of the model and noise of the real shape: nothing of
    what is trained changes, and no random number is drawn. OutOfMemory says which smaller batch
    fits: each is tried."""
    room = None
    if place.device.type == "cpu":
        # All ask before the first one takes any of it.
        free = [one for one in ranks.gather(memory.available()) if one is not None]
        room = min(free) // ranks.world if free else None
    with _unchanged(place), memory.limited(room):
        found = _tried(model, config, settings, place)
        if not isinstance(found, _Refusal):
            return found
        words, typed = _instead(model, config, settings, place)
        because = f"{why(config, place, found.held)}; {words}"
        raise OutOfMemory(f"Memory ran out in {found.doing}", because, typed)


@dataclass(frozen=True)
class _Refusal:
    """In the middle of what, and how much was held then."""

    doing: str
    held: Held


def _instead(
    model: nn.Module, config: Config, settings: Settings, place: Place
) -> tuple[str, str | None]:
    """What fits, in words and as it is typed."""
    for batch, accumulate in smaller(config):
        less = replace(
            config,
            windows=replace(config.windows, batch=batch),
            training=replace(config.training, accumulate=accumulate),
        )
        if not isinstance(_tried(model, less, settings, place), _Refusal):
            typed = f"--set windows.batch={batch} --set training.accumulate={accumulate}"
            return f"batches of {batch} fit, {accumulate} of them a step", f"{TRAIN} {typed}"
    words = "no smaller batch fits; shorter windows and smaller models take less"
    return words, more_memory(place)


def _tried(
    model: nn.Module, config: Config, settings: Settings, place: Place
) -> int | _Refusal | None:
    """The most bytes that were held; or where memory ran out."""
    device, doing = place.device, "the first two steps"
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)
    try:
        tried, kept = _steps(model, config, settings, place)
        doing = "the first look at dev"
        _look(tried, config, settings, place)
        del tried, kept
        return peak_bytes(device)
    except Exception as e:
        if not ran_out(e):
            raise
        return _Refusal(doing, held(place, e))
    finally:
        gc.collect()
        if device.type == "cuda":
            torch.cuda.empty_cache()


def _steps(
    model: nn.Module, config: Config, settings: Settings, place: Place
) -> tuple[nn.Module, object]:
    """The model that was trained, and all that a training keeps beside it."""
    training, share = config.training, config.windows.batch // config.training.processes
    signal, labels = noise(config, settings, share, place.device)
    beside = [signal.clone() for _ in range(BESIDE)]
    # A copy of the weights stands for their moving average, which is as large.
    tried = copy.deepcopy(model).train()
    if training.processes > 1:  # gradients are exchanged out of a copy of theirs
        beside += [torch.zeros_like(one) for one in tried.parameters()]
    optimiser, hz = adamw(tried, training), int(model.logits_hz)  # type: ignore[arg-type]
    running = torch.compile(tried) if training.compile else tried
    # One batch of each step is enough: further ones add to the same gradients.
    for _ in range(STEPS):
        learn(running, signal, labels, place, training, hz)
        clip(tried, training.gradient_clip)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
    return tried, (optimiser, beside)


@torch.no_grad()
def _look(tried: nn.Module, config: Config, settings: Settings, place: Place) -> None:
    """Each process looks at whole batches."""
    signal, labels = noise(config, settings, config.windows.batch, place.device)
    with place.autocast():
        logits = tried.eval()(signal)
    losses_of(logits, labels, int(tried.logits_hz))  # type: ignore[arg-type]


def noise(
    config: Config, settings: Settings, windows: int, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Signal and labels as a batch of `windows` has them, drawn from the config's seed; every other
    second is a seizure."""
    make = torch.Generator().manual_seed(config.training.seed)
    seconds = config.windows.seconds
    shape = (windows, settings.channels, seconds * settings.rate)
    signal = torch.randn(shape, generator=make).to(device)
    labels = (torch.arange(seconds, dtype=torch.uint8) % 2).repeat(windows, 1)
    return signal, labels.to(device)


@contextlib.contextmanager
def _unchanged(place: Place) -> Iterator[None]:
    """What is drawn inside, by whatever a model draws with, leaves the generators as they were."""
    plain, of_numpy = random.getstate(), np.random.get_state()
    try:
        with torch.random.fork_rng([place.device] if place.device.type == "cuda" else []):
            yield
    finally:
        random.setstate(plain)
        np.random.set_state(of_numpy)
