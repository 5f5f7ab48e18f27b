"""Measuring how fast machines train, as jobkit.cloud knows it: each machine is a part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jobkit.cloud.workload import OUTCOME, PARTS, WORK, Part, Plain
from jobkit.errors import JobError, Problem
from jobkit.files import read_json, write_json

from seizure.job import parse
from seizure.program import PROGRAM

RESULT = "results.json"


class _Measure(Plain):
    """Implements jobkit.cloud.workload.Workload: one training's speed on several kinds of machines.
    The job has their names in `machines`: each is a part, for the container that comes in the same
    place of the launch file's. One that cannot do it is no reason for the others to fail."""

    program = PROGRAM
    result = RESULT
    phase = "measure"
    apart = True

    def job(self, given: Mapping[str, Any], run: Path, data: Path) -> dict[str, Any]:
        source = given.get("source")
        return {**given, "data_dir": str(data), "source": str(run / source) if source else None}

    def split(self, job: dict[str, Any]) -> list[Part]:
        machines = job.get("machines")
        right = isinstance(machines, list) and all(isinstance(one, str) and one for one in machines)
        if not machines or not right:
            raise JobError("machines", "must be a list of names")
        one = {name: value for name, value in job.items() if name != "machines"}
        parse(one)
        return [
            Part(f"w{n}", name, one, machine=f"{WORK}_{n}") for n, name in enumerate(machines, 1)
        ]

    def merge(
        self, run: Path, parts: Sequence[Part], data: Path, seconds: float,
        decided: Mapping[str, dict[str, Any]],
    ) -> list[dict[str, Any]]:  # fmt: skip
        """`measured` and `failed`, each with its `machine`, in the order of the job. Of a container
        that ended without a word there is nothing. Returns what was measured."""
        measured, failed = [], []
        for part in parts:
            folder, name = run / PARTS / part.name, {"machine": part.label}
            found, outcome = read_json(folder / RESULT), read_json(folder / OUTCOME) or {}
            if found is not None:
                measured.append({**name, **found["measured"]})
            elif outcome.get("failure"):
                failed.append({**name, **outcome["failure"]})
        told = {"v": 1, "job": "measure", "measured": measured, "failed": failed}
        write_json(run / RESULT, {**told, "seconds": round(seconds, 3)})
        return measured

    def verdict(self, parts: Sequence[Part], judged: Sequence[dict[str, Any]]) -> Problem | None:
        if judged:
            return None
        names = ", ".join(part.label for part in parts)
        return Problem("No machine was measured", f"{names}: none of them told its speed")

    def is_done(self, part: Path) -> bool:
        return read_json(part / RESULT) is not None


MEASURE = _Measure()
