"""One recording: from its EDF file to its signal and, last, its JSON."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jobkit.errors import Problem, Refused
from jobkit.files import as_problem, room, sha256

from seizure.corpora.inventory.reading import content_of
from seizure.edf.header import Header, read_header
from seizure.edf.montage import plan
from seizure.edf.signals import Facts, examine, read_blocks, samples_of
from seizure.notices import refused
from seizure.recording import Entry
from seizure.store import recordings
from seizure.store.chain.bandpass import band
from seizure.store.chain.resample import Resampler, resampled_length
from seizure.store.chain.scale import Middles, scaled
from seizure.store.layout import Layout
from seizure.store.recordings import Stored
from seizure.store.settings import Settings

#: Of an EDF file, read at a time.
BLOCK_SECONDS = 10.0
#: Bytes that stand on the disk beside a signal while it is made, for each of its own: the filtered
#: float32.
WHILE_MADE = 2


@dataclass(frozen=True)
class Task:
    """`dataset`: None where a recording is of none; then no command is told that mends it. `far`:
    its file lies on a volume or in a bucket, where reading twice costs twice and a file that is
    open holds others up: it is copied for as long as it is worked on."""

    store: Path
    dataset: str | None
    entry: Entry
    settings: Settings
    far: bool = False


def prepare_recording(task: Task, tell: Callable[[float], None]) -> Stored:
    """Reads the file block by block, twice: for flat and clipped channels, then for the signal.
    `tell(seconds of the recording so far)`.

    µV are resampled, filtered and written beside as float32, while a sample of them is kept for the
    scales; then they are read back, scaled and written as float16. The signal's file is on the disk
    under its name before the JSON is.

    Errors: Refused where the file is not the one that the inventory saw or cannot be read; Problem
    where the disk is full."""
    entry, layout = task.entry, Layout(task.store)
    signal = layout.signal(entry.id)
    filtered = signal.with_name(f".{signal.name}.{os.getpid()}.filtered")
    made = signal.with_name(f".{signal.name}.{os.getpid()}")
    copy = signal.with_name(f".{entry.id}.{os.getpid()}.edf")
    try:
        if task.far:
            _copy(task, copy)
        header = _unchanged(task, copy if task.far else entry.edf)
        samples, scales, facts = _filter(task, header, filtered, tell)
        _scale(filtered, made, samples, scales, task.settings)
        os.replace(made, signal)
        found = recordings.stored(
            entry, samples, tuple(facts.masked), tuple(facts.interpolated),
            *(tuple(round(float(x), 6) for x in one) for one in scales), sha256(signal),
        )  # fmt: skip
        recordings.write(layout.recording(entry.id), found)
        return found
    except Refused as e:
        if task.dataset is None:
            raise
        again = f"or keep it out of that folder, then: {_sync(task)}"
        what, why = (text.replace(str(copy), str(entry.edf)) for text in (e.what, e.why))
        raise Refused(what, why, e.hint or f"correct it, {again}") from e
    except OSError as e:
        raise _told(e, task) from e
    finally:
        for left in (filtered, made, copy):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)


def _sync(task: Task) -> str:
    return f"ann-tui sync {task.dataset}{' --target modal' if task.far else ''}"


def _hint(task: Task) -> str | None:
    return f"take its inventory again: {_sync(task)}" if task.dataset else None


def _copy(task: Task, to: Path) -> None:
    """The recording's file onto this disk. Refused where it is not there."""
    try:
        shutil.copyfile(task.entry.edf, to)
    except FileNotFoundError:
        raise refused(task.entry.edf, 0, "it is not there any more", _hint(task)) from None


