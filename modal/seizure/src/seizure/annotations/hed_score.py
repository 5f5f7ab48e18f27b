"""`*_events.tsv` of BIDS in the form of HED-SCORE, as SzCORE has it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seizure.annotations.kinds import kind_of
from seizure.annotations.rows import Row
from seizure.annotations.text import cite, number, read_lines, read_table
from seizure.notices import refused

NEEDED = ("onset", "duration", "eventType")
ALSO = ("confidence", "recordingDuration")
NOT_KNOWN = ("n/a", "")


@dataclass(frozen=True)
class Events:
    """`seconds`: recordingDuration of the first row that has one, None where none does."""

    rows: tuple[Row, ...]
    seconds: float | None


def read(path: Path) -> Events:
    """All rows, background too, as they stand. Refused by file and line."""
    table = read_table(path, read_lines(path), "\t", NEEDED, ALSO)
    rows: list[Row] = []
    seconds: float | None = None
    for line, (onset, duration, label, confidence, whole) in table.rows:
        start = number(onset or "", path, line, "onset")
        length = number(duration or "", path, line, "duration")
        kind = kind_of(label or "")
        if kind is None:
            hint = "HED-SCORE has bckg, sz, sz-foc, sz-foc-ia, sz-gen, …"
            raise refused(path, line, f"eventType {cite(label or '')} is not known", hint)
        if confidence not in (None, *NOT_KNOWN):
            check_confidence(confidence or "", path, line)
        if whole not in (None, *NOT_KNOWN):
            said = number(whole or "", path, line, "recordingDuration")
            if said <= 0:
                raise refused(path, line, f"recordingDuration is {cite(whole or '')}")
            seconds = said if seconds is None else seconds
        rows.append(Row(start, start + length, kind, line))
    return Events(tuple(rows), seconds)


def check_confidence(text: str, path: Path, line: int) -> None:
    """A confidence lies between 0 and 1; nothing else is done with it."""
    if not 0 <= number(text, path, line, "confidence") <= 1:
        raise refused(path, line, f"confidence is {cite(text)}, not between 0 and 1")
