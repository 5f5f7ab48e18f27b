"""What an EDF file says of itself, read from its first bytes alone."""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from jobkit.files import as_problem

from seizure.edf.calibration import Signal, read_signals
from seizure.edf.fields import PART, Fields
from seizure.edf.repair import start_of
from seizure.notices import Notice, refused

#: Bytes of one data record, at most: a record is read whole. EDF itself recommends 61,440; some
#: programs write minutes into one.
LONGEST_RECORD = 1 << 26
#: Seconds within which a file that is too short may still be on its way.
RECENT = 60.0
#: First bytes of what is often met under the name of an EDF file, and what to do about it.
_NOT_EDF = {
    b"\x1f\x8b": "it is packed with gzip: unpack it",
    b"version ": "only a Git LFS pointer lies here: fetch the content with git lfs pull",
    b"/annex/o": "only a git-annex pointer lies here: fetch the content with git annex get",
    b"\xffBIOSEM": "it is BDF: convert it to EDF",
}


@dataclass(frozen=True)
class Header:
    """`kind`: "edf" or "edf+c". `records`: complete data records that are read: those that the
    header claims, or the fewer that are there. `seconds`: their length. `claimed`: as the header
    says, -1 where it does not know. `bytes`, `mtime_ns`: of the file."""

    path: Path
    kind: str
    start: datetime | None
    records: int
    record_seconds: float
    seconds: float
    claimed: int
    signals: tuple[Signal, ...]
    bytes: int
    mtime_ns: int
    notices: tuple[Notice, ...] = field(default=(), compare=False)

    @property
    def header_bytes(self) -> int:
        return PART * (len(self.signals) + 1)

    @property
    def record_samples(self) -> int:
        """Of all signals, in one data record; each has two bytes."""
        return sum(one.samples for one in self.signals)


def read_header(path: Path) -> Header:
    """Reads 256 bytes, and 256 for each signal, whatever the size of the file.

    Errors: Refused, with file and byte, where it is no EDF or EDF+C, contradicts itself or is still
    being written; Problem where the file system does not give it."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise refused(path, 0, "it is no file")
        with open(path, "rb") as f:
            found = os.fstat(f.fileno())
            fields = Fields(path, f.read(PART))
            _check_magic(fields)
            count = fields.whole("number of signals")
            size = PART * (count + 1)
            if count < 1 or size > found.st_size:
                why = f"{count} would need {size} bytes of header, the file has {found.st_size}"
                raise fields.refuse("number of signals", None, why)
            if fields.whole("bytes in the header") != size:
                why = f"{fields.whole('bytes in the header')}, but {count} signals need {size}"
                raise fields.refuse("bytes in the header", None, why)
            fields.data += f.read(size - PART)
            fields.signals = count
    except FileNotFoundError as e:
        if path.is_symlink():
            raise refused(path, 0, "it is a link whose content is not here") from e
        raise as_problem(e, f"{path} cannot be read") from e
    except OSError as e:
        raise as_problem(e, f"{path} cannot be read") from e
    if len(fields.data) < size:
        raise refused(path, 0, f"it ends within its header, after {len(fields.data)} bytes")
    return _header(fields, found)


def _check_magic(fields: Fields) -> None:
    start = fields.data[:8]
    for magic, why in _NOT_EDF.items():
        if start.startswith(magic):
            raise refused(fields.path, 0, why)
    if len(fields.data) < PART:
        raise refused(fields.path, 0, f"{len(fields.data)} bytes are no EDF header")
    if fields.text("version") != "0":
        raise fields.refuse("version", None, "it is no EDF file, for that begins with 0")


def _header(fields: Fields, found: os.stat_result) -> Header:
    reserved = fields.text("reserved")
    if reserved.startswith("EDF+D"):
        why = "EDF+D, a recording with gaps, is not read"
        raise fields.refuse("reserved", None, f"{why}: convert it to EDF+C, one file for each part")
    seconds = fields.number("duration of a data record")
    if seconds == 0:
        why = "0 seconds: the file has annotations alone, no signals"
        raise fields.refuse("duration of a data record", None, why)
    if not 1e-3 <= seconds <= 86_400:
        why = f"{seconds:g} seconds; from 0.001 to 86,400 can be"
        raise fields.refuse("duration of a data record", None, why)
    signals = read_signals(fields, seconds)
    claimed = fields.whole("number of data records")
    record = 2 * sum(one.samples for one in signals)
    if not 0 < record <= LONGEST_RECORD:
        why = f"all together {record} bytes; from 2 to {LONGEST_RECORD} can be"
        raise fields.refuse("samples in a data record", 0, why)
    records = _records(fields, claimed, record, found)
    return Header(
        path=fields.path,
        kind="edf+c" if reserved.startswith("EDF+C") else "edf",
        start=start_of(fields),
        records=records,
        record_seconds=seconds,
        seconds=records * seconds,
        claimed=claimed,
        signals=signals,
        bytes=found.st_size,
        mtime_ns=found.st_mtime_ns,
        notices=tuple(fields.notices.values()),
    )


def _records(fields: Fields, claimed: int, record: int, found: os.stat_result) -> int:
    """How many complete data records there are to be read."""
    name = "number of data records"
    there, rest = divmod(found.st_size - len(fields.data), record)
    if claimed < -1 or claimed == 0:
        raise fields.refuse(name, None, f"{claimed} records cannot be")
    if claimed == -1 or there < claimed:
        if abs(time.time() - found.st_mtime) < RECENT:
            why = f"{claimed}, but {there} are there and the file was written a moment ago: "
            raise fields.refuse(name, None, why + "wait until it is complete, then try again")
        if there == 0:
            raise fields.refuse(name, None, f"{claimed}, but not one complete record is there")
        if claimed == -1:
            fields.notice("no-record-count", "do not say how long they are: read as far as they go")
        else:
            how = f"the first after {there} of {claimed} records"
            says = f"end before their header says, {how}: read to the last complete record"
            fields.notice("truncated", says)
        return there
    if there > claimed or rest:
        fields.notice("surplus", "have bytes after their last data record: not read")
    return claimed
