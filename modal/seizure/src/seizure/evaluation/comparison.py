"""Two runs that scored detectors, compared patient by patient: trainings, evaluations, or one of
each."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jobkit.errors import Refused

from seizure.evaluation import recordings_file, results
from seizure.evaluation.recordings_file import Truth
from seizure.evaluation.scores_file import path_of
from seizure.scoring import bootstrap
from seizure.scoring.detector import curves, marked_at
from seizure.scoring.postprocess import PostProcess
from seizure.scoring.recording import Judged
from seizure.scoring.table import Scores, mean_differences, mean_figure, score

#: What a detector of a run's results must have to be scored again.
NEEDED = {"detector", "title", "dataset", "best", "threshold", "postprocess"}
FIGURES = ("auroc", "f1", "sensitivity", "precision", "fa_per_day")


@dataclass(frozen=True)
class _Compared:
    """What of a run stands for it on one dataset: the detectors that it trained or was given, each
    seed alike; without any the best on dev."""

    titles: tuple[str, ...]
    scores: tuple[Scores, ...]

    def to_json(self) -> dict[str, Any]:
        figures = {name: mean_figure(self.scores, name) for name in FIGURES}
        return {"titles": list(self.titles), "figures": figures}


def compare(one: Path, other: Path, draws: int = bootstrap.DRAWS, seed: int = 0) -> dict[str, Any]:
    """`one` and `other`: folders of jobs that are over. For each dataset that both were scored on,
    with the same test recordings: both sides' figures (means over seeds) and the difference `other`
    minus `one` with its interval over paired draws of patients. `refused`: why a dataset is not
    among them. Refused where none is."""
    told: list[dict[str, Any]] = []
    refused: list[dict[str, str]] = []
    runs = [_read(folder) for folder in (one, other)]
    names = [{d["name"]: d for d in found["datasets"]} for found in runs]
    for name in (name for name in names[0] if name in names[1]):
        tests = [_test(folder, name) for folder in (one, other)]
        if tests[0] != tests[1]:
            refused.append({"dataset": name, "why": "they were scored on other recordings"})
            continue
        sides = [
            _compared(folder, found, name, tests[0], draws, seed)
            for folder, found in zip((one, other), runs, strict=True)
        ]
        told.append(
            {
                "dataset": name, "synthetic": bool(names[0][name]["synthetic"]),
                "patients": len({t.patient for t in tests[0]}), "recordings": len(tests[0]),
                "one": sides[0].to_json(), "other": sides[1].to_json(),
                "differences": mean_differences(sides[1].scores, sides[0].scores),
            }
        )  # fmt: skip
    if not told:
        whys = [f"{r['dataset']}: {r['why']}" for r in refused]
        why = "; ".join(whys) or "they were scored on different datasets"
        raise Refused("The two runs cannot be compared", why, "evaluate both on one dataset")
    return {"v": 1, "draws": draws, "seed": seed, "pairs": told, "refused": refused}


def _read(folder: Path) -> dict[str, Any]:
    """Of results.json, what is needed."""
    path = folder / results.FILE
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["v"] != results.VERSION or not found["detectors"]:
            raise ValueError("no detector was scored")
        for one in found["detectors"]:
            if lacking := sorted(NEEDED - one.keys()):
                raise ValueError(
                    f"it is of an earlier version, its detectors have no {', '.join(lacking)}"
                )
        return {"datasets": found["datasets"], "detectors": found["detectors"]}
    except (OSError, ValueError, KeyError, TypeError) as e:
        why = getattr(e, "strerror", None) or str(e)
        raise _nothing(folder, f"{path}: {why}") from e


def _test(folder: Path, dataset: str) -> list[Truth]:
    every = recordings_file.read(folder, dataset)
    if every is None:
        why = f"{recordings_file.path_of(folder, dataset)} is not there, or damaged"
        raise _nothing(folder, why)
    return [one for one in every if one.split == "test"] or every


def _compared(
    folder: Path, found: dict[str, Any], dataset: str, test: Sequence[Truth], draws: int, seed: int
) -> _Compared:
    of = [one for one in found["detectors"] if one["dataset"] == dataset]
    chosen = [one for one in of if "checkpoint" in one] or [one for one in of if one["best"]]
    return _Compared(
        tuple(one["title"] for one in chosen),
        tuple(_score(folder, dataset, one, test, draws, seed) for one in chosen),
    )


def _score(
    folder: Path, dataset: str, detector: dict[str, Any], test: Sequence[Truth],
    draws: int, seed: int,
) -> Scores:  # fmt: skip
    """As the run scored it, from what it kept of each second."""
    judged = [_judged(folder, dataset, detector["detector"], one) for one in test]
    threshold, events = detector["threshold"], PostProcess(**detector["postprocess"])
    return score(
        marked_at(judged, threshold, events), draws, seed, curves(judged, threshold, events)
    )


def _judged(folder: Path, dataset: str, detector: str, one: Truth) -> Judged:
    path = path_of(folder, dataset, one.id)
    try:
        with np.load(path, allow_pickle=False) as kept:
            return Judged(one.patient, one.id, one.seconds, one.seizures, kept[detector])
    except (OSError, ValueError, KeyError, EOFError) as e:
        raise _nothing(folder, f"{path} has no scores of {detector}: {e}") from e


def _nothing(folder: Path, why: str) -> Refused:
    return Refused(f"{folder} has nothing to compare", why, "run it again")
