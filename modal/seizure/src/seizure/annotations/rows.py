"""From rows as annotated to seizures that can be used: each doubtful case is decided here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jobkit.errors import Refused

from seizure.annotations.kinds import BACKGROUND, common
from seizure.notices import Notice, refused
from seizure.recording import Seizure

#: A seizure that is said to last longer is a status epilepticus or a slip of the pen (Siena's
#: PN00-3 lists 61 minutes for one of 60 s): a person has to say which.
LONGEST_SECONDS = 1800.0
#: Ends are rounded to whole seconds in most corpora: one that lies this little behind the last
#: sample is the recording's end.
END_SLACK = 1.0
#: Rounding to hundredths, as the field's converters write; not worth telling.
ROUNDING = 0.01
#: What remains unannotated of a recording before that is told.
UNCOVERED_SECONDS = 1.0

LONG_OPTION = "--long-seizures"
UNLABELLED_OPTION = "--unlabelled"
LONG_CHOICES = ("refuse", "keep", "leave-out")


@dataclass(frozen=True)
class Rules:
    """What a person may decide. `unlabelled`: a recording without annotation is taken, as
    background. `long_seizures`: one of LONG_CHOICES; leave-out drops a recording that has one."""

    unlabelled: bool = False
    long_seizures: str = "refuse"

    def __post_init__(self) -> None:
        if self.long_seizures not in LONG_CHOICES:
            why = f'"{self.long_seizures}" is none of {", ".join(LONG_CHOICES)}'
            raise Refused(f"{LONG_OPTION} cannot be used", why)


STRICT = Rules()


class Undecided(Refused):
    """Refused, but a person may go on with one of `options` of the command line."""

    def __init__(self, because: Refused, *options: str) -> None:
        super().__init__(because.what, because.why, because.hint)
        self.options = options


class LeftOut(Exception):
    """A recording that is not used because a person said so."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(notice.place)
        self.notice = notice


@dataclass(frozen=True)
class Row:
    """One row: seconds from the recording's beginning, a kind of HED-SCORE or "bckg", its line."""

    start: float
    end: float
    kind: str
    line: int
    hint: str | None = None


def unlabelled(edf: Path, looked_for: str, rules: Rules) -> Notice:
    """What a recording without annotation comes to: a notice, or Undecided."""
    if not rules.unlabelled:
        why = f"it has no annotation: there is no {looked_for}"
        raise Undecided(refused(edf, 0, why, f"put {looked_for} there"), UNLABELLED_OPTION)
    return Notice("unlabelled", "have no annotation: taken as background, as you said", str(edf))


def settle(
    rows: Iterable[Row], seconds: float, file: Path, rules: Rules, complete: bool = False
) -> tuple[tuple[Seizure, ...], tuple[Notice, ...]]:
    """Seizures in order, apart from one another, all within `seconds` of recording; what was odd.

    `complete`: the format annotates background too, so what no row covers is told.
    Refused by file and line: a row that ends before it starts, starts before the recording, reaches
    beyond it. Undecided or LeftOut: longer than LONGEST_SECONDS. Rows that overlap become one
    seizure, of the kind they share."""
    notices: list[Notice] = []
    found: list[Seizure] = []
    covered: list[tuple[float, float]] = []
    for row in rows:
        _check_order(row, file)
        if row.kind == BACKGROUND:
            if row.end > seconds + END_SLACK:
                says = "annotate background beyond the recording's end: read over"
                notices.append(Notice("background-beyond", says, str(file), row.line))
            covered.append((row.start, row.end))
            continue
        _check_length(row, seconds, file, rules)
        end = _within(row, seconds, file, notices)
        found.append(Seizure(row.start, end, row.kind))
        covered.append((row.start, end))
    if complete and _uncovered(covered, seconds) > UNCOVERED_SECONDS:
        says = "annotate only a part of the recording: the rest is taken as background"
        notices.append(Notice("uncovered", says, str(file)))
    seizures = union(found)
    if len(seizures) < len(found):
        says = "have rows that overlap: taken as one seizure"
        notices.append(Notice("overlapping", says, str(file)))
    return seizures, tuple(notices)


def union(seizures: Iterable[Seizure]) -> tuple[Seizure, ...]:
    """Those that overlap become one; those that only touch stay two."""
    done: list[Seizure] = []
    for one in sorted(seizures):
        if done and one.start < done[-1].end:
            last = done.pop()
            one = Seizure(last.start, max(last.end, one.end), common(last.kind, one.kind))
        done.append(one)
    return tuple(done)


def _check_order(row: Row, file: Path) -> None:
    if row.start < 0:
        raise refused(file, row.line, f"it starts at {row.start:g} s, before the recording does")
    if row.end < row.start or (row.end == row.start and row.kind != BACKGROUND):
        why = f"it ends at {row.end:g} s, but starts at {row.start:g} s"
        raise refused(file, row.line, why, row.hint or "correct this line")


def _check_length(row: Row, seconds: float, file: Path, rules: Rules) -> None:
    """What is longer than the recording cannot be kept: it can be corrected or left out."""
    length = row.end - row.start
    if length <= LONGEST_SECONDS or rules.long_seizures == "keep":
        return
    if rules.long_seizures == "leave-out":
        says = "have a seizure of more than 30 minutes: left out, as you said"
        raise LeftOut(Notice("left-out", says, str(file), row.line))
    hint = row.hint or "correct this line if that is a slip"
    why = f"a seizure of {length / 60:.0f} minutes, {row.start:g} to {row.end:g} s: more than 30"
    choices = LONG_CHOICES[1:]
    if row.end > seconds + END_SLACK:
        why += f", and beyond the recording's {seconds:g} s"
        choices = ("leave-out",)
    options = [f"{LONG_OPTION} {choice}" for choice in choices]
    raise Undecided(refused(file, row.line, why, hint), *options)


def _within(row: Row, seconds: float, file: Path, notices: list[Notice]) -> float:
    """The row's end, at most the recording's."""
    if row.start >= seconds or row.end > seconds + END_SLACK:
        why = f"a seizure from {row.start:g} to {row.end:g} s, but the recording has {seconds:g} s"
        hint = "is the EDF file whole, and this its annotation? If so, correct this line"
        raise refused(file, row.line, why, row.hint or hint)
    if row.end > seconds + ROUNDING:
        says = "have a seizure that ends up to 1 s behind the last sample: cut there"
        notices.append(Notice("cut-at-end", says, str(file), row.line))
    return min(row.end, seconds)


def _uncovered(spans: list[tuple[float, float]], seconds: float) -> float:
    """Seconds of a recording that no span covers."""
    at = left = 0.0
    for start, end in sorted(spans):
        left += max(0.0, min(start, seconds) - at)
        at = max(at, min(end, seconds))
    return left + max(0.0, seconds - at)
