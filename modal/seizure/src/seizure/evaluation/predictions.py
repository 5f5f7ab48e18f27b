"""What a detector found, as the field exchanges it: a TSV of each test recording in a BIDS tree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from seizure.evaluation.verdicts import Verdict
from seizure.scoring import tsv

FOLDER = "predictions"
_BIDS = re.compile(r"sub-[A-Za-z0-9]+(_[a-z]+-[A-Za-z0-9]+)+")


def write(out: Path, dataset: str, of: Verdict) -> None:
    """Below predictions/DATASET/DETECTOR/; beside the detectors recordings.tsv says which file is
    of which recording."""
    folder = out / FOLDER / dataset
    every = [marked for marked, _ in of.scores.outcomes]
    stems = bids_stems([(one.patient, one.recording) for one in every])
    rows = ["recording\tpatient\tfile"]
    for marked, stem in zip(every, stems, strict=True):
        file = f"{bids_folder(stem)}/{stem}_events.tsv"
        tsv.write(folder / of.detector.name / file, list(marked.predicted), marked.seconds)
        rows.append(f"{marked.recording}\t{marked.patient}\t{file}")
    text = "\n".join([*rows, ""])
    (folder / "recordings.tsv").write_text(text, encoding="utf-8", errors="surrogateescape")


def bids_stems(recordings: Sequence[tuple[str, str]]) -> list[str]:
    """How each (patient, recording) is called in a BIDS tree: by its own name where that is one,
    else by its patient (letters and digits, a number where two would be the same) and its own
    number: "sub-01_ses-01_task-szMonitoring_run-03"."""
    own = {name for _, name in recordings if _BIDS.fullmatch(name)}
    taken = {name.partition("_")[0].lower() for name in own}  # not every disk tells A from a
    subjects: dict[str, str] = {}
    runs: dict[str, int] = {}
    stems = []
    for patient, name in recordings:
        if name in own:
            stems.append(name)
            continue
        if patient not in subjects:
            subjects[patient] = _free(patient, taken)
            taken.add(subjects[patient].lower())
        runs[patient] = run = runs.get(patient, -1) + 1
        stems.append(f"{subjects[patient]}_ses-01_task-szMonitoring_run-{run:02}")
    return stems


def _free(patient: str, taken: set[str]) -> str:
    plain = "sub-" + (re.sub(r"[^A-Za-z0-9]", "", patient.removeprefix("sub-")) or "x")
    if plain.lower() not in taken:
        return plain
    return next(one for n in count(2) if (one := f"{plain}x{n}").lower() not in taken)


def bids_folder(stem: str) -> str:
    """Where it lies: "sub-01/ses-01/eeg"."""
    subject, *rest = stem.split("_")
    session = [part for part in rest if part.startswith("ses-")]
    return "/".join([subject, *session[:1], "eeg"])
