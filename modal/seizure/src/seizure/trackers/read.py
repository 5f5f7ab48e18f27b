"""Curves of a training out of its events, as it was in the end: what a resume went back behind
never was, and no step stands there twice."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jobkit.errors import Refused
from jobkit.events import JOURNAL
from jobkit.files import read_json

from seizure.program import Events

#: What of a `detector` event is a figure of the test split.
SCORES = ("auroc", "auprc", "ece", "f1", "sensitivity", "precision", "fa_per_day", "threshold")


@dataclass(frozen=True)
class Row:
    """All metrics of one step. `time`: Unix seconds, of the last that was told."""

    step: int
    time: float
    values: dict[str, float]


@dataclass(frozen=True)
class Track:
    """One training. `scores`: by name, "test/tusz/auroc". `best_step`: of the checkpoint that was
    scored, None before it is over."""

    seed: int
    rows: tuple[Row, ...]
    scores: dict[str, float]
    best_step: int | None
    parameters: int | None


@dataclass
class _Begun:
    """A track while its events are read. `curves`: of each metric, (step, time, value)."""

    curves: dict[str, list[tuple[int, float, float]]] = field(default_factory=dict)
    scores: dict[str, float] = field(default_factory=dict)
    best_step: int | None = None
    parameters: int | None = None

    def back_to(self, step: int) -> None:
        for curve in self.curves.values():
            _cut(curve, step)
        self.scores, self.best_step = {}, None

    def metric(self, event: dict[str, Any]) -> None:
        step = int(event["step"])
        for name, value in event["values"].items():
            if not isinstance(value, (int, float)) or not math.isfinite(value):
                continue  # what cannot be computed (AUROC without a seizure) is told as null
            curve = self.curves.setdefault(name, [])
            _cut(curve, step - 1)
            curve.append((step, float(event["time"]), float(value)))

    def detector(self, event: dict[str, Any], made_up: bool) -> None:
        where = f"{event['dataset']}{' (synthetic)' if made_up else ''}"
        for name in SCORES:
            value = event.get(name)
            if isinstance(value, (int, float)):
                self.scores[f"test/{where}/{name}"] = float(value)


def _cut(curve: list[tuple[int, float, float]], step: int) -> None:
    while curve and curve[-1][0] > step:
        curve.pop()


def read_tracks(job: Path, synthetic: bool = False) -> tuple[Track, ...]:
    """The trainings of a job's folder, by seed. `synthetic`: its data are made up, and their name
    says so. Refused where nothing was trained yet."""
    begun: dict[int, _Begun] = {}
    for event in _events(job / JOURNAL):
        kind, seed = event["type"], event.get("seed")
        if not isinstance(seed, int):
            continue
        track = begun.setdefault(seed, _Begun())
        if kind == "model":
            track.parameters = event["parameters"]
        elif kind == "metric":
            track.metric(event)
        elif kind == "resumed":
            track.back_to(event["step"])
        elif kind == "trained":
            track.best_step = event["best_step"]
        elif kind == "detector":
            track.detector(event, synthetic)
    tracks = tuple(_finished(seed, begun[seed]) for seed in sorted(begun) if begun[seed].curves)
    if not tracks:
        raise Refused("There are no curves", f"{job} has no step of a training yet")
    return tracks


def read_config(job: Path) -> dict[str, Any]:
    """What was asked for, without folders of this machine."""
    asked = read_json(job / "job.json") or {}
    names = [one.get("name") for one in asked.get("datasets", []) if isinstance(one, dict)]
    return {**asked.get("config", {}), "prepare": asked.get("settings", {}), "datasets": names}


def _events(journal: Path) -> Iterator[dict[str, Any]]:
    """Sound events, in their order; a torn line is none."""
    try:
        with open(journal, encoding="utf-8", errors="replace") as lines:
            for line in lines:
                judged = Events.schema.classify(line)
                if judged.event is not None and judged.verdict == "ok":
                    yield judged.event
    except FileNotFoundError:
        return


def _finished(seed: int, begun: _Begun) -> Track:
    rows: dict[int, Row] = {}
    for name, curve in begun.curves.items():
        for step, time, value in curve:
            row = rows.get(step, Row(step, time, {}))
            rows[step] = Row(step, max(row.time, time), {**row.values, name: value})
    ordered = tuple(rows[step] for step in sorted(rows))
    return Track(seed, ordered, begun.scores, begun.best_step, begun.parameters)


def digest_words(track: Track) -> str:
    """The same for the same curves, and for no others."""
    told = [(row.step, row.values) for row in track.rows]
    return json.dumps([track.seed, told, track.scores], sort_keys=True)
