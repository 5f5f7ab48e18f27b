"""Event tables (HED-SCORE TSV) as the leaderboard's reader understands them; what would make it
stop is refused by file and line.

epilepsy2bids 0.0.7 takes columns by name, the recording's length from the first row, and knows a
prediction without a row as no output."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from seizure.annotations.kinds import BACKGROUND, kind_of
from seizure.annotations.rows import END_SLACK, LONGEST_SECONDS
from seizure.annotations.text import cite, number, read_lines, read_table
from seizure.notices import Notice, refused
from seizure.recording import Seizure

COLUMNS = (
    "onset", "duration", "eventType", "confidence", "channels", "dateTime", "recordingDuration",
)  # fmt: skip
_NEEDED = ("onset", "duration", "eventType", "recordingDuration")
#: Seconds that no recording has (over a hundred days): a number that went wrong.
_LONGEST = 1e7


@dataclass(frozen=True)
class Events:
    """`seconds`: the recording's, None where the table has no row."""

    seconds: float | None
    seizures: tuple[Seizure, ...]
    notices: tuple[Notice, ...]


def read(path: Path, truth: bool) -> Events:
    """Refused (exit 2) with file and line; a truth is taken more strictly than a prediction: it
    must have a row, and its seizures must last and lie in the recording (`END_SLACK` is left for
    rounding). Background rows mark nothing, and their times are not looked at."""
    table = read_table(path, read_lines(path), "\t", _NEEDED)
    seconds: float | None = None
    seizures: list[Seizure] = []
    notices: list[Notice] = []
    for line, cells in table.rows:
        onset, duration, label, whole = (cell or "" for cell in cells)
        length = number(whole, path, line, "recordingDuration")
        if not 0 < length <= _LONGEST:
            raise refused(path, line, f"recordingDuration {length:g} is no recording's length")
        if seconds is None:
            seconds = length
        elif length != seconds:
            notices.append(_notice("length-changes", path, line))
        kind = kind_of(label)
        if kind is None:
            hint = "HED-SCORE has bckg, sz, sz_foc, sz_foc_ia, sz_gen, …"
            raise refused(path, line, f"eventType {cite(label)} is not known", hint)
        if kind == BACKGROUND:
            continue
        start = number(onset, path, line, "onset")
        end = start + number(duration, path, line, "duration")
        _check(path, line, (start, end), seconds, truth)
        if "-" in label:
            notices.append(_notice("hyphens", path, line))
        if end > seconds:
            notices.append(_notice("beyond-end", path, line))
        if truth and end - start > LONGEST_SECONDS:
            notices.append(_notice("long", path, line))
        if end > start:
            seizures.append(Seizure(start, end, kind))
        else:
            notices.append(_notice("no-duration", path, line))
    if seconds is None and truth:
        why = "it has no row, and so no length of the recording"
        hint = "where nothing was found write one row of bckg over the whole recording"
        raise refused(path, 0, why, hint)
    return Events(seconds, tuple(sorted(seizures)), tuple(notices))


_SAYS = {
    "length-changes": "say another recordingDuration in a later row: the first is taken",
    "hyphens": "spell a seizure's type with hyphens: the leaderboard takes underscores only",
    "no-duration": "predict an event that lasts no time: it marks nothing",
    "beyond-end": "have an event that goes beyond the recording's end: cut there",
    "long": "have a seizure longer than 30 minutes: check that it is meant",
}


def _notice(kind: str, path: Path, line: int) -> Notice:
    return Notice(kind, _SAYS[kind], str(path), line)


def _check(path: Path, line: int, span: tuple[float, float], seconds: float, truth: bool) -> None:
    start, end = span
    if start < 0:
        raise refused(path, line, f"the event begins at {start:g} s, before the recording")
    if end < start or (truth and end == start):
        raise refused(path, line, f"the event begins at {start:g} s and ends at {end:g} s")
    if truth and (end > seconds + END_SLACK or start >= seconds):
        why = f"the seizure ends at {end:g} s, but the recording has {seconds:g} s"
        raise refused(path, line, why, "is it the table of this recording? If so, correct it")


def write(path: Path, events: list[Seizure], seconds: float, start: datetime | None = None) -> None:
    """Writes a prediction that the leaderboard's reader takes: every event as "sz", one row of
    background where there is none. Times have three decimals; the length is rounded down, so that
    its whole seconds stay what they are."""
    length = math.floor(seconds * 1000 + 1e-6) / 1000
    when = start.strftime("%Y-%m-%d %H:%M:%S") if start else "n/a"
    rows = [(e.start, e.seconds, "sz") for e in sorted(events)] or [(0.0, length, "bckg")]
    lines = [
        f"{onset:.3f}\t{duration:.3f}\t{kind}\tn/a\tn/a\t{when}\t{length:.3f}"
        for onset, duration, kind in rows
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(["\t".join(COLUMNS), *lines, ""]), encoding="utf-8")
