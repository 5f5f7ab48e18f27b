"""SeizeIT1 as KU Leuven has it: P_IDxx/P_IDxx_rN.edf with P_IDxx_rN_a1.tsv beside."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from seizure.annotations import seizeit1
from seizure.annotations.rows import Rules, settle, unlabelled
from seizure.corpora.corpus import Corpus, Read
from seizure.corpora.layouts.layout import Layout, elsewhere, version_of
from seizure.corpora.tree import edf_files, folders_in, names_in
from seizure.recording import Recording

if TYPE_CHECKING:
    from seizure.edf.header import Header

LICENCE = "KU Leuven RDR: doi:10.48804/P5Q0OJ says what is allowed"
_PATIENT = re.compile(r"P_ID\d+\Z", re.ASCII)
#: The list of all seizures; _a2 has those alone that can be seen behind the ear.
SUFFIX = "_a1.tsv"


def fits(folder: Path) -> bool:
    return any(
        any(name.lower().endswith(".edf") for name in names_in(folder / patient))
        for patient in folders_in(folder)
        if _PATIENT.match(patient)
    )


def read(folder: Path, name: str) -> Corpus:
    recordings, strangers = [], []
    for one in edf_files(folder):
        if len(one.parts) == 2 and _PATIENT.match(one.parts[0]):
            annotation = one.sibling(one.stem + SUFFIX)
            recordings.append(Recording(one.stem, one.parts[0], one.path, annotation))
        else:
            strangers.append(one)
    return Corpus(
        name, "seizeit1", folder, "seizeit1", version_of(folder), LICENCE, tuple(recordings),
        _seizures_of, notices=tuple(elsewhere(strangers)),
    )  # fmt: skip


def _seizures_of(recording: Recording, header: Header, rules: Rules) -> Read:
    file = recording.annotation
    if file is None:
        return (), (unlabelled(recording.edf, recording.edf.stem + SUFFIX, rules),)
    annotated = seizeit1.read(file, header.seconds)
    seizures, notices = settle(annotated.rows, header.seconds, file, rules)
    return seizures, (*annotated.notices, *notices)


LAYOUT = Layout("P_IDxx/P_IDxx_rN.edf with P_IDxx_rN_a1.tsv", fits, read)
