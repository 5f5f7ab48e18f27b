"""Writes checkpoints while the training goes on: one thread, one checkpoint at a time."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from jobkit.errors import Problem
from jobkit.files import as_problem, remove, sha256, write_json
from safetensors.torch import save
from torch import Tensor

from seizure.checkpoints.card import OWN_MODEL, WEIGHTS, Card
from seizure.checkpoints.folder import CARD
from seizure.training import folders
from seizure.training.folders import STATE_NUMBERS, STATE_TENSORS

NOT_KEPT = "A checkpoint cannot be kept"


def copies_of(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Tensors of their own, in main memory, as files have them."""
    return {
        name: one.detach().to("cpu", copy=True, memory_format=torch.contiguous_format)
        for name, one in tensors.items()
    }


@dataclass(frozen=True)
class Snapshot:
    """A checkpoint before it is written; nothing in it changes any more. `weights`: those that are
    evaluated. `tensors`: what else is needed to go on. `card`: all of it but its step and files.
    `source`: the model's own file."""

    step: int
    weights: Mapping[str, Tensor]
    tensors: Mapping[str, Tensor]
    state: Mapping[str, Any]
    card: Card
    source: bytes | None
    best: bool


@dataclass(frozen=True)
class Saved:
    step: int
    best: bool
    bytes: int


class Saver:
    """Of one seed. What goes wrong in the thread is raised in the loop, at its next word with
    it."""

    def __init__(self, folder: Path, keep_last: int) -> None:
        self._folder, self._keep_last = folder, keep_last
        self._thread: threading.Thread | None = None
        self._done: list[Saved] = []
        self._error: BaseException | None = None

    def save(self, snapshot: Snapshot) -> None:
        """Begins once the checkpoint before is written."""
        self.wait()
        self._thread = threading.Thread(target=self._work, args=(snapshot,), name="saver")
        self._thread.start()

    def written(self) -> list[Saved]:
        """Those that were finished since it was last asked. Problem: one could not be."""
        if self._thread is not None and not self._thread.is_alive():
            self.wait()
        found, self._done = self._done, []
        return found

    def wait(self) -> None:
        """Until nothing is being written."""
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        error, self._error = self._error, None
        if isinstance(error, OSError):
            found = as_problem(error, NOT_KEPT, self._folder)
            raise Problem(found.what, found.why, found.hint, resume=True) from error
        if error is not None:
            raise Problem(NOT_KEPT, f"{type(error).__name__}: {error}") from error

    def _work(self, snapshot: Snapshot) -> None:
        try:
            size = write(self._folder, snapshot)
            if snapshot.best:
                folders.make_best(self._folder, snapshot.step)
            folders.prune(self._folder, self._keep_last)
            self._done.append(Saved(snapshot.step, snapshot.best, size))
        except BaseException as e:
            self._error = e


def write(folder: Path, snapshot: Snapshot) -> int:
    """The checkpoint appears whole, its card last of all. Returns its bytes."""
    target = folders.step_folder(folder, snapshot.step)
    beside = folder / f".{target.name}"
    remove(beside)
    beside.mkdir(parents=True)
    try:
        # Bytes first: a full disk is then told by the system, in words that `as_problem` knows.
        (beside / WEIGHTS).write_bytes(save(dict(snapshot.weights)))
        (beside / STATE_TENSORS).write_bytes(save(dict(snapshot.tensors)))
        write_json(beside / STATE_NUMBERS, dict(snapshot.state))
        names = [WEIGHTS, STATE_TENSORS, STATE_NUMBERS]
        if snapshot.source is not None:
            (beside / OWN_MODEL).write_bytes(snapshot.source)
            names.append(OWN_MODEL)
        for name in names:
            _sync_file(beside / name)
        sums = {name: sha256(beside / name) for name in names}
        card = replace(snapshot.card, step=snapshot.step, files=sums)
        write_json(beside / CARD, card.to_json())
        folders.sync_folder(beside)
        size = folders.size_of(beside)
        remove(target)  # of an earlier attempt, from the same step
        beside.rename(target)
        folders.sync_folder(folder)
        return size
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def _sync_file(path: Path) -> None:
    fd = os.open(path, os.O_RDWR)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
