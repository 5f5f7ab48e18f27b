"""A workload as small as can be: `count` emits numbers, and its result is how many."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, ClassVar

import jobkit.events
from jobkit.cloud.workload import PARTS, PREPARE, WORK, Before, Part, Preparation, Shared
from jobkit.errors import JobError, Problem
from jobkit.events import COMMON, JOURNAL, Schema
from jobkit.files import read_json, write_json
from jobkit.program import Program


class Events(jobkit.events.Events):
    schema: ClassVar[Schema] = COMMON.plus(
        {"version": 1, "keep": ["number"], "types": {"number": {"value": "integer"}}}
    )


PROGRAM = Program("count", Events, "The counting process", "count less", "its finished numbers")


class Count:
    """A job is {"count": [3, 2], "needs": name or None, "broken": part or None, "shares": names,
    "prepares": [1], "machines": ["work_1"]}. What was counted before is a line each in the first of
    `shares`; `prepares` is counted first, on containers of the cheap kind."""

    program = PROGRAM
    phase = "count"
    result = "count.json"
    apart = False

    def job(self, given: Mapping[str, Any], run: Path, data: Path) -> dict[str, Any]:
        if not isinstance(given.get("count"), list):
            raise JobError("count", "must be a list")
        return {**given, "data": str(data)}

    def split(self, job: dict[str, Any]) -> list[Part]:
        needs = (job["needs"],) if job.get("needs") else ()
        first = [
            Part(f"p{i + 1}", f"to {most}", {**job, "count": [most], "name": f"p{i + 1}"},
                 needs, PREPARE)
            for i, most in enumerate(job.get("prepares", []))
        ]  # fmt: skip
        return first + [
            Part(f"w{i + 1}", f"to {most}", {**job, "count": [most], "name": f"w{i + 1}"},
                 needs, stage=1 if first else 0, machine=(job.get("machines") or {i: WORK})[i])
            for i, most in enumerate(job["count"])
        ]  # fmt: skip

    def prepare(self, job: dict[str, Any], names: Sequence[str], data: Path) -> list[Preparation]:
        there = (data / name for name in names)
        return [
            Preparation(p.name, f"The file {p.name}", (p.name,)) for p in there if not p.exists()
        ]

    def before(self, parts: Sequence[Part]) -> Before | None:
        order = [part.name for part in parts if part.job.get("broken") == part.name]
        return Before("look", ", ".join(order), order) if order else None

    def carry_out(self, order: Sequence[str], shared: Path) -> dict[str, Any]:
        return {name: {"what": "broken"} for name in order}

    def after(
        self, answer: dict[str, Any], parts: Sequence[Part], events: jobkit.events.Events
    ) -> dict[str, dict[str, Any]]:
        return answer

    def merge(
        self, run: Path, parts: Sequence[Part], data: Path, seconds: float,
        decided: Mapping[str, dict[str, Any]],
    ) -> list[dict[str, Any]]:  # fmt: skip
        found = {part.name: read_json(run / PARTS / part.name / self.result) for part in parts}
        write_json(run / self.result, {"parts": found})
        return list(decided.values())

    def verdict(self, parts: Sequence[Part], judged: Sequence[dict[str, Any]]) -> Problem | None:
        return (
            Problem("Nothing was counted", "all is broken") if len(judged) == len(parts) else None
        )

    def is_done(self, part: Path) -> bool:
        return (part / self.result).exists()

    def shared_data(self, job: Mapping[str, Any], data: Path) -> Shared:
        return Shared(job.get("shares", []), job.get("shares", []))

    def faulty(
        self, job: Mapping[str, Any], data: Path, tell: Callable[[float, float], None]
    ) -> Sequence[str]:
        """A file that says `bad` is."""
        found = [name for name in job["shares"] if (data / name).exists()]
        return [name for name in found if "bad" in (data / name).read_text()]

    def beyond_repair(self, job: Mapping[str, Any], names: Sequence[str]) -> Problem:
        return Problem("It is damaged", f"{', '.join(names)} is bad", "write it anew")

    @contextlib.contextmanager
    def at_work(
        self, job: Mapping[str, Any], shared: Path, volume: AbstractContextManager[Any]
    ) -> Iterator[dict[str, str]]:
        with volume:
            pass
        yield {"COUNT_PACE": "0.01"}


def main(words: list[str]) -> int:
    """`count run JOB.json --out DIR --stream --part` and `count prepare JOB.json NAME --out DIR …`"""
    command, job = words[0], json.loads(Path(words[1]).read_text())
    out = Path(words[words.index("--out") + 1])
    events = Events(journal=out / JOURNAL, stream=sys.stdout)
    if command == "prepare":
        if words[2] == "nowhere":
            events.warn("there is no such place")
            write_json(out / "problem.json", {"what": "It is nowhere", "why": "it never was"})
            return 1
        (Path(job["data"]) / words[2]).write_text("")
        return 0
    (most,) = job["count"]
    there = [event["value"] for event in events.earlier.kept]
    if "--data" in words:
        data = Path(words[words.index("--data") + 1])
        with open(data / job["shares"][0], "a") as f:
            print(most, file=f)
    for value in range(most):
        if value not in there:
            time.sleep(job.get("pace", 0.0))
            events.emit("number", value=value)
            if job.get("pace"):
                left = (most - value - 1) * job["pace"]
                events.emit(
                    "progress", phase="count", done=value + 1, total=most, unit="numbers",
                    job_eta_seconds=left,
                )  # fmt: skip
    if job.get("fails") == job["name"]:
        events.emit("failed", what="It lost count", why="it was asked to")
        return 1
    write_json(out / Count.result, {"count": most, "earlier": len(there)})
    events.emit("result", seconds=0.0, file=Count.result)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
