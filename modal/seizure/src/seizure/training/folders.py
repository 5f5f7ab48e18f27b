"""Which checkpoints there are, which of them is sound, and which may go. Does without torch.

    checkpoints/seed-0/step-000300/   all that is needed to go on
    checkpoints/seed-0/best/          what is needed to score with the best step: carried away

What begins with a dot is half-written."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jobkit.errors import Problem
from jobkit.files import read_json, remove, write_json

from seizure.checkpoints.card import STATE, Card
from seizure.checkpoints.folder import CARD, read_card, read_checkpoint
from seizure.training.kinship import foreign

FOLDER = "checkpoints"
BEST = "best"
#: What a training goes on from, beside weights: the optimiser and the raw weights, and counters.
STATE_TENSORS, STATE_NUMBERS = STATE
_STEP = re.compile(r"step-(\d{6,})")


def seed_folder(out: Path, seed: int) -> Path:
    return out / FOLDER / f"seed-{seed}"


def step_folder(folder: Path, step: int) -> Path:
    return folder / f"step-{step:06}"


def steps_in(folder: Path) -> list[int]:
    """Of the checkpoints in a seed's folder, sound or not, the first first."""
    if not folder.is_dir():
        return []
    found = (_STEP.fullmatch(path.name) for path in folder.iterdir())
    return sorted(int(one[1]) for one in found if one)


@dataclass(frozen=True)
class Sound:
    """A checkpoint that can be gone on with."""

    folder: Path
    card: Card
    state: dict[str, Any]


def sound(folder: Path, of: Card | None = None) -> Sound:
    """Problem where anything of it is missing, cut, or not what was written, or it is a link: what
    that leads to is not this run's. `of`: of the training whose it has to be."""
    _require_own(folder, of)
    card = read_checkpoint(folder).card
    state = read_json(folder / STATE_NUMBERS)
    whole = set(STATE) <= card.files.keys()
    if not whole or state is None or folder.name != step_folder(folder.parent, card.step).name:
        raise Problem("A checkpoint cannot be gone on with", f"{folder} is not whole")
    return Sound(folder, card, state)


def _require_own(folder: Path, of: Card | None) -> None:
    if folder.is_symlink() or not folder.is_dir():
        raise NotOwn(f"{folder} is {'a link' if folder.is_symlink() else 'no folder'}")
    if of is not None and (why := foreign(read_card(folder), of)):
        raise NotOwn(f"{folder} is of another training: its {why}")


class NotOwn(Problem):
    """It lies among a training's checkpoints, and the training did not write it."""

    def __init__(self, why: str) -> None:
        super().__init__("A checkpoint cannot be gone on with", why)


def newest_sound(folder: Path, of: Card | None = None) -> tuple[Sound | None, list[Problem]]:
    """The last checkpoint that is sound, and what is wrong with those after it."""
    wrong: list[Problem] = []
    for step in reversed(steps_in(folder)):
        try:
            return sound(step_folder(folder, step), of), wrong
        except Problem as e:
            wrong.append(e)
    return None, wrong


def foreign_before(folder: Path, step: int, of: Card) -> list[tuple[Path, NotOwn]]:
    """What lies among the checkpoints of earlier steps and is none of them; their weights are not
    looked at."""
    found = []
    for one in steps_in(folder):
        path = step_folder(folder, one)
        try:
            if one < step:
                _require_own(path, of)
        except NotOwn as e:
            found.append((path, e))
        except Problem:
            continue  # nobody can tell whose it is
    return found


def sweep(folder: Path, after: int) -> None:
    """Removes what was half-written, and the checkpoints of later steps than `after`."""
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        if path.name.startswith("."):
            with contextlib.suppress(OSError):
                remove(path)
    for step in steps_in(folder):
        if step > after:
            remove(step_folder(folder, step))


def prune(folder: Path, keep_last: int) -> None:
    """Keeps the last ones, and each that one of those says is its best so far: after a fall back to
    it, that is what has to be there."""
    steps = steps_in(folder)
    kept = set(steps[-keep_last:])
    for step in sorted(kept):
        state = read_json(step_folder(folder, step) / STATE_NUMBERS) or {}
        kept.add(state.get("best_step"))
    for step in steps:
        if step not in kept:
            remove(step_folder(folder, step))


def make_best(folder: Path, step: int) -> None:
    """`best` becomes what that step's folder has to score with: links to its files where the file
    system has such, and a card that names them alone."""
    source, new, old = step_folder(folder, step), folder / ".best.new", folder / ".best.old"
    for left in (new, old):
        remove(left)
    new.mkdir()
    card = read_card(source)
    carried = {name: sum_ for name, sum_ in card.files.items() if name not in STATE}
    for name in carried:
        _link(source / name, new / name)
    write_json(new / CARD, replace(card, files=carried).to_json())
    sync_folder(new)
    best = folder / BEST
    if best.exists() or best.is_symlink():
        best.rename(old)
    new.rename(best)
    sync_folder(folder)
    with contextlib.suppress(OSError):
        remove(old)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without links
        shutil.copyfile(source, target)


def size_of(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def sync_folder(folder: Path) -> None:
    """What was renamed in it stays so after a power failure, where the file system can say so."""
    with contextlib.suppress(OSError):
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
