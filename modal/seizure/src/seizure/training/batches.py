"""Batches as a model is given them, the next one read while this one is worked on."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jobkit.files import as_problem
from numpy.typing import NDArray
from torch import Tensor

from seizure.sampling.sampler import Sampler
from seizure.training.augment import augmented
from seizure.training.config import Augment

#: Batches that lie ready.
AHEAD = 2


@dataclass(frozen=True)
class Assembled:
    """`signal`: float32 [B, C, T]. `labels`: uint8 [B, seconds]. `where`: of each window, recording
    and first sample."""

    signal: NDArray[np.float32]
    labels: NDArray[np.uint8]
    where: tuple[tuple[str, int], ...]


def assembled(
    sampler: Sampler, augment: Augment, number: int, rank: int = 0, world: int = 1
) -> Assembled:
    """Batch `number` of all that are drawn, of `world` processes the part of `rank`; the same
    whoever asks, and whenever."""
    drawn = sampler.batch(number, rank, world)
    first = number * sampler.batch_size + rank * len(drawn.labels)
    return Assembled(
        augmented(drawn.signal, augment, sampler.seed, first), drawn.labels, drawn.where
    )


class Batches:
    """Batches `first`, `first` + 1, … of one process, as tensors on `device`, assembled in a
    thread: reading lets the others compute. `waited`: seconds that were spent in `next()`."""

    def __init__(
        self, sampler: Sampler, augment: Augment, first: int, device: torch.device,
        rank: int = 0, world: int = 1,
    ) -> None:  # fmt: skip
        self.waited = 0.0
        self._make: Callable[[int], Assembled] = lambda number: assembled(
            sampler, augment, number, rank, world
        )
        self._device = device
        self._ready: queue.Queue[tuple[Tensor, Tensor] | BaseException] = queue.Queue(AHEAD)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, args=(first,), name="batches")
        self._thread.start()

    def __enter__(self) -> Batches:
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def next(self) -> tuple[Tensor, Tensor]:
        """(signal, labels). What went wrong while it was assembled is raised here."""
        begun = time.monotonic()
        found = self._ready.get()
        self.waited += time.monotonic() - begun
        if isinstance(found, OSError):
            raise as_problem(found, "The prepared recordings cannot be read") from found
        if isinstance(found, BaseException):
            raise found
        return found

    def _work(self, number: int) -> None:
        while not self._over.is_set():
            try:
                made: tuple[Tensor, Tensor] | BaseException = self._tensors(self._make(number))
            except BaseException as e:
                made = e
            self._put(made)
            if isinstance(made, BaseException):
                return
            number += 1

    def _put(self, made: tuple[Tensor, Tensor] | BaseException) -> None:
        while not self._over.is_set():
            try:
                self._ready.put(made, timeout=0.1)
                return
            except queue.Full:
                continue

    def _tensors(self, made: Assembled) -> tuple[Tensor, Tensor]:
        signal, labels = torch.from_numpy(made.signal), torch.from_numpy(made.labels)
        if self._device.type != "cuda":
            return signal, labels
        pinned = signal.pin_memory(), labels.pin_memory()
        return tuple(one.to(self._device, non_blocking=True) for one in pinned)  # type: ignore[return-value]
