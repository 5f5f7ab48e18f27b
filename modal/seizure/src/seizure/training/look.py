"""A look at dev: how the averaged weights fare on recordings that they did not learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from seizure.sampling.places import labels_of, marks_of
from seizure.scoring.curves import auroc
from seizure.store.joined import Joined
from seizure.store.recordings import Stored
from seizure.training.loss import losses_of, probabilities
from seizure.training.place import Place
from seizure.training.ranks import Ranks


@dataclass(frozen=True)
class Look:
    """`auroc`: of the pooled seconds, None where dev has no seizure. `loss`: their mean."""

    auroc: float | None
    loss: float


@dataclass(frozen=True)
class Piece:
    """A window of dev: `seconds` whole seconds of a recording from sample `start` on."""

    recording: Stored
    start: int
    seconds: int


def pieces_of(store: Joined, seconds: int) -> list[Piece]:
    """Every whole second of dev, once, in windows of `seconds`; a recording's last one may be
    shorter."""
    rate = store.settings.rate
    return [
        Piece(one, at * rate, min(seconds, one.samples // rate - at))
        for one in store.of("dev")
        for at in range(0, one.samples // rate, seconds)
    ]


class Dev:
    """`batch`: windows at once. Of several processes each looks at its share."""

    def __init__(self, store: Joined, seconds: int, batch: int) -> None:
        self._store, self._seconds = store, seconds
        pieces = pieces_of(store, seconds)
        self._batches = [pieces[i : i + batch] for i in range(0, len(pieces), batch)]
        rate = store.settings.rate
        self._marks = {one.id: marks_of(one, rate) for one in store.of("dev")}

    @torch.no_grad()
    def look(self, model: nn.Module, place: Place, ranks: Ranks) -> Look | None:
        """None where it was to stop before the end. Asks for no random numbers, and leaves the
        model as it was."""
        was_training = model.training
        model.eval()
        try:
            scores: list[np.ndarray] = []
            truth: list[np.ndarray] = []
            total = 0.0
            # Each process goes round as often, so that all hear of a stop in the same round.
            for first in range(0, len(self._batches), ranks.world):
                if ranks.stop_requested():
                    return None
                for pieces in self._batches[first + ranks.rank : first + ranks.rank + 1]:
                    total += self._score(model, place, pieces, scores, truth)
            return _pooled(ranks.gather((scores, truth, total)))
        finally:
            model.train(was_training)

    def _score(
        self, model: nn.Module, place: Place, pieces: Sequence[Piece],
        scores: list[np.ndarray], truth: list[np.ndarray],
    ) -> float:  # fmt: skip
        """The sum of the losses of all seconds of `pieces`."""
        rate, channels = self._store.settings.rate, self._store.settings.channels
        signal = np.zeros((len(pieces), channels, self._seconds * rate), np.float16)
        labels = np.zeros((len(pieces), self._seconds), np.uint8)
        for i, one in enumerate(pieces):
            samples = one.seconds * rate
            row = np.empty((channels, samples), np.float16)
            self._store.read(one.recording.id, one.start, row)
            signal[i, :, :samples] = row
            marks = self._marks[one.recording.id]
            labels[i, : one.seconds] = labels_of(marks, one.start, one.seconds, rate)
        hz = int(model.logits_hz)  # type: ignore[arg-type]
        with place.autocast():
            logits = model(torch.from_numpy(signal.astype(np.float32)).to(place.device))
        wanted = torch.from_numpy(labels).to(place.device)
        losses = losses_of(logits, wanted, hz).cpu().numpy()
        found = probabilities(logits, hz).cpu().numpy()
        for i, one in enumerate(pieces):
            scores.append(found[i, : one.seconds])
            truth.append(labels[i, : one.seconds])
        return sum(
            float(row[: one.seconds * hz].sum()) / hz
            for one, row in zip(pieces, losses, strict=True)
        )


def _pooled(shares: Sequence[tuple[list[np.ndarray], list[np.ndarray], float]]) -> Look:
    scores = np.concatenate([one for share in shares for one in share[0]])
    truth = np.concatenate([one for share in shares for one in share[1]]).astype(bool)
    loss = sum(share[2] for share in shares) / len(scores)
    return Look(auroc(scores, truth) if np.isfinite(loss) else None, loss)
