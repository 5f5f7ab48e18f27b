"""Any folder with EDF files: annotations are TSVs of the same name, in the form of HED-SCORE."""

from __future__ import annotations

import re
from pathlib import Path

from seizure.corpora.corpus import UNKNOWN, Corpus
from seizure.corpora.layouts.bids import seizures_of_tsv
from seizure.corpora.layouts.layout import Layout, version_of
from seizure.corpora.layouts.participants import not_listed, read_participants
from seizure.corpora.tree import Found, edf_files, has_edf
from seizure.notices import Notice
from seizure.recording import Recording


def read(folder: Path, name: str) -> Corpus:
    """Patients are the folders below; of files that lie in no folder, what stands before the first
    "_" of their name, which is told."""
    splits = read_participants(folder)
    recordings: list[Recording] = []
    notices: list[Notice] = []
    for one in edf_files(folder):
        patient = _patient(one)
        annotation = one.sibling(f"{one.stem}.tsv") or one.sibling(f"{one.stem}_events.tsv")
        id = re.sub(r"\.edf\Z", "", "__".join(one.parts), flags=re.I)
        recordings.append(Recording(id, patient, one.path, annotation, splits.get(patient)))
        if len(one.parts) == 1:
            says = 'lie in no patient\'s folder: the patient is what stands before the first "_"'
            notices.append(Notice("patient-by-name", says, str(one.path)))
    notices += not_listed(folder, splits, (one.patient for one in recordings))
    return Corpus(
        name, "plain", folder, f"own-{name}", version_of(Path(folder.name)), UNKNOWN,
        tuple(recordings), seizures_of_tsv, notices=tuple(notices),
    )  # fmt: skip


def _patient(one: Found) -> str:
    return one.parts[0] if len(one.parts) > 1 else one.stem.partition("_")[0] or one.stem


LAYOUT = Layout("*.edf with a TSV of the same name", has_edf, read)
