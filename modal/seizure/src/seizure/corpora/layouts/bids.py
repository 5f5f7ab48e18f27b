"""BIDS: sub-XX/[ses-YY/]eeg/*_eeg.edf with *_events.tsv, as the field converts its corpora."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from seizure.annotations import hed_score
from seizure.annotations.rows import Rules, settle, unlabelled
from seizure.corpora.corpus import UNKNOWN, Corpus, Read
from seizure.corpora.layouts.layout import Layout, elsewhere, other_length
from seizure.corpora.layouts.participants import not_listed, read_participants
from seizure.corpora.people import same_as
from seizure.corpora.tree import Found, edf_files, folders_in
from seizure.notices import Notice, refused
from seizure.recording import Recording

if TYPE_CHECKING:
    from seizure.edf.header import Header

DESCRIPTION = "dataset_description.json"
#: Key of the description that generated recordings have: the hash of their generator.
SYNTHETIC = "ann_tui_synthetic"
#: What a description's Name contains, without marks -> whose patients these are.
FAMILIES = {
    "chbmit": "chb-mit",
    "siena": "siena",
    "seizeit1": "seizeit1",
    "tuh": "tusz",
    "tusz": "tusz",
}


def fits(folder: Path) -> bool:
    return any(
        (folder / sub / "eeg").is_dir()
        or any((folder / sub / ses / "eeg").is_dir() for ses in folders_in(folder / sub)[:20])
        for sub in folders_in(folder)
        if sub.startswith("sub-")
    )


def is_synthetic(folder: Path) -> bool:
    """Whether its description says that its recordings were generated. Refused: it is no JSON."""
    return _text(_description(folder), SYNTHETIC) != ""


def read(folder: Path, name: str) -> Corpus:
    described = _description(folder)
    title = _text(described, "Name")
    generated = _text(described, SYNTHETIC)
    family = f"synthetic-{generated}" if generated else family_of(title, name)
    splits = read_participants(folder, lambda patient: same_as(family, patient))
    recordings, strangers = [], []
    for one in edf_files(folder):
        if is_recording(one):
            patient = same_as(family, one.parts[0])
            recordings.append(_recording(one, patient, splits.get(patient)))
        else:
            strangers.append(one)
    notices = elsewhere(strangers)
    notices += not_listed(folder, splits, (one.patient for one in recordings))
    if not described:
        says = f"corpus without {DESCRIPTION}: its licence and version are unknown"
        notices.append(Notice("no-description", says, str(folder)))
    return Corpus(
        name, "bids", folder, family, _text(described, "DatasetVersion") or generated or UNKNOWN,
        _text(described, "License") or UNKNOWN, tuple(recordings), seizures_of_tsv,
        synthetic=bool(generated), notices=tuple(notices),
    )  # fmt: skip


def family_of(title: str, name: str) -> str:
    """Whose patients these are, by the description's Name; one that is not known is its own."""
    plain = re.sub(r"[^a-z0-9]", "", title.lower())
    for part, family in FAMILIES.items():
        if part in plain:
            return family
    return f"bids-{plain}" if plain else f"own-{name}"


def is_recording(one: Found) -> bool:
    parts, stem = one.parts, one.stem
    if len(parts) not in (3, 4) or not parts[0].startswith("sub-") or parts[-2] != "eeg":
        return False
    return (len(parts) == 3 or parts[1].startswith("ses-")) and stem.endswith("_eeg")


def _recording(one: Found, patient: str, split: str | None) -> Recording:
    stem = one.stem.removesuffix("_eeg")
    return Recording(stem, patient, one.path, one.sibling(f"{stem}_events.tsv"), split)


def seizures_of_tsv(recording: Recording, header: Header, rules: Rules) -> Read:
    """Reader of recordings whose annotation is a TSV of HED-SCORE."""
    file = recording.annotation
    if file is None:
        stem = recording.edf.stem.removesuffix("_eeg")
        return (), (unlabelled(recording.edf, f"{stem}_events.tsv", rules),)
    events = hed_score.read(file)
    seizures, notices = settle(events.rows, header.seconds, file, rules)
    told = [*notices, *other_length(events.seconds, header.seconds, file)]
    if not events.rows:
        says = "have an annotation without a row: taken as background"
        told.append(Notice("no-rows", says, str(file)))
    return seizures, tuple(told)


def _description(folder: Path) -> dict[str, Any]:
    file = folder / DESCRIPTION
    if not file.exists():
        return {}
    try:
        found = json.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as e:
        raise refused(file, getattr(e, "lineno", 0), f"it is no JSON: {e}") from None
    if not isinstance(found, dict):
        raise refused(file, 1, "it is no JSON object")
    return found


def _text(described: dict[str, Any], key: str) -> str:
    value = described.get(key)
    return value.strip() if isinstance(value, str) else ""


LAYOUT = Layout("sub-XX/eeg or sub-XX/ses-YY/eeg with *_eeg.edf", fits, read)
