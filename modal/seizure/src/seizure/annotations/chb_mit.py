"""`chbNN-summary.txt` of CHB-MIT: one list for all recordings of a case, typed by people."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from seizure.annotations.rows import Row
from seizure.annotations.text import Line, cite, number, read_lines
from seizure.notices import Notice, refused

_FILE = re.compile(r"File Name\s*:\s*(.*)", re.I)
_TIME = re.compile(r"File (Start|End) Time\s*:\s*(.*)", re.I)
_COUNT = re.compile(r"Number of Seizures in File\s*:\s*(.*)", re.I)
#: "Seizure Start Time: 2996 seconds" and "Seizure 1 Start Time: 1724 seconds".
_SEIZURE = re.compile(r"Seizure(?:\s+(\d+))?\s+(Start|End) Time\s*:\s*(.*?)\s*(?:sec\w*)?$", re.I)
#: What may stand between: the rate and the blocks of channels, which the EDF headers say better.
_BESIDE = re.compile(
    r"Data Sampling Rate|\*+$|Channels in EDF|Channels changed|Channel\s+\d+\s*:|-+$", re.I
)
_CLOCK = re.compile(r"(\d{1,2}):(\d{1,2}):(\d{1,2})\Z", re.ASCII)


@dataclass
class Listed:
    """What the summary says of one file. `seconds`: from its start time to its end time."""

    name: str
    line: int
    rows: list[Row] = field(default_factory=list)
    times: dict[str, int] = field(default_factory=dict)
    count: int | None = None
    count_line: int = 0
    last_line: int = 0
    open: tuple[float, str | None] | None = None

    @property
    def seconds(self) -> float | None:
        if len(self.times) < 2:
            return None
        return float((self.times["end"] - self.times["start"]) % 86400)


@dataclass(frozen=True)
class Summary:
    files: dict[str, Listed]
    notices: tuple[Notice, ...]


def read(path: Path) -> Summary:
    """All files of a summary, by name. Refused by line: a number of seizures that does not agree, a
    start without an end, a line about seizures or files that is not understood."""
    files: dict[str, Listed] = {}
    notices: list[Notice] = []
    now: Listed | None = None
    for line in read_lines(path, by_hand=True):
        text = line.text.strip()
        if now is not None:
            now.last_line = line.number
        if found := _FILE.match(text):
            _close(now, path)
            now = _begin(found[1], line, path, files)
        elif not text or _BESIDE.match(text):
            continue
        elif now is not None and (found := _TIME.match(text)):
            _time(now, found[1].lower(), found[2], path, line)
        elif now is not None and (found := _COUNT.match(text)):
            now.count, now.count_line = _whole(found[1], path, line), line.number
        elif now is not None and (found := _SEIZURE.match(text)):
            _seizure(now, found, path, line, notices)
        elif re.search(r"seizure|file|time", text, re.I):
            raise refused(path, line.number, f"{cite(text)} is not understood here")
        else:
            says = "have lines that are not understood: read over"
            notices.append(Notice("line-unknown", says, str(path), line.number))
    _close(now, path)
    if not files:
        raise refused(path, 0, 'it names no file: no line "File Name: chbNN_NN.edf"')
    return Summary(files, tuple(notices))


def _begin(name: str, line: Line, path: Path, files: dict[str, Listed]) -> Listed:
    if not re.fullmatch(r"[\w+.-]+\.edf", name, re.I | re.ASCII):
        raise refused(path, line.number, f"{cite(name)} is no name of an EDF file")
    if name in files:
        why = f"{name} is listed twice, first at line {files[name].line}"
        raise refused(path, line.number, why, "keep the one that is right")
    files[name] = Listed(name, line.number)
    return files[name]


def _whole(text: str, path: Path, line: Line) -> int:
    if not re.fullmatch(r"\d{1,4}", text.strip(), re.ASCII):
        raise refused(path, line.number, f"the number of seizures is {cite(text)}")
    return int(text)


def _time(now: Listed, which: str, text: str, path: Path, line: Line) -> None:
    """Hours go past 24 where a recording goes past midnight."""
    found = _CLOCK.match(text.strip())
    if not found or int(found[2]) > 59 or int(found[3]) > 59:
        raise refused(path, line.number, f"{cite(text)} is no time of day")
    now.times[which] = int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3])


def _seizure(
    now: Listed, found: re.Match[str], path: Path, line: Line, notices: list[Notice]
) -> None:
    """Starts and ends are paired as they follow one another: of two seizures of chb09_08 both ends
    are called the first's."""
    value = number(found[3], path, line.number, f"the seizure's {found[2].lower()}")
    if found[2].lower() == "start":
        if now.open is not None:
            raise refused(path, line.number, "a seizure starts before the one above has an end")
        now.open = (value, found[1])
        return
    if now.open is None:
        raise refused(path, line.number, "a seizure ends that has no start")
    start, index = now.open
    if index != found[1]:
        says = "number a seizure's start and end differently: taken as one, in their order"
        notices.append(Notice("numbered-otherwise", says, str(path), line.number))
    now.rows.append(Row(start, value, "sz", line.number))
    now.open = None


def _close(now: Listed | None, path: Path) -> None:
    if now is None:
        return
    if now.open is not None:
        raise refused(path, now.line, f"the last seizure of {now.name} has a start but no end")
    if now.count is None:
        raise refused(path, now.line, f'{now.name} has no line "Number of Seizures in File"')
    if now.count != len(now.rows):
        why = f"{now.name} should have {now.count} seizures, but {len(now.rows)} are listed"
        raise refused(path, now.count_line, why, "correct the summary")
