"""Text files of annotations: lines with their numbers, fields and numbers that can be trusted."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

from jobkit.files import as_problem

from seizure.notices import refused

#: A day of annotations at one row a second on 22 channels is 80 MB; no corpus comes near.
MOST_BYTES = 100_000_000
#: Longer than any line that a person or program writes into an annotation.
LONGEST_LINE = 20_000
_ENDS = re.compile(r"\r\n|\n|\r")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\Z", re.ASCII)
#: Seconds beyond this (30 years) are no place in a recording, and would lose their decimals.
MOST_SECONDS = 1e9


@dataclass(frozen=True)
class Line:
    """`number` counts from 1. `text` has no white space at its ends but tabs."""

    number: int
    text: str


def cite(text: str) -> str:
    """What stood there, for a message: quoted, in printable characters, not too long."""
    short = text if len(text) <= 40 else text[:40] + "…"
    return '"' + "".join(c if c.isprintable() else "?" for c in short) + '"'


def read_lines(path: Path, by_hand: bool = False) -> list[Line]:
    """All lines of a file, empty ones too. A byte order mark and any line end are read over.

    `by_hand`: a list that people typed, where a letter of an older encoding harms nothing.
    Refused: UTF-16, bytes that are no UTF-8, NUL, lines without end; Problem: unreadable."""
    try:
        with open(path, "rb") as f:
            data = f.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise refused(path, 0, "there is no such file") from None
    except OSError as e:
        raise as_problem(e, f"{path} cannot be read") from None
    if len(data) > MOST_BYTES:
        raise refused(path, 0, f"it has more than {MOST_BYTES // 1_000_000} MB: no annotation")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise refused(path, 1, "it is written in UTF-16", "save it as UTF-8")
    data = data.removeprefix(b"\xef\xbb\xbf")
    if (at := data.find(b"\0")) >= 0:
        raise refused(path, _line_of(data, at), "there is a NUL byte: this is no text")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as e:
        if not by_hand:
            line = _line_of(data, e.start)
            why = "there are bytes that are no UTF-8"
            raise refused(path, line, why, "save it as UTF-8") from None
        text = data.decode("latin-1")
    lines = [Line(n, part.strip(" \f\v")) for n, part in enumerate(_ENDS.split(text), 1)]
    for line in lines:
        if len(line.text) > LONGEST_LINE:
            raise refused(path, line.number, f"the line has {len(line.text):,} characters")
    return lines


def _line_of(data: bytes, at: int) -> int:
    return len(re.findall(rb"\r\n|\n|\r", data[:at])) + 1


def number(text: str, path: Path, line: int, what: str) -> float:
    """A plain decimal number: no nan, no inf, nothing that only a programming language reads."""
    stripped = text.strip()
    if not _NUMBER.match(stripped):
        raise refused(path, line, f"{what} is {cite(stripped)}, not a number")
    value = float(stripped)
    if not math.isfinite(value) or abs(value) > MOST_SECONDS:
        raise refused(path, line, f"{what} is {cite(stripped)}, which is far out of range")
    return value


@dataclass(frozen=True)
class Table:
    """Rows below a row of names; `rows`: (line number, fields in the order of `wanted`)."""

    rows: list[tuple[int, list[str | None]]]
    names: tuple[str, ...]


def read_table(
    path: Path, lines: list[Line], mark: str, needed: tuple[str, ...], also: tuple[str, ...] = ()
) -> Table:
    """The columns `needed` and, where they are, `also` (None where not). `mark`: tab or comma.

    Refused: no row of names, a column missing or twice, a row of another length."""
    filled = [line for line in lines if line.text.strip()]
    if not filled:
        raise refused(path, 0, "it is empty", f"its first row names {', '.join(needed)}")
    head, kind = filled[0], "tabs" if mark == "\t" else "commas"
    names = [name.strip() for name in head.text.split(mark)]
    for name in needed:
        if name not in names:
            why = f"the first row names no column {cite(name)}, but {cite(head.text)}"
            hint = f"it wants {', '.join(needed)}, with {kind} between"
            raise refused(path, head.number, why, hint)
    for name in (*needed, *also):
        if names.count(name) > 1:
            raise refused(path, head.number, f"column {cite(name)} is there twice")
    at = [names.index(name) if name in names else None for name in (*needed, *also)]
    rows: list[tuple[int, list[str | None]]] = []
    for line in filled[1:]:
        fields = [part.strip() for part in line.text.split(mark)]
        if len(fields) != len(names):
            why = f"the row has {len(fields)} fields, the first row names {len(names)} columns"
            raise refused(path, line.number, why)
        rows.append((line.number, [None if i is None else fields[i] for i in at]))
    return Table(rows, tuple(names))
