"""The training of one seed, from its first step to its last, top to bottom."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from jobkit import signals

from seizure.training import unsound
from seizure.training.average import Average
from seizure.training.batches import Batches, assembled
from seizure.training.fitting.ran_out import told
from seizure.training.optimiser import adamw, set_learning_rate, tensors_of
from seizure.training.pace import Pace
from seizure.training.ranks import Ranks
from seizure.training.resume import OPTIMISER, RAW, go_on
from seizure.training.saver import Saver, Snapshot, copies_of
from seizure.training.schedule import learning_rate
from seizure.training.setup import Setup, described
from seizure.training.state import State
from seizure.training.step import clip, learn
from seizure.training.teller import Teller


@dataclass(frozen=True)
class Trained:
    """How a seed's training ended. `early`: before its last step, for want of a gain."""

    state: State
    early: bool


def train(setup: Setup, ranks: Ranks, tell: Teller) -> Trained | None:
    """Trains to the end, going on with what an earlier attempt left. Where it ends before, None in
    the other processes; in the job's own StopRequested is raised, once what was learnt is kept, or
    the Problem that ends it."""
    config, training, place, model = setup.config, setup.config.training, setup.place, setup.model
    accumulate, seed = training.accumulate, training.seed
    hz = int(model.logits_hz)  # type: ignore[arg-type]
    average = Average(model, training.ema_decay)
    optimiser = adamw(model, training)
    tell.model(**described(model, config, place))
    state = go_on(setup, average, optimiser, ranks, tell)
    running = ranks.wrap(torch.compile(model) if training.compile else model)
    model.train()

    saver = Saver(setup.folder, training.keep_last)
    kept = state  # as the last checkpoint has it
    pace = Pace(config.windows.batch * accumulate)
    first = state.step * accumulate
    loss = math.nan
    reading = (setup.sampler, config.augment, first, place.device, ranks.rank, ranks.world)

    def reached() -> tuple[int, int]:
        saver.wait()  # what is being written counts
        return state.step, kept.step

    with signals.deferred(), told(config, place, reached), Batches(*reading) as batches:
        while True:
            # A look at dev.
            if state.is_look_due(training):
                begun = time.monotonic()
                found = setup.dev.look(average.module, place, ranks)
                if found is not None:
                    if not math.isfinite(found.loss):
                        if ranks.rank:  # the job's own process says so
                            return None
                        what = f"the loss on dev after step {state.step} is {found.loss}"
                        raise unsound.problem(what, training, kept.step)
                    seconds = time.monotonic() - begun
                    pace.look(seconds)
                    state = replace(state.looked_at(found), seconds=state.seconds + seconds)
                    tell.looked(state, found)

            # A checkpoint, where one is due.
            over = state.is_over(training) and not state.is_look_due(training)
            stop = ranks.stop_requested()
            gain = state.best_step == state.step > 0 and state.looked > kept.looked
            due = state.step > 0 and state.step % training.checkpoint_every == 0
            changed = (state.step, state.looked) != (kept.step, kept.looked)
            if (due or gain or over or stop) and state.step > 0 and changed:
                if ranks.rank == 0:
                    saver.save(_snapshot(setup, average, optimiser, state, gain, loss))
                kept = state
            tell.saved(saver.written())
            if over or stop:
                break

            # A step: `accumulate` batches, one update.
            begun, waited = time.monotonic(), batches.waited
            rate = learning_rate(training, state.step)
            set_learning_rate(optimiser, rate)
            losses = 0.0
            for i in range(accumulate):
                signal, labels = batches.next()
                _seed(seed, state.step * accumulate + i, ranks.rank)
                with ranks.together(running, last=i == accumulate - 1):
                    losses += learn(running, signal, labels, place, training, hz)
            loss = ranks.mean(losses)
            norm = clip(model, training.gradient_clip)
            if not math.isfinite(loss + norm):
                if ranks.rank:
                    return None
                saver.wait()
                kept_in = _keep_batch(setup, state, loss, norm)
                of = f"gradient's norm is {norm}" if math.isfinite(loss) else f"loss is {loss}"
                what = f"in step {state.step + 1} the {of}"
                raise unsound.problem(what, training, kept.step, kept_in)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
            average.update(state.step + 1)
            seconds = time.monotonic() - begun
            state = replace(state, step=state.step + 1, seconds=state.seconds + seconds)

            # What is told of it.
            pace.step(seconds, batches.waited - waited)
            tell.stepped(state, pace, place, loss, rate, norm)
        saver.wait()
        tell.saved(saver.written())
    return None if stop and not over else Trained(state, state.is_early(training))


def _seed(seed: int, number: int, rank: int) -> None:
    """Dropout and whatever else a model draws is a function of seed, batch and process."""
    words = np.random.SeedSequence([seed, number, rank]).generate_state(1, np.uint64)
    torch.manual_seed(int(words[0]))


def _snapshot(
    setup: Setup, average: Average, optimiser: torch.optim.Optimizer, state: State, gain: bool,
    loss: float,
) -> Snapshot:  # fmt: skip
    """Copies of all that changes with the next step."""
    metrics: dict[str, float | None] = {"loss": loss if math.isfinite(loss) else None}
    if gain:
        metrics |= {"dev_auroc": state.best_auroc, "dev_loss": state.best_loss}
    made = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    raw = {RAW + name: value for name, value in setup.model.state_dict().items()}
    own = tensors_of(optimiser, setup.model)
    return Snapshot(
        step=state.step,
        weights=copies_of(average.module.state_dict()),
        tensors=copies_of(raw | {OPTIMISER + name: value for name, value in own.items()}),
        state=state.to_json(),
        card=replace(setup.card, metrics=metrics, made=made),
        source=setup.source,
        best=gain,
    )


def _keep_batch(setup: Setup, state: State, loss: float, norm: float) -> Path:
    """The batches of the step that is not made, of all processes."""
    training = setup.config.training
    numbers = range(state.step * training.accumulate, (state.step + 1) * training.accumulate)
    batches = [assembled(setup.sampler, setup.config.augment, number) for number in numbers]
    about = {
        "seed": training.seed, "step": state.step + 1, "loss": str(loss),
        "gradient_norm": str(norm), "learning_rate": learning_rate(training, state.step),
    }  # fmt: skip
    return unsound.keep(setup.out, about, batches, setup.model)
