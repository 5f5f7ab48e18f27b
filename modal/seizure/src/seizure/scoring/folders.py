"""Two folders of event tables, truth and prediction: paired, read, and made ready to be scored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jobkit.errors import Refused

from seizure.notices import Notice
from seizure.scoring.recording import Marked
from seizure.scoring.tsv import Events, read

_SUBJECT = re.compile(r"(?:^|[/_])sub-([A-Za-z0-9]+)")
_NO_OUTPUT = "counted as no output, as the leaderboard does"


@dataclass(frozen=True)
class Folders:
    """Recordings to score. `missing`: truths without a usable prediction, by path, each counted as
    no output; `extra`: predictions without a truth, not scored."""

    marked: tuple[Marked, ...]
    missing: tuple[str, ...]
    extra: tuple[str, ...]
    notices: tuple[Notice, ...]


def read_folders(truth: Path, predicted: Path) -> Folders:
    """Pairs by the path below each folder, else by the file's name alone (without "_events").
    Refused: a folder that is not there or has no table, one folder twice, no pair at all, one name
    for two predictions."""
    for folder in (truth, predicted):
        if not folder.is_dir():
            raise Refused(f"{folder} cannot be scored", "there is no such folder", _USAGE)
    if truth.resolve() == predicted.resolve():
        why = "truth and prediction are the same folder"
        raise Refused(f"{truth} cannot be scored", why, _USAGE)
    references, answers = _tables(truth), _tables(predicted)
    for folder, tables in ((truth, references), (predicted, answers)):
        if not tables:
            why = "it holds no event table (*.tsv)"
            raise Refused(f"{folder} cannot be scored", why, _USAGE)
    by_path = {path.relative_to(predicted): path for path in answers}
    by_name = _named(answers)
    _named(references)
    notices: list[Notice] = []
    marked: list[Marked] = []
    missing: list[str] = []
    used: set[Path] = set()
    for path in references:
        place = path.relative_to(truth)
        answer = by_path.get(place) or by_name.get(_stem(path))
        if answer is not None:
            used.add(answer)
        one, usable = _marked(path, place, answer, notices)
        marked.append(one)
        if not usable:
            missing.append(place.as_posix())
    if not used:
        why = f"no prediction has the name of a truth, such as {references[0].relative_to(truth)}"
        raise Refused(f"{predicted} cannot be scored", why, _USAGE)
    extra = [path for path in answers if path not in used]
    notices += [
        Notice("extra", "are predictions without a truth: not scored", str(path)) for path in extra
    ]
    return Folders(
        tuple(marked),
        tuple(missing),
        tuple(path.relative_to(predicted).as_posix() for path in extra),
        tuple(notices),
    )


_USAGE = "ann-tui score --help"


def _tables(folder: Path) -> list[Path]:
    """Event tables in order: "…_events.tsv" where there are any, else every TSV."""
    every = [p for p in sorted(folder.rglob("*.tsv")) if not p.name.startswith(".") and p.is_file()]
    return [p for p in every if p.name.endswith("_events.tsv")] or every


def _stem(path: Path) -> str:
    return path.stem.removesuffix("_events")


def _named(tables: Sequence[Path]) -> dict[str, Path]:
    found: dict[str, Path] = {}
    for path in tables:
        if (other := found.setdefault(_stem(path), path)) is not path:
            why = f"{other} has the same name: which of them is meant cannot be told"
            raise Refused(f"{path} cannot be scored", why, "give each recording one table")
    return found


def _marked(
    path: Path, place: Path, answer: Path | None, notices: list[Notice]
) -> tuple[Marked, bool]:
    table = read(path, truth=True)
    notices += table.notices
    seconds = table.seconds or 0.0
    if seconds < 1:
        notices.append(Notice("short", "are shorter than a second: not scored", str(path)))
    subject = _SUBJECT.search(place.as_posix())
    if subject is None:
        says = 'have no "sub-…" in their name: each is counted as a patient of its own'
        notices.append(Notice("no-patient", says, str(path)))
    patient = subject[1] if subject else _stem(path)
    guess, usable = _prediction(path, answer, seconds, notices)
    seizures = guess.seizures if usable else ()
    return Marked(patient, _stem(path), seconds, table.seizures, seizures), usable


def _prediction(
    path: Path, answer: Path | None, seconds: float, notices: list[Notice]
) -> tuple[Events, bool]:
    """What was predicted, and whether the leaderboard would take it."""
    if answer is None:
        notices.append(Notice("no-prediction", f"have no prediction: {_NO_OUTPUT}", str(path)))
        return Events(None, (), ()), False
    table = read(answer, truth=False)
    notices += table.notices
    if table.seconds is None:
        says = f"have no row (nothing found is one row of background): {_NO_OUTPUT}"
        notices.append(Notice("no-row", says, str(answer)))
        return table, False
    if int(table.seconds) != int(seconds):
        says = f"have a recordingDuration of another whole second than the truth: {_NO_OUTPUT}"
        notices.append(Notice("other-length", says, str(answer)))
        return table, False
    return table, True
