"""TUSZ: `.csv_bi` (seizure or background) and `.csv` (a row per channel, with types)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from seizure.annotations.hed_score import check_confidence
from seizure.annotations.kinds import BACKGROUND, TUSZ
from seizure.annotations.rows import Row
from seizure.annotations.text import Line, cite, number, read_lines, read_table
from seizure.notices import Notice, refused
from seizure.recording import Seizure

COLUMNS = ("channel", "start_time", "stop_time", "label", "confidence")
#: What the head of each file says, as "# name = value".
HEAD = ("version", "bname", "duration", "montage_file")
_VERSION = re.compile(r"csv_v\d+\.\d+\.\d+\Z", re.ASCII)
_SECONDS = re.compile(r"(\S+)\s+secs?\Z")


@dataclass(frozen=True)
class Annotated:
    """`duration`: seconds, as the head of the file says."""

    rows: tuple[Row, ...]
    duration: float


def read_csv_bi(path: Path, stem: str) -> Annotated:
    """Rows of all channels at once ("TERM"). `stem`: of the recording it should be about."""
    return _read(path, stem, {BACKGROUND: BACKGROUND, "seiz": "sz"}, channel="TERM")


def read_csv(path: Path, stem: str) -> Annotated:
    """Rows of single channels, with the type of each seizure."""
    return _read(path, stem, TUSZ | {BACKGROUND: BACKGROUND}, channel=None)


def _read(path: Path, stem: str, labels: dict[str, str], channel: str | None) -> Annotated:
    lines = read_lines(path)
    head, below = _split(lines)
    duration = _read_head(path, head, stem)
    rows = []
    for line, (where, start, stop, label, confidence) in read_table(path, below, ",", COLUMNS).rows:
        if channel is not None and where != channel:
            raise refused(path, line, f"the channel is {cite(where or '')}, not {channel}")
        kind = labels.get((label or "").lower())
        if kind is None:
            hint = f"known are {', '.join(labels)}; does a newer version of TUSZ say what it means?"
            raise refused(path, line, f"label {cite(label or '')} is not known", hint)
        check_confidence(confidence or "", path, line)
        begin = number(start or "", path, line, "start_time")
        rows.append(Row(begin, number(stop or "", path, line, "stop_time"), kind, line))
    return Annotated(tuple(rows), duration)


def _split(lines: list[Line]) -> tuple[list[Line], list[Line]]:
    at = 0
    while at < len(lines) and (lines[at].text.startswith("#") or not lines[at].text.strip()):
        at += 1
    return lines[:at], lines[at:]


def _read_head(path: Path, head: list[Line], stem: str) -> float:
    said: dict[str, Line] = {}
    values: dict[str, str] = {}
    for line in head:
        name, sign, value = line.text.lstrip("#").partition("=")
        if not sign:
            continue
        if name.strip() in said:
            raise refused(path, line.number, f"the head says {cite(name.strip())} twice")
        said[name.strip()], values[name.strip()] = line, value.strip()
    for name in HEAD:
        if name not in said:
            hint = "each file of TUSZ v2 begins so; older versions have other files"
            raise refused(path, 1, f'the head has no line "# {name} = …"', hint)
    if not _VERSION.match(values["version"]):
        why = f"version {cite(values['version'])} is none that is known: csv_v1.0.0"
        raise refused(path, said["version"].number, why)
    if values["bname"] != stem:
        why = f"it is the annotation of {cite(values['bname'])}"
        raise refused(path, said["bname"].number, why, f"put that of {stem} there")
    seconds = _SECONDS.match(values["duration"])
    at = said["duration"].number
    if not seconds:
        raise refused(path, at, f'duration is {cite(values["duration"])}, not "300.00 secs"')
    return number(seconds[1], path, at, "duration")


def typed(
    seizures: tuple[Seizure, ...], rows: tuple[Row, ...], file: Path
) -> tuple[tuple[Seizure, ...], tuple[Notice, ...]]:
    """Seizures of csv_bi with the type that `.csv` gives them: the one that overlaps longest, over
    all channels. Times stay those of csv_bi. Told: a seizure that one of the two has not."""
    marked = [row for row in rows if row.kind != BACKGROUND]
    found, used = [], 0
    for one in seizures:
        weights: dict[str, float] = {}
        for row in marked:
            shared = min(one.end, row.end) - max(one.start, row.start)
            if shared > 0:
                weights[row.kind] = weights.get(row.kind, 0.0) + shared
        used += bool(weights)
        known = {k: w for k, w in weights.items() if k != "sz"}
        kind = max(sorted(known), key=known.__getitem__) if known else one.kind
        found.append(Seizure(one.start, one.end, kind))
    strange = any(all(row.start >= s.end or row.end <= s.start for s in seizures) for row in marked)
    if strange or used < len(seizures):
        says = "have other seizures in .csv than in .csv_bi: times are those of .csv_bi"
        return tuple(found), (Notice("types-differ", says, str(file)),)
    return tuple(found), ()