def _unchanged(task: Task, edf: Path) -> Header:
    """The header of the file that the inventory saw, or Refused. `edf`: where it is read. Who reads
    on refuses a file that changes after that."""
    entry = task.entry
    if not edf.exists():
        raise refused(entry.edf, 0, "it is not there any more", _hint(task))
    header = read_header(edf)
    same = header.bytes == entry.bytes and (
        content_of(edf, header.header_bytes) == entry.more.get("content", "")
        if entry.mtime_ns is None
        else header.mtime_ns == entry.mtime_ns
    )
    if not same:
        how = "it was written to"
        if header.bytes != entry.bytes:
            how = f"it had {entry.bytes} bytes and has {header.bytes}"
        why = f"it has changed since the inventory was taken: {how}"
        raise refused(entry.edf, 0, why, _hint(task))
    return header


def _filter(
    task: Task, header: Header, to: Path, tell: Callable[[float], None]
) -> tuple[int, tuple[np.ndarray, np.ndarray], Facts]:
    """Writes the filtered recording: blocks of float32 [n, C] µV, one after the other. (samples,
    (centre, scale), facts)."""
    settings = task.settings
    made = plan(header, settings.montage)
    facts = examine(header, made)
    resampler = Resampler(made.rate, settings.rate, settings.high)
    total = resampled_length(samples_of(header, made), made.rate, settings.rate)
    middles = Middles(settings.channels, total)
    raw = _watched(read_blocks(header, made, BLOCK_SECONDS, facts), made.rate, tell)
    samples = 0
    with open(to, "wb", buffering=0) as f:
        for block in band(resampler.apply(raw), settings):
            samples += block.shape[1]
            if samples > total or not np.isfinite(block).all():
                break
            middles.see(block)
            _write(f.fileno(), block.T.astype("<f4", order="C"))
    if samples != total or not samples:
        raise Problem(
            f"{task.entry.edf} cannot be prepared", f"{samples} of {total} samples came of it"
        )
    return samples, middles.scales(), facts


def _watched(
    blocks: Iterable[np.ndarray], rate: float, tell: Callable[[float], None]
) -> Iterator[np.ndarray]:
    seen = 0
    for block in blocks:
        yield block
        seen += block.shape[1]
        tell(seen / rate)


def _scale(
    filtered: Path,
    to: Path,
    samples: int,
    scales: tuple[np.ndarray, np.ndarray],
    settings: Settings,
) -> None:
    """float16 [C, samples], a channel after the other."""
    channels, piece = settings.channels, 1 << 14
    with open(filtered, "rb", buffering=0) as source, open(to, "wb", buffering=0) as f:
        os.truncate(f.fileno(), channels * samples * 2)
        for start in range(0, samples, piece):
            count = min(piece, samples - start)
            block = np.fromfile(source, "<f4", count * channels).reshape(count, channels).T
            units = scaled(block, *scales, settings.clip)
            for channel in range(channels):
                _write(f.fileno(), units[channel], (channel * samples + start) * 2)
        os.fsync(f.fileno())


def _write(fd: int, data: np.ndarray, at: int | None = None) -> None:
    rest = memoryview(np.ascontiguousarray(data)).cast("B")
    while rest:
        count = os.write(fd, rest) if at is None else os.pwrite(fd, rest, at)
        rest = rest[count:]
        at = None if at is None else at + count


def _told_beside(told: Problem, task: Task) -> Problem:
    """Of a signal that lies for a while in a folder of the person's choice: what other commands
    might free is on another disk."""
    said = told.why.partition(":")[0]
    if not said.startswith("the disk"):
        return told
    place = task.store.parent
    why = f"{said}: its signal has to lie in {place} for a while, where {room(place)} are free"
    return Problem(told.what, why, "free some space there, or choose another folder with --out")


def _told(error: OSError, task: Task) -> Problem:
    of = f" of {task.dataset}" if task.dataset else ""
    told = as_problem(error, f"Preparing {task.entry.id}{of} failed", task.store)
    if task.dataset is None:
        return _told_beside(told, task)
    hint = "finished recordings are kept; free some space (ann-tui runs prune, ann-tui datasets rm)"
    hint += ", then prepare again"
    return Problem(told.what, told.why, hint if told.why.startswith("the disk") else told.hint)
