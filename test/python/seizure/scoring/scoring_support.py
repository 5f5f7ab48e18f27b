"""Shared by the tests of scoring: golden lists, and recordings made from a seed."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from seizure.recording import Seizure
from seizure.scoring.recording import Judged

_FOLDER = Path(__file__).parents[3] / "golden"
GOLDEN: dict[str, Any] = json.loads((_FOLDER / "szcore.json").read_text())


def _maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_szcore", _FOLDER / "make_szcore.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKER = _maker()


def seizures(events: list[tuple[float, float]]) -> list[Seizure]:
    """Of (onset, duration)."""
    return [Seizure(onset, onset + duration) for onset, duration in events]


def judged(seed: int, patients: int, recordings: int, seconds: int, skill: float) -> list[Judged]:
    """Recordings with smooth scores from 0 to 1 that are higher in seizures; some have none."""
    rng = np.random.default_rng(seed)
    made = []
    for number in range(recordings):
        length = int(seconds * (0.5 + rng.random()))
        truth = []
        for _ in range(int(rng.integers(0, 3))):
            start = float(rng.integers(0, length - 20))
            end = start + 10 + float(rng.integers(0, 60))
            truth.append(Seizure(start, min(float(length), end)))
        noise = np.convolve(rng.standard_normal(length + 8), np.ones(9) / 3, mode="valid")
        for one in truth:
            noise[int(one.start) : int(one.end)] += skill
        scores = 1 / (1 + np.exp(1.5 - noise))
        patient = f"p{number % patients:02d}"
        made.append(
            Judged(patient, f"r{number:03d}", float(length), tuple(truth), scores.astype("f4"))
        )
    return made
