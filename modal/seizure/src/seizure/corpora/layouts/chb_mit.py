"""CHB-MIT as PhysioNet has it: chbNN/chbNN_NN.edf with chbNN/chbNN-summary.txt."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from jobkit.errors import Refused

from seizure.annotations import chb_mit
from seizure.annotations.rows import Rules, settle, unlabelled
from seizure.corpora.corpus import Corpus, Read
from seizure.corpora.layouts.layout import Layout, elsewhere, other_length, version_of
from seizure.corpora.layouts.once import Once
from seizure.corpora.people import same_as
from seizure.corpora.tree import Found, edf_files, folders_in, names_in
from seizure.notices import Notice, refused
from seizure.recording import Recording

if TYPE_CHECKING:
    from seizure.edf.header import Header

LICENCE = "Open Data Commons Attribution License 1.0"
_CASE = re.compile(r"chb\d{2}\Z", re.ASCII)
#: At the root: the recordings that have a seizure. A summary that does not name a recording which
#: is not in here leaves it out because there was none (chb24).
WITH_SEIZURES = "RECORDS-WITH-SEIZURES"


def fits(folder: Path) -> bool:
    return any(f"{case}-summary.txt" in names_in(folder / case) for case in _cases(folder))


def _cases(folder: Path) -> list[str]:
    return [name for name in folders_in(folder) if _CASE.match(name)]


def read(folder: Path, name: str) -> Corpus:
    recordings, strangers, present = [], [], set()
    for one in edf_files(folder):
        if len(one.parts) == 2 and _CASE.match(one.parts[0]):
            recordings.append(_recording(one))
            present.add(one.parts)
        else:
            strangers.append(one)
    summaries = Once(chb_mit.read)
    with_seizures = _with_seizures(folder)

    def seizures_of(recording: Recording, header: Header, rules: Rules) -> Read:
        return _seizures_of(recording, header, rules, summaries, with_seizures)

    return Corpus(
        name, "chb-mit", folder, "chb-mit", version_of(folder), LICENCE, tuple(recordings),
        seizures_of, notices=(*elsewhere(strangers), *_absent(folder, present, summaries)),
    )  # fmt: skip


def _recording(one: Found) -> Recording:
    case = one.parts[0]
    return Recording(
        one.stem, same_as("chb-mit", case), one.path, one.sibling(f"{case}-summary.txt")
    )


def _seizures_of(
    recording: Recording,
    header: Header,
    rules: Rules,
    summaries: Once[chb_mit.Summary],
    with_seizures: frozenset[str] | None,
) -> Read:
    file, edf = recording.annotation, recording.edf
    if file is None:
        return (), (unlabelled(edf, f"{edf.parent.name}-summary.txt", rules),)
    summary = summaries(file)
    listed = summary.files.get(edf.name)
    told = [n for n in summary.notices if listed and listed.line < n.line <= listed.last_line]
    if listed is not None:
        seizures, notices = settle(listed.rows, header.seconds, file, rules)
        length = other_length(listed.seconds, header.seconds, file, listed.line)
        return seizures, (*told, *notices, *length)
    if with_seizures is not None and f"{edf.parent.name}/{edf.name}" not in with_seizures:
        says = f"are named neither by their summary nor by {WITH_SEIZURES}: without a seizure"
        return (), (Notice("not-listed", says, str(edf)),)
    if f"{edf.name}.seizures" in names_in(edf.parent) or with_seizures is not None:
        why = f"{edf.name} has seizures, but is not listed here"
        raise refused(file, 0, why, "fetch the summary anew")
    return (), (unlabelled(edf, f'"File Name: {edf.name}" in {file.name}', rules),)


def _with_seizures(folder: Path) -> frozenset[str] | None:
    """Names in the list of recordings with seizures; None where there is no such list."""
    file = folder / WITH_SEIZURES
    try:
        return frozenset(file.read_text(encoding="utf-8", errors="replace").split())
    except FileNotFoundError:
        return None
    except OSError as e:
        raise refused(file, 0, f"it cannot be read: {e.strerror}") from None


def _absent(
    folder: Path, present: set[tuple[str, ...]], summaries: Once[chb_mit.Summary]
) -> list[Notice]:
    """Files that a summary lists and the folder has not: a part of the corpus is here."""
    found = []
    for case in _cases(folder):
        file = folder / case / f"{case}-summary.txt"
        if not file.exists():
            continue
        try:
            listed = summaries(file).files
        except Refused:
            continue  # told for each of its recordings
        says = "are listed in a summary, but are not there"
        found += [
            Notice("absent", says, str(file), one.line)
            for one in listed.values()
            if (case, one.name) not in present
        ]
    return found


LAYOUT = Layout("chbNN/chbNN-summary.txt with chbNN/*.edf", fits, read)
