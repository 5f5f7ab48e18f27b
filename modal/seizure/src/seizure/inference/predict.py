"""Recordings without labels: prepared as the model's training data were, scored, turned into
events."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from jobkit.errors import Problem, Refused
from jobkit.files import as_problem

from seizure.detection.detector import Detector
from seizure.detection.signal import Signal
from seizure.edf.channels import quoted
from seizure.edf.header import Header, read_header
from seizure.edf.montage import montages_of, plan
from seizure.edf.names import read_label
from seizure.evaluation.judge import of_seconds
from seizure.notices import refused
from seizure.recording import Entry, Seizure
from seizure.scoring.postprocess import events_of
from seizure.store.chain.resample import WIDEST
from seizure.store.layout import Layout
from seizure.store.record import Task, prepare_recording
from seizure.store.recordings import Stored
from seizure.store.settings import Settings
from seizure.store.workers import share_out

#: Signals of a file that is no EEG, named.
_NAMED = 6
#: Notices of a single recording that may change what is found in it.
_SAYS = {
    "truncated": "it ends before its header says: read to the last complete record",
    "no-record-count": "its header does not say how long it is: read as far as it goes",
    "references": "electrodes of several references: only those of the commonest are used",
    "rates": "channels of several rates: brought to the highest",
    "copies": "channels that are there several times, all equal",
    "no-unit": "channels without a unit: taken as microvolts",
    "unit": "channels in a unit that is no voltage: taken as missing",
    "no-scale": "channels without a usable scale: taken as missing",
    "odd-rate": "channels at a rate that is no EEG's: taken as missing",
}


@dataclass(frozen=True)
class Predicted:
    """`seconds`: of the recording; `start`: when it began, where its header says. `told`: what was
    odd and how it was dealt with, in words."""

    seconds: float
    start: datetime | None
    events: tuple[Seizure, ...]
    told: tuple[str, ...]


@dataclass(frozen=True)
class Failed:
    """Why a recording cannot be predicted."""

    why: str


def predict_all(
    edfs: Sequence[Path], detector: Detector, settings: Settings, threshold: float, work: Path,
    workers: int, told: Callable[[int, float], None],
    done: Callable[[int, Predicted | Failed], None], far: bool = False,
) -> None:  # fmt: skip
    """Of each file what an evaluation would find in it, to the last bit, or why nothing can be
    told: `done(index, …)`, in the order in which they are ready. `workers` processes prepare
    signals in the folder `work`, where each lies until it is scored; `told(index, seconds)` says
    how far one is. `far`: the files lie on a volume, where one that is open holds others up: each
    is copied for as long as it is read."""
    layout = Layout(work)
    layout.make()

    def scored(ready: _Ready) -> Predicted:
        signal = layout.signal(ready.stored.id)
        shape = (settings.channels, ready.stored.samples)
        samples = np.memmap(signal, "<f2", "r", shape=shape)
        scale = np.asarray(ready.stored.scale, np.float32)
        scores = of_seconds(detector.score(Signal(samples, settings.rate, scale)), ready.stored)
        signal.unlink()
        found = events_of(scores, 1.0, threshold, detector.events)
        return Predicted(ready.stored.seconds, ready.start, tuple(found), ready.told)

    tasks = [_ToPrepare(edf, work, f"{i:07}", settings, far) for i, edf in enumerate(edfs)]
    share_out(
        tasks, _prepared, workers, told,
        lambda i, ready: done(i, ready if isinstance(ready, Failed) else scored(ready)),
    )  # fmt: skip


@dataclass(frozen=True)
class _ToPrepare:
    edf: Path
    work: Path
    id: str
    settings: Settings
    far: bool = False


@dataclass(frozen=True)
class _Ready:
    stored: Stored
    start: datetime | None
    told: tuple[str, ...]


def _prepared(one: _ToPrepare, tell: Callable[[float], None]) -> _Ready | Failed:
    """Done in a worker."""
    edf = one.work / f".{one.id}.edf" if one.far else one.edf
    try:
        if one.far:
            shutil.copyfile(one.edf, edf)
        header = read_header(edf)
        entry = _entry(header, one.id, one.settings)
        stored = prepare_recording(Task(one.work, None, entry, one.settings), tell)
        return _Ready(stored, header.start, _told(header, stored, one.settings))
    except Problem as e:
        return Failed((f"{e.why} ({e.hint})" if e.hint else e.why).replace(str(edf), str(one.edf)))
    except OSError as e:
        if not one.far:
            raise
        return Failed(as_problem(e, "it cannot be copied", one.work).why)
    finally:
        if one.far:
            edf.unlink(missing_ok=True)


def _told(header: Header, stored: Stored, settings: Settings) -> tuple[str, ...]:
    told = [f"{_listed(stored.interpolated)} interpolated"] if stored.interpolated else []
    told += [f"{_listed(stored.masked)} flat or clipped: masked"] if stored.masked else []
    if stored.rate != settings.rate:
        told.append(f"{stored.rate:g} Hz, resampled to {settings.rate}")
    if stored.rate * WIDEST < settings.high:
        highest = f"{stored.rate * WIDEST:g} Hz"
        told.append(
            f"sampled too slowly for {settings.high:g} Hz: nothing above {highest} is in it"
        )
    notices = [*header.notices, *plan(header, settings.montage).notices]
    return (*told, *(_SAYS[one.kind] for one in notices if one.kind in _SAYS))


def _entry(header: Header, id: str, settings: Settings) -> Entry:
    """Refused where it is no EEG, or not of a montage that the model knows."""
    try:
        planned = plan(header, settings.montage)
    except Refused as e:
        raise _no_montage(header, settings.montage, e) from e
    return Entry(
        id=id, patient="", split="test", edf=header.path, seconds=header.seconds,
        rate=planned.rate, montages=(settings.montage,), seizures=(), missing=planned.missing,
        bytes=header.bytes, mtime_ns=header.mtime_ns,
    )  # fmt: skip


def _no_montage(header: Header, wanted: str, error: Refused) -> Refused:
    """Why a file cannot be made into what the model needs, by what is in it."""
    if wanted == "referential" and "bipolar" in montages_of(header):
        return refused(
            header.path, 0,
            "it was recorded as pairs of electrodes (bipolar), of which the 19 electrodes that "
            "this model needs cannot be made",
            "use a checkpoint that was trained on the bipolar montage",
        )  # fmt: skip
    labels = [one.label for one in header.signals]
    if not any(read_label(one) for one in labels):
        more = f" and {len(labels) - _NAMED} more" if len(labels) > _NAMED else ""
        shown = ", ".join(quoted(one.strip()) for one in labels[:_NAMED])
        why = f"no signal of it is EEG of the 10-20 system; there are {shown}{more}"
        return refused(header.path, 0, why)
    return error


def _listed(names: tuple[str, ...]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names)
