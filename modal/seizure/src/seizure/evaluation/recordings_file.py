"""Which recordings scores are of, and what was annotated in them: beside the scores, so that two
runs can be compared without their stores."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jobkit.files import write_json

from seizure.evaluation.scores_file import FOLDER
from seizure.recording import Seizure
from seizure.store.recordings import Stored


@dataclass(frozen=True)
class Truth:
    """A recording, without its signal."""

    id: str
    patient: str
    split: str
    seconds: float
    seizures: tuple[Seizure, ...]


def write(out: Path, dataset: str, recordings: Sequence[Stored]) -> None:
    told = [
        {
            "id": one.id, "patient": one.patient, "split": one.split, "seconds": one.seconds,
            "seizures": [[s.start, s.end, s.kind] for s in one.seizures],
        }
        for one in recordings
    ]  # fmt: skip
    path = path_of(out, dataset)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(path, {"v": 1, "recordings": told})


def path_of(out: Path, dataset: str) -> Path:
    return out / FOLDER / f"{dataset}.json"


def read(out: Path, dataset: str) -> list[Truth] | None:
    """In the order of their ids; None where there is none that can be read."""
    try:
        found = json.loads(path_of(out, dataset).read_text(encoding="utf-8"))
        if found["v"] != 1:
            return None
        return [
            Truth(
                str(one["id"]), str(one["patient"]), str(one["split"]), float(one["seconds"]),
                tuple(Seizure(float(a), float(b), str(kind)) for a, b, kind in one["seizures"]),
            )
            for one in found["recordings"]
        ]  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return None
