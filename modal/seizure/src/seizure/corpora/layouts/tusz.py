"""TUSZ: edf/{train,dev,eval}/PATIENT/sNNN_YYYY/MONTAGE/PATIENT_sNNN_tNNN.edf, .csv_bi beside."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from seizure.annotations import tusz
from seizure.annotations.rows import Rules, settle, unlabelled
from seizure.corpora.corpus import UNKNOWN, Corpus, Read
from seizure.corpora.layouts.layout import Layout, elsewhere, other_length, version_of
from seizure.corpora.tree import Found, edf_files, folders_in, names_in
from seizure.notices import Notice
from seizure.recording import Recording

if TYPE_CHECKING:
    from seizure.edf.header import Header

#: Its folders, and the splits that they are.
SPLITS = {"train": "train", "dev": "dev", "eval": "test"}
LICENCE = "TUH EEG: an account with NEDC is needed, may not be passed on"
_SESSION = re.compile(r"s\d{3}_\d{4}\Z", re.ASCII)
_SAYS_VERSION = re.compile(r"version\s*[:=]?\s*(v\d+\.\d+\.\d+)", re.I | re.ASCII)


def base_of(folder: Path) -> Path | None:
    """The folder with train, dev and eval in it: the one given, or its edf."""
    for base in (folder / "edf", folder):
        if any(_has_sessions(base / split) for split in SPLITS):
            return base
    return None


def _has_sessions(split: Path) -> bool:
    for patient in folders_in(split)[:20]:
        if any(_SESSION.match(name) for name in folders_in(split / patient)):
            return True
    return False


def read(folder: Path, name: str) -> Corpus:
    base = base_of(folder) or folder
    recordings, strangers = [], []
    for one in edf_files(base):
        if len(one.parts) != 5 or one.parts[0] not in SPLITS:
            strangers.append(one)
            continue
        recordings.append(_recording(one))
    version, notices = _version(folder, base)
    return Corpus(
        name, "tusz", folder, "tusz", version, LICENCE, tuple(recordings), _seizures_of,
        notices=(*notices, *elsewhere(strangers)), sources=_sources,
    )  # fmt: skip


def _recording(one: Found) -> Recording:
    split, patient = one.parts[0], one.parts[1]
    annotation = one.sibling(f"{one.stem}.csv_bi")
    return Recording(one.stem, patient, one.path, annotation, SPLITS[split])


def _sources(recording: Recording) -> tuple[Path, ...]:
    if recording.annotation is None:
        return ()
    return (recording.annotation, recording.annotation.with_suffix(".csv"))


def _seizures_of(recording: Recording, header: Header, rules: Rules) -> Read:
    file = recording.annotation
    if file is None:
        return (), (unlabelled(recording.edf, f"{recording.edf.stem}.csv_bi", rules),)
    annotated = tusz.read_csv_bi(file, recording.edf.stem)
    seizures, notices = settle(annotated.rows, header.seconds, file, rules, complete=True)
    told = [*notices, *other_length(annotated.duration, header.seconds, file)]
    types = file.with_suffix(".csv")
    if seizures and types.exists():
        seizures, more = tusz.typed(seizures, tusz.read_csv(types, recording.edf.stem).rows, types)
        told += more
    return seizures, tuple(told)


def _version(folder: Path, base: Path) -> tuple[str, list[Notice]]:
    """What the AAREADME says, else the folder's name; where they differ, the AAREADME, told."""
    named = version_of(folder)
    for place in dict.fromkeys((folder, folder / "DOCS", base, base.parent)):
        for file in names_in(place):
            said = _said(place / file) if file.upper().startswith("AAREADME") else None
            if said and named not in (UNKNOWN, said):
                says = f"AAREADME says version {said}, while its folder is called {named}"
                return said, [Notice("version-differs", says, str(place / file))]
            if said:
                return said, []
    return named, []


def _said(file: Path) -> str | None:
    try:
        with open(file, encoding="utf-8", errors="replace") as f:
            found = _SAYS_VERSION.search(f.read(100_000))
    except OSError:
        return None
    return found[1] if found else None


LAYOUT = Layout(
    "edf/train, dev or eval with PATIENT/sNNN_YYYY/MONTAGE/*.edf",
    lambda folder: base_of(folder) is not None, read,
)  # fmt: skip
