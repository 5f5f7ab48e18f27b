"""A training's steps by the clock: the real model, loss, optimiser and precision, on noise in the
shape of a batch that lies ready where it is computed. How windows are read, changed and carried
there is not measured: a training is bounded by that, too."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import torch
from jobkit import signals
from jobkit.events import Phase
from torch import nn

from seizure.job import MeasureJob
from seizure.program import Events
from seizure.training.average import Average
from seizure.training.broken import explained
from seizure.training.fitting.probe import noise, probe
from seizure.training.fitting.ran_out import total
from seizure.training.optimiser import adamw, set_learning_rate
from seizure.training.pace import WARM_UP
from seizure.training.place import Place, kind_of, memory_bytes, place_of
from seizure.training.ranks import Ranks
from seizure.training.schedule import learning_rate
from seizure.training.setup import described, model_of
from seizure.training.step import clip, learn
from seizure.training.team import team

#: Metrics that are told, at most.
METRICS = 30


def measure(job: MeasureJob, events: Events) -> dict[str, Any]:
    """What results.json has of it: `config`, `measured`."""
    config = job.config
    with (
        explained(job.source, events),
        team(
            config.training.processes, kind_of(config.training), job.source is not None, events,
            _measure_beside, job,
        ) as ranks,
    ):  # fmt: skip
        return {"config": config.to_json(), "measured": _measure(ranks, job, events)}


def _measure_beside(ranks: Ranks, job: MeasureJob) -> None:
    """What the other processes do."""
    with explained(job.source):
        _measure(ranks, job, Events(human=None))


def _measure(ranks: Ranks, job: MeasureJob, events: Events) -> dict[str, Any]:
    """The fields of `measured`; none where it was to leave before there was anything to tell."""
    config, place = job.config, place_of(job.config.training, ranks.rank)
    seed, windows = config.training.seed, config.windows.batch * config.training.accumulate
    steps, seconds, metrics = 0, 0.0, 0
    with Phase(events, "measure", place.name, last=True) as phase:
        model = model_of(job.settings, config, job.source, place)
        events.emit("model", seed=seed, **described(model, config, place))
        most = probe(model, config, job.settings, place, ranks)
        if most is not None:
            events.emit("memory", seed=seed, probe_bytes=most, total_bytes=total(place))
        for steps, seconds in _steps(ranks, job, model, place):
            if seconds / job.seconds * METRICS >= metrics:
                metrics += 1
                values = {"windows_per_s": steps * windows / seconds}
                values |= {"memory_bytes": held} if (held := memory_bytes(place.device)) else {}
                events.emit("metric", seed=seed, step=steps, values=values)
            left = max(0.0, job.seconds - seconds)
            phase.progress(min(seconds, job.seconds), job.seconds, "seconds", left)
    if not steps:
        return {}
    found = {
        "windows_per_s": steps * windows / seconds, "steps": steps, "seconds": round(seconds, 3),
        "memory_bytes": max(most or 0, memory_bytes(place.device) or 0) or None,
        "device": place.name,
    }  # fmt: skip
    events.emit("measured", **found)
    events.log(f"{found['windows_per_s']:.1f} windows/s in {steps} steps on {place.name}")
    return found


def _steps(
    ranks: Ranks, job: MeasureJob, model: nn.Module, place: Place
) -> Iterator[tuple[int, float]]:
    """(steps, seconds) so far, after each step but the first WARM_UP, until the job's time is over
    or it is to leave."""
    training, hz = job.config.training, int(model.logits_hz)  # type: ignore[arg-type]
    average, optimiser = Average(model, training.ema_decay), adamw(model, training)
    running = ranks.wrap(torch.compile(model) if training.compile else model)
    model.train()
    set_learning_rate(optimiser, learning_rate(training, 0))
    share = job.config.windows.batch // ranks.world
    signal, labels = noise(job.config, job.settings, share, place.device)
    step, begun, seconds = 0, 0.0, 0.0
    with signals.deferred():
        while not ranks.stop_requested() and not ranks.told(seconds >= job.seconds):
            if step == WARM_UP:
                begun = time.monotonic()
            for i in range(training.accumulate):
                with ranks.together(running, last=i == training.accumulate - 1):
                    learn(running, signal, labels, place, training, hz)
            clip(model, training.gradient_clip)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            step += 1
            average.update(step)
            place.synchronize()
            if step > WARM_UP:
                seconds = time.monotonic() - begun
                yield step - WARM_UP, seconds
