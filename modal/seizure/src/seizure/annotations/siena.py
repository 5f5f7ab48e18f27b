"""`Seizures-list-PNxx.txt` of Siena: times of day, typed by people in more than one way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from seizure.annotations.text import Line, cite, read_lines
from seizure.notices import Notice, refused

DAY = 86400
_TITLE = re.compile(r"Seizure\s+n\s*\.?\s*\d+", re.I)
_FILE = re.compile(r"File name\s*:\s*(\S.*)", re.I)
_REGISTRATION = re.compile(r"Registration (start|end) time\s*:\s*(.*)", re.I)
_SEIZURE = re.compile(r"(?:Seizure )?(start|end) time\s*:\s*(.*)", re.I)
#: 19.58.36, 21:51:02, 16:13.23 and, with a blank that slipped in, 1 6.49.25.
_CLOCK = re.compile(r"(?<![\d.:])(\d ?\d|\d)[.:](\d\d)[.:](\d\d)(?![\d.:])", re.ASCII)
_MEANT_FOR_EYES = re.compile(r"seizure|start|end|time|file", re.I)


@dataclass(frozen=True)
class Listed:
    """One seizure, in seconds since midnight. `file`: the EDF file as the list spells it.
    `registration`: the recording's start as the list says. `line`: of its end."""

    file: str
    registration: int
    start: int
    end: int
    line: int
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class SeizureList:
    seizures: tuple[Listed, ...]
    files: dict[str, int]  # as spelt -> line where first named


def read(path: Path) -> SeizureList:
    """All seizures of a patient. File and registration hold until the next ones: PN01 says them
    once for two seizures, PN12 does not repeat the registration."""
    reader = _Reader(path)
    for line in read_lines(path, by_hand=True):
        reader.take(line)
    reader.close()
    if not reader.files:
        raise refused(path, 0, 'it names no file: no line "File name: PNxx-N.edf"')
    return SeizureList(tuple(reader.found), reader.files)


class _Reader:
    """Line by line, as a person reads it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: list[Listed] = []
        self.files: dict[str, int] = {}
        self._told: list[Notice] = []  # of the seizure that is being read
        self._file: str | None = None
        self._registration: int | None = None
        self._start: tuple[int, int] | None = None  # seconds, line

    def take(self, line: Line) -> None:
        text = line.text.strip()
        if _TITLE.match(text):
            self.close()
        elif found := _FILE.match(text):
            name = re.sub(r"\s+", "", found[1])
            if name != self._file:
                self._registration = None
            self._file = name
            self.files.setdefault(name, line.number)
        elif found := _REGISTRATION.match(text):
            moment = self._clock(found[2], line)
            if found[1].lower() == "start":
                self._registration = moment
        elif found := _SEIZURE.match(text):
            self._seizure(found[1].lower(), found[2], line)
        elif re.match(r"Channels? in EDF|Channel \d+|Data Sampling", text, re.I):
            return
        elif _CLOCK.search(text) or (self._file and _MEANT_FOR_EYES.search(text)):
            raise refused(self.path, line.number, f"{cite(text)} is not understood here")

    def close(self) -> None:
        if self._start is not None:
            raise refused(self.path, self._start[1], "the seizure that starts here has no end")

    def _seizure(self, which: str, text: str, line: Line) -> None:
        moment = self._clock(text, line)
        if which == "start":
            self.close()
            self._start = (moment, line.number)
            return
        if self._start is None:
            raise refused(self.path, line.number, "a seizure ends that has no start")
        if self._file is None or self._registration is None:
            why = "a seizure before its file name and registration start time"
            raise refused(self.path, line.number, why)
        start, _ = self._start
        told, self._told, self._start = tuple(self._told), [], None
        self.found.append(Listed(self._file, self._registration, start, moment, line.number, told))

    def _clock(self, text: str, line: Line) -> int:
        """Of several times (PN10: a clinical and an electric onset, or two ends) the electric one,
        else the first; told."""
        found = list(_CLOCK.finditer(text))
        rest = re.sub(r"\([^)]*\)|\bop+ure\b", "", _CLOCK.sub("", text), flags=re.I)
        if not found or re.search(r"\d", rest):
            raise refused(self.path, line.number, f"{cite(text.strip())} is no time of day")
        chosen = found[0]
        if len(found) > 1:
            electric = [
                one for one, after in zip(found, [*found[1:], None], strict=True)
                if "electric" in text[one.end() : after.start() if after else None].lower()
            ]  # fmt: skip
            chosen = electric[0] if electric else found[0]
            says = "give several times for one seizure: the electric onset, or the first, is taken"
            self._tell("several-times", says, line)
        if " " in chosen[1]:
            self._tell("time-spelt", "have a time of day with a blank in it: read without", line)
        hour, minute, second = int(chosen[1].replace(" ", "")), int(chosen[2]), int(chosen[3])
        if hour > 23 or minute > 59 or second > 59:
            raise refused(self.path, line.number, f"{cite(chosen[0])} is no time of day")
        return hour * 3600 + minute * 60 + second

    def _tell(self, kind: str, says: str, line: Line) -> None:
        self._told.append(Notice(kind, says, str(self.path), line.number))


def spelt(name: str) -> str:
    """A file's name without what the lists get wrong: the letter O for a zero after PN, the case, a
    hyphen without a number ("PN11-.edf")."""
    stem = re.sub(r"\.edf\Z", "", name.lower())
    return re.sub(r"\Apno", "pn0", stem).rstrip("-")


def spelt_clock(seconds: float) -> str:
    """Seconds since midnight as the lists write them: 18.29.29."""
    whole = int(seconds) % DAY
    return f"{whole // 3600:02d}.{whole % 3600 // 60:02d}.{whole % 60:02d}"
