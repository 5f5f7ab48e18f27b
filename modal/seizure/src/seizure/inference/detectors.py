"""Checkpoints as detectors."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray

from seizure.checkpoints.card import Card
from seizure.checkpoints.chosen import Chosen
from seizure.checkpoints.folder import read_checkpoint
from seizure.detection.detector import Detector, Trained
from seizure.detection.signal import Signal
from seizure.inference.load import load
from seizure.inference.scoring import BATCH, probabilities
from seizure.model.own.faults import blamed
from seizure.scoring.postprocess import PostProcess


def trained(checkpoints: Sequence[Chosen], workers: int) -> tuple[Detector, ...]:
    """One of each, in their order, on a GPU where there is one. `workers`: batches that a processor
    computes at a time. Each has one thread: threads that share a batch wait for each other, on a
    busy machine for many times as long as they work, and how many there are changes last bits.
    Refused where one cannot be used."""
    torch.set_num_threads(1)
    gpu = torch.cuda.is_available()
    device = torch.device("cuda" if gpu else "cpu")
    return tuple(_detector(one, device, 1 if gpu else workers) for one in checkpoints)


def _detector(chosen: Chosen, device: torch.device, workers: int) -> Detector:
    checkpoint = read_checkpoint(chosen.folder)
    card = checkpoint.card
    model = load(checkpoint, chosen.source, device)
    # No more than it had in training: what fitted then fits.
    batch = min(BATCH, card.batch or BATCH)
    # Somebody's own may keep something from one call to the next.
    at_once = 1 if card.model.sha256 else workers

    def score(signal: Signal) -> NDArray[np.float32]:
        overlap = card.evaluation["overlap"]
        with blamed(chosen.source):
            return probabilities(
                model, signal, card.seconds, card.logits_hz, overlap, device, at_once, batch
            )

    return Detector(chosen.name, chosen.title, False, score, trained_of(chosen, card))


def trained_of(chosen: Chosen, card: Card) -> Trained:
    """What the detector brings from its training."""
    return Trained(
        card.seed,
        str(chosen.folder),
        tuple(one.name for one in card.data),
        card.threshold,
        events_of(card),
        _made_of(card),
    )


def events_of(card: Card) -> PostProcess:
    """How a checkpoint's scores become events: as its training's config says."""
    given = card.evaluation
    names = ("hysteresis", "merge_seconds", "min_seconds", "max_seconds")
    return PostProcess(**{name: given[name] for name in names})


def _made_of(card: Card) -> str:
    """What scores change with: weights and a person's own file among them, by their SHA-256."""
    model = [card.model.name, card.model.options, card.files]
    told = json.dumps([model, card.seconds, card.evaluation["overlap"]], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()
