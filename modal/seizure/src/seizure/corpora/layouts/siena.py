"""Siena as PhysioNet has it: PNxx/PNxx-N.edf with PNxx/Seizures-list-PNxx.txt."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from seizure.annotations import siena
from seizure.annotations.kinds import SIENA
from seizure.annotations.rows import LONGEST_SECONDS, Row, Rules, settle, unlabelled
from seizure.annotations.text import cite, read_lines, read_table
from seizure.corpora.corpus import Corpus, Read
from seizure.corpora.layouts.layout import Layout, elsewhere, version_of
from seizure.corpora.layouts.once import Once
from seizure.corpora.tree import Found, edf_files, folders_in, names_in
from seizure.notices import Notice, refused
from seizure.recording import Recording

if TYPE_CHECKING:
    from seizure.edf.header import Header

LICENCE = "Creative Commons Attribution 4.0"
SUBJECTS = "subject_info.csv"
_PATIENT = re.compile(r"PN\d{2}\Z", re.ASCII)
HOUR = 3600


def fits(folder: Path) -> bool:
    return any(f"Seizures-list-{p}.txt" in names_in(folder / p) for p in _patients(folder))


def _patients(folder: Path) -> list[str]:
    return [name for name in folders_in(folder) if _PATIENT.match(name)]


def read(folder: Path, name: str) -> Corpus:
    recordings, strangers = [], []
    files: dict[str, list[str]] = {}
    for one in edf_files(folder):
        if len(one.parts) == 2 and _PATIENT.match(one.parts[0]):
            recordings.append(_recording(one))
            files.setdefault(one.parts[0], []).append(one.parts[1])
        else:
            strangers.append(one)
    kinds, lists = _kinds(folder), Once(siena.read)

    def seizures_of(recording: Recording, header: Header, rules: Rules) -> Read:
        file, edf = recording.annotation, recording.edf
        wanted = f"Seizures-list-{recording.patient}.txt"
        if file is None:
            return (), (unlabelled(edf, wanted, rules),)
        listed = lists(file)
        spelt = _spelling(listed, edf.name, files[recording.patient])
        if spelt is None:
            return (), (unlabelled(edf, f'"File name: {edf.name}" in {wanted}', rules),)
        told = [] if spelt == edf.name else [_misspelt(file, listed.files[spelt])]
        kind = kinds.get(recording.patient, "sz")
        chosen = [one for one in listed.seizures if one.file == spelt]
        rows = [_row(one, header, kind, file, told) for one in chosen]
        told += [notice for one in chosen for notice in one.notices]
        seizures, notices = settle(rows, header.seconds, file, rules)
        return seizures, (*told, *notices)

    def sources(recording: Recording) -> tuple[Path, ...]:
        return (
            *(() if recording.annotation is None else (recording.annotation,)),
            folder / SUBJECTS,
        )

    return Corpus(
        name, "siena", folder, "siena", version_of(folder), LICENCE, tuple(recordings),
        seizures_of, notices=tuple(elsewhere(strangers)), sources=sources,
    )  # fmt: skip


def _recording(one: Found) -> Recording:
    patient = one.parts[0]
    annotation = one.sibling(f"Seizures-list-{patient}.txt")
    return Recording(one.stem, patient, one.path, annotation)


def _spelling(listed: siena.SeizureList, name: str, files: list[str]) -> str | None:
    """How the list spells a file's name: as it is, with its known slips, or, where the patient has
    one file and the list names one, any way ("PN01.edf" for PN01-1.edf)."""
    if name in listed.files:
        return name
    alike = [spelt for spelt in listed.files if siena.spelt(spelt) == siena.spelt(name)]
    if not alike and len(listed.files) == len(files) == 1:
        alike = list(listed.files)
    return alike[0] if alike else None


def _misspelt(file: Path, line: int) -> Notice:
    says = "spell the name of an EDF file otherwise than it is: taken as that file"
    return Notice("file-name-spelt", says, str(file), line)


def _row(one: siena.Listed, header: Header, kind: str, file: Path, told: list[Notice]) -> Row:
    """Seconds from the first sample, over midnight if need be. The start of the EDF header counts,
    for it belongs to the first sample: the list has PN14-3 three hours early. A header without a
    time of day (midnight, to the second) says nothing."""
    begun = one.registration
    if header.start is not None:
        said = header.start.hour * HOUR + header.start.minute * 60 + header.start.second
        if said not in (0, begun):
            begun = said
            says = "list another start of the recording than its EDF header has: the header's holds"
            told.append(Notice("other-start", says, str(file), one.line))
    start = (one.start - begun) % siena.DAY
    end = start + (one.end - one.start) % siena.DAY
    hint = None
    if end - start > LONGEST_SECONDS and 0 < end - start - HOUR <= LONGEST_SECONDS:
        meant = siena.spelt_clock(one.end - HOUR)
        hint = f"if {meant} was meant ({end - start - HOUR:g} s), correct this line"
    return Row(float(start), float(end), kind, one.line, hint)


def _kinds(folder: Path) -> dict[str, str]:
    """patient -> kind of their seizures, from subject_info.csv where it is there."""
    file = folder / SUBJECTS
    if not file.exists():
        return {}
    found = {}
    table = read_table(file, read_lines(file, by_hand=True), ",", ("patient_id", "seizure"))
    for line, (who, what) in table.rows:
        kind = SIENA.get(what or "")
        if kind is None:
            raise refused(file, line, f"{cite(what or '')} is none of {', '.join(SIENA)}")
        found[who or ""] = kind
    return found


LAYOUT = Layout("PNxx/Seizures-list-PNxx.txt with PNxx/*.edf", fits, read)
