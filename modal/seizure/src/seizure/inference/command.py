"""`predict`: recordings in, an event table of each out; one that cannot be used stops no other."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jobkit.errors import Problem, Refused
from jobkit.events import Events, Phase
from jobkit.files import as_problem, made

from seizure.checkpoints import no_threshold
from seizure.checkpoints.card import Card
from seizure.checkpoints.chosen import Chosen
from seizure.checkpoints.folder import read_card
from seizure.edf.header import read_header
from seizure.inference.detectors import trained
from seizure.inference.inputs import Input, inputs
from seizure.inference.predict import Failed, Predicted, predict_all
from seizure.scoring import tsv

_WORK = ".predicting-"


def run(
    checkpoint: Path, source: Path | None, threshold: float | None, given: Sequence[Path],
    out: Path, workers: int, events: Events,
) -> list[dict[str, Any]]:  # fmt: skip
    """Of each recording `edf` and what became of it: `tsv`, `events` ([start, end] in seconds),
    `seconds`, `told`; or `error`, and `taken` where its table was there already. `threshold`: in
    place of the checkpoint's.

    Refused where nothing could be done at all. A table that is there already is not written over:
    that is its recording's error."""
    found = inputs(given)
    chosen = Chosen("checkpoint", "checkpoint", checkpoint.absolute(), source)
    card = read_card(checkpoint)
    at = threshold_of(card, checkpoint, threshold)
    told: dict[int, dict[str, Any]] = {}

    def tell(index: int, what: dict[str, Any]) -> None:
        told[index] = {"edf": str(found[index].edf), **what}
        events.log(line(told[index]))

    for index, one in enumerate(found):
        if (out / one.tsv).exists():
            why = f"{out / one.tsv} is there already, and is not written over"
            tell(index, {"error": why, "taken": True})
    left = [index for index in range(len(found)) if index not in told]
    each(
        chosen, card, at, [found[index] for index in left], out, workers, events,
        lambda index, what: tell(left[index], what),
    )  # fmt: skip
    return [told[index] for index in range(len(found))]


def each(
    chosen: Chosen, card: Card, threshold: float, found: Sequence[Input], out: Path, workers: int,
    events: Events, tell: Callable[[int, dict[str, Any]], None],
    far: bool = False, last: bool = False,
) -> None:  # fmt: skip
    """`tell(index, …)` what became of each, in the order in which they are ready. `card`: of the
    checkpoint. `far`: see `predict_all`. `last`: nothing comes after it in the job."""
    (detector,) = trained([chosen], workers)
    with made(out), Phase(events, "predict", last=last) as phase, _workplace(out) as work:
        edfs = [one.edf for one in found]
        progress = _Progress(phase, [_seconds(edf) for edf in edfs])

        def done(index: int, what: Predicted | Failed) -> None:
            progress.done(index)
            tell(index, _written(out / found[index].tsv, what))

        predict_all(edfs, detector, card.settings, threshold, work, workers, progress.at, done, far)


def require_all(told: Sequence[dict[str, Any]]) -> None:
    """Problem where some were not predicted, with each and why."""
    failed = [one for one in told if "error" in one]
    if failed:
        which = "; ".join(f"{one['edf']}: {one['error']}" for one in failed)
        raise Problem(f"{len(failed)} of {len(told)} recordings were not predicted", which)


def line(one: dict[str, Any]) -> str:
    """What became of a recording, for a person."""
    if "error" in one:
        return f"{one['edf']}: not predicted: {one['error']}"
    count = len(one["events"])
    what = "no seizure" if count == 0 else "1 seizure" if count == 1 else f"{count} seizures"
    told = "".join(f"; {text}" for text in one["told"])
    return f"{one['edf']}: {what} in {one['seconds']:,.0f} s{told}"


def threshold_of(card: Card, checkpoint: Path, given: float | None) -> float:
    """`given`, or the checkpoint's; Refused where there is neither."""
    if given is not None:
        return given
    if card.threshold is None:
        raise Refused(
            f"{checkpoint} has no threshold", no_threshold.why_none(checkpoint, card),
            "--threshold 0.5",
        )  # fmt: skip
    return card.threshold


def _written(target: Path, what: Predicted | Failed) -> dict[str, Any]:
    """The table appears whole, or is that recording's error."""
    if isinstance(what, Failed):
        return {"error": what.why}
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        tsv.write(beside, list(what.events), what.seconds, what.start)
        os.replace(beside, target)
    except OSError as e:
        return {"error": as_problem(e, "it cannot be written", target.parent).why}
    pairs = [[event.start, event.end] for event in what.events]
    return {
        "tsv": str(target), "events": pairs, "seconds": what.seconds, "told": list(what.told),
    }  # fmt: skip


def _seconds(edf: Path) -> float:
    """0 where the file cannot be read: that is told when it is its turn."""
    try:
        return read_header(edf).seconds
    except (Problem, OSError):
        return 0.0


class _Progress:
    """Hours of recording. Preparing is taken for half of the work, scoring for the other."""

    def __init__(self, phase: Phase, seconds: list[float]) -> None:
        self._phase = phase
        self._seconds = seconds
        self._done = [0.0] * len(seconds)
        self._begun = time.monotonic()

    def at(self, index: int, seconds: float) -> None:
        self._done[index] = seconds / 2
        self._tell()

    def done(self, index: int) -> None:
        self._done[index] = self._seconds[index]
        self._tell()

    def _tell(self) -> None:
        done, total = sum(self._done), sum(self._seconds)
        taken = time.monotonic() - self._begun
        eta = taken / done * (total - done) if done else None
        self._phase.progress(round(done / 3600, 4), round(total / 3600, 4), "hours", eta)


@contextmanager
def _workplace(out: Path) -> Iterator[Path]:
    """A folder for a signal while it is scored, gone afterwards; those of killed processes go as
    well."""
    for left in out.glob(f"{_WORK}*"):
        pid = left.name.removeprefix(_WORK)
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(left, ignore_errors=True)
    work = out / f"{_WORK}{os.getpid()}"
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
