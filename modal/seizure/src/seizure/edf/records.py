"""Data records of an EDF file, read from front to end in a bounded buffer.

By plain reads, no memory map: a file that shrinks while it is mapped kills the process, and mapped
pages count as its memory."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import numpy as np
from jobkit.files import as_problem

from seizure.edf.header import LONGEST_RECORD, Header
from seizure.notices import refused


def digital(
    header: Header, groups: Sequence[Sequence[int]], seconds: float
) -> Iterator[list[np.ndarray]]:
    """`groups`: signals, by their place in the header, that have as many samples in a record as the
    others of their group.

    Yields for each group int16 [signals, samples] of the same stretch of time, of about `seconds`,
    to the last complete record.

    Errors: Refused where the file is no longer as the header was read; Problem where the file
    system does not give it."""
    fewest = min(header.signals[group[0]].samples for group in groups)
    pieces = max(1, min(round(header.record_seconds / seconds), fewest))
    for raw in _raw(header, seconds):
        for piece in range(pieces):
            yield [_taken(header, raw, group, piece, pieces) for group in groups]


def _raw(header: Header, seconds: float) -> Iterator[np.ndarray]:
    """Whole records, int16 [records, samples of all signals]; the next one overwrites it."""
    size = 2 * header.record_samples
    at_once = max(1, min(round(seconds / header.record_seconds), LONGEST_RECORD // size))
    buffer = bytearray(size * min(at_once, header.records))
    try:
        with open(header.path, "rb", buffering=0) as f:
            _check(header, f.fileno())
            f.seek(header.header_bytes)
            for first in range(0, header.records, at_once):
                count = min(at_once, header.records - first)
                view = memoryview(buffer)[: count * size]
                filled = 0
                while filled < len(view) and (got := f.readinto(view[filled:])):
                    filled += got
                _check(header, f.fileno())
                if filled < len(view):
                    raise refused(header.path, 0, f"it ends within record {first + filled // size}")
                yield np.frombuffer(view, dtype="<i2").reshape(count, -1)
    except OSError as e:
        raise as_problem(e, f"{header.path} cannot be read") from e


def _check(header: Header, descriptor: int) -> None:
    found = os.fstat(descriptor)
    if (found.st_size, found.st_mtime_ns) != (header.bytes, header.mtime_ns):
        why = "it changed while it was read: wait until it is complete, then try again"
        raise refused(header.path, 0, why)


def _taken(
    header: Header, raw: np.ndarray, group: Sequence[int], piece: int, pieces: int
) -> np.ndarray:
    samples = header.signals[group[0]].samples
    start, end = samples * piece // pieces, samples * (piece + 1) // pieces
    taken = np.empty((len(group), len(raw), end - start), dtype=np.int16)
    for row, signal in zip(taken, group, strict=True):
        offset = header.signals[signal].offset
        row[:] = raw[:, offset + start : offset + end]
    return taken.reshape(len(group), -1)
