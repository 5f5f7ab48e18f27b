"""`P_IDxx_rN_a1.tsv` of SeizeIT1: start, end, type, comment; "#" lines above, no row of names."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from seizure.annotations.kinds import SEIZEIT1
from seizure.annotations.rows import Row
from seizure.annotations.text import cite, number, read_lines
from seizure.notices import Notice, refused

#: What a seizure is taken to last whose end is "None" (12 in the corpus): the default of the
#: converter that made the BIDS version of it, epilepsy2bids.
WITHOUT_END_SECONDS = 30.0


@dataclass(frozen=True)
class Annotated:
    rows: tuple[Row, ...]
    notices: tuple[Notice, ...]


def read(path: Path, seconds: float) -> Annotated:
    """All seizures. One without an end lasts WITHOUT_END_SECONDS, at most to the recording's end
    (`seconds`); told. Refused by line: what is no such row, a type that is not known."""
    lines = read_lines(path)
    if not any(line.text.startswith("#") for line in lines):
        raise refused(path, 1, 'no line begins with "#": this is no list of SeizeIT1')
    rows: list[Row] = []
    notices: list[Notice] = []
    for line in lines:
        if line.text.startswith("#") or not line.text.strip():
            continue
        fields = [part.strip() for part in line.text.split("\t")]
        if len(fields) not in (3, 4):
            why = (
                f"the row has {len(fields)} fields, not start, end, type, comment with tabs between"
            )
            raise refused(path, line.number, why)
        kind = SEIZEIT1.get(fields[2])
        if kind is None:
            why = f"type {cite(fields[2])} is not known"
            raise refused(path, line.number, why, f"known are {', '.join(SEIZEIT1)}")
        start = number(fields[0], path, line.number, "the start")
        if fields[1] == "None":
            end = start + WITHOUT_END_SECONDS
            end = min(end, seconds) if start < seconds else end
            says = f"have a seizure without an end: taken as {WITHOUT_END_SECONDS:.0f} s"
            notices.append(Notice("without-end", says, str(path), line.number))
        else:
            end = number(fields[1], path, line.number, "the end")
        rows.append(Row(start, end, kind, line.number))
    return Annotated(tuple(rows), tuple(notices))
