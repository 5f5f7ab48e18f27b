"""What a training says of itself, as events and log lines."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobkit.events import Phase

from seizure.program import Events
from seizure.training import folders
from seizure.training.config import Training
from seizure.training.fitting.ran_out import gib, total
from seizure.training.look import Look
from seizure.training.pace import WARM_UP, Pace
from seizure.training.place import Place, memory_bytes
from seizure.training.saver import Saved
from seizure.training.state import State

#: Steps of a seed whose metrics are told, at most: a curve needs no more.
MOST_METRICS = 1000
#: The step of a process after which the log has its pace.
PACE_TOLD = 20


@dataclass(frozen=True)
class Turn:
    """Of a seed: so many seeds are before it, and so many after. `look`: of one look at dev,
    windows. `judging`: scoring all seeds in the end, in such looks."""

    before: int
    after: int
    look: float
    judging: float


class Teller:
    """Of one seed. `turn`: for progress over all seeds."""

    def __init__(
        self, events: Events, phase: Phase, seed: int, training: Training, turn: Turn
    ) -> None:
        self._events, self._phase, self._seed = events, phase, seed
        self._training, self._turn = training, turn
        self._every = max(1, math.ceil(training.steps / MOST_METRICS))
        self._stepped = 0

    def earlier(self, kind: str) -> list[dict[str, Any]]:
        """Events of this seed that earlier attempts told."""
        kept = self._events.earlier.kept
        return [e for e in kept if e["type"] == kind and e.get("seed") == self._seed]

    def say(self, text: str) -> None:
        self._events.log(f"seed {self._seed}: {text}")

    def warn(self, text: str) -> None:
        self._events.warn(f"seed {self._seed}: {text}")

    def emit(self, kind: str, **fields: Any) -> None:
        self._events.emit(kind, seed=self._seed, **fields)

    def model(self, **fields: Any) -> None:
        """What is trained, once; again where an attempt trains it with other means."""
        told = self.earlier("model")
        if not told or any(told[-1].get(name) != value for name, value in fields.items()):
            self.emit("model", **fields)

    def fits(self, most: int | None, place: Place) -> None:
        """After the tries before the first step. `most`: bytes that were held."""
        if most is not None:
            self.emit("memory", probe_bytes=most, total_bytes=total(place))
            self.say(f"two steps and a look at dev take {gib(most)} of {gib(total(place))} GiB")

    def stepped(
        self, state: State, pace: Pace, place: Place, loss: float, rate: float, norm: float
    ) -> None:
        """After each step; metrics of some of them, evenly."""
        step, steps = state.step, self._training.steps
        self._stepped += 1
        # The first speed is told at once: on a slow machine the next metrics are far.
        first = self._stepped == WARM_UP + 1
        if step % self._every == 0 or step == steps or first:
            values = {
                "loss": loss, "learning_rate": rate, "gradient_norm": norm,
                "windows_per_s": pace.windows_per_s, "data_share": pace.data_share,
                "memory_bytes": memory_bytes(place.device),
            }  # fmt: skip
            told = {name: value for name, value in values.items() if value is not None}
            self.emit("metric", step=step, values=told)
        if self._stepped == PACE_TOLD:
            self.say(pace.said())
        self.progress(state, pace)

    def progress(self, state: State, pace: Pace) -> None:
        """Over all seeds; one that ended early counts as whole once the next has begun."""
        steps, before, after = self._training.steps, self._turn.before, self._turn.after
        done, total = before * steps + state.step, (before + 1 + after) * steps
        looks = state.looks_left(self._training) + after * State().looks_left(self._training)
        left = total - done
        eta = pace.eta(left, looks, self._turn.look)
        whole = pace.eta(left, looks + self._turn.judging, self._turn.look)
        self._phase.progress(done, total, "steps", eta, f"seed {self._seed}", job_eta=whole)

    def looked(self, state: State, found: Look) -> None:
        """After each look at dev."""
        values = {
            "dev_auroc": found.auroc, "dev_loss": found.loss,
            "looks_without_gain": state.without_gain,
        }  # fmt: skip
        told = {name: value for name, value in values.items() if value is not None}
        self.emit("metric", step=state.step, values=told)
        area = "" if found.auroc is None else f"AUROC {found.auroc:.3f}, "
        best = ", the best so far" if state.best_step == state.step else ""
        self.say(f"step {state.step}: dev {area}loss {found.loss:.4f}{best}")

    def saved(self, every: list[Saved]) -> None:
        """Checkpoints that were written."""
        folder = folders.seed_folder(Path(), self._seed)
        for one in every:
            file = folders.step_folder(folder, one.step).as_posix()
            self.emit("checkpoint", step=one.step, file=file, best=one.best, bytes=one.bytes)
