"""Where a training goes on: at its last sound checkpoint, or at the beginning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jobkit.errors import Problem
from jobkit.files import remove
from safetensors.torch import load
from torch import Tensor
from torch.optim import Optimizer

from seizure.checkpoints.card import WEIGHTS
from seizure.checkpoints.folder import read_checkpoint
from seizure.model.kernels import MAMBA_SSM, TORCH
from seizure.training import folders
from seizure.training.average import Average
from seizure.training.folders import STATE_TENSORS
from seizure.training.made import differences, made_with
from seizure.training.optimiser import load_tensors
from seizure.training.ranks import Ranks
from seizure.training.setup import Setup
from seizure.training.state import State
from seizure.training.teller import Teller

#: Of the tensors that a training goes on with: the weights themselves, and the optimiser's.
RAW, OPTIMISER = "weights/", "optimiser/"


def go_on(
    setup: Setup, average: Average, optimiser: Optimizer, ranks: Ranks, tell: Teller
) -> State:
    """Loads model, average and optimiser, and returns how far they are."""
    found = ranks.told(_find(setup, tell) if ranks.rank == 0 else None)
    if found is None:
        return State()
    state: State = found
    folder = folders.step_folder(setup.folder, state.step)
    tensors = load((folder / STATE_TENSORS).read_bytes())
    setup.model.load_state_dict(_below(tensors, RAW))
    average.module.load_state_dict(load((folder / WEIGHTS).read_bytes()))
    load_tensors(optimiser, setup.model, _below(tensors, OPTIMISER))
    return state


def _below(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }


def _find(setup: Setup, tell: Teller) -> State | None:
    """The state of the last sound checkpoint. What cannot be gone on with is told, and removed."""
    found, wrong = folders.newest_sound(setup.folder, setup.card)
    step = found.card.step if found else 0
    for one in wrong:
        tell.warn(f"{one.why}; it goes on from {f'step {step}' if found else 'the beginning'}")
    folders.sweep(setup.folder, step if found else -1)
    for path, one in folders.foreign_before(setup.folder, step, setup.card):
        tell.warn(f"{one.why}; it is removed")
        remove(path)
    if found is None:
        if tell.earlier("model"):
            tell.emit("resumed", step=0, exact=True)
        return None
    now = made_with(setup.place)
    changed = differences(found.card, now)
    if found.card.data != setup.card.data:
        changed.append("its recordings are others now")
    changed += _kernels(found.card.config["training"], setup.config.training.kernels)
    tell.emit("resumed", step=step, exact=not changed, why=", ".join(changed) or None)
    tell.say(
        f"goes on at step {step}" + (f", not exactly: {', '.join(changed)}" if changed else "")
    )
    return _with_best(setup, State.from_json(found.state), tell)


def _kernels(before: Mapping[str, Any], now: str) -> list[str]:
    """Why going on with these is not exact. Cards of before there were others say nothing."""
    was = before.get("kernels", TORCH)
    if was != now:
        return [f"kernels {was}, now {now}"]
    return [f"{MAMBA_SSM} adds in no fixed order"] if now == MAMBA_SSM else []


def _with_best(setup: Setup, state: State, tell: Teller) -> State:
    """`best` is what this state says is best, not what a later step of an attempt that is over
    found."""
    if state.best_step is None:
        return state
    try:
        if read_checkpoint(setup.folder / folders.BEST).card.step == state.best_step:
            return state
    except Problem:
        pass
    try:
        folders.sound(folders.step_folder(setup.folder, state.best_step), setup.card)
    except Problem as e:
        tell.warn(f"the best checkpoint is lost: {e.why}; the next look at dev finds a new best")
        return state.without_best()
    folders.make_best(setup.folder, state.best_step)
    return state
