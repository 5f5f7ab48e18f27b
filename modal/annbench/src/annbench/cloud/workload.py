"""The benchmark as jobkit.cloud knows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from jobkit.cloud.workload import Before, Part, Plain, Preparation
from jobkit.errors import JobError, Problem
from jobkit.events import Events

from annbench.cloud import compiled, merge, parts, prepare
from annbench.program import PROGRAM
from annbench.results import results
from annbench.user.verdict import all_failed


class Bench(Plain):
    """Implements jobkit.cloud.workload.Workload."""

    program = PROGRAM
    phase = "measure"
    result = results.FILE

    def job(self, given: Mapping[str, Any], run: Path, data: Path) -> dict[str, Any]:
        value = {**given, "data_dir": str(data)}
        for name in ("datasets", "implementations"):
            if not isinstance(value.get(name), list):
                raise JobError(name, "must be a list")
        # A path on somebody's laptop says nothing here.
        value["datasets"] = [{**d, "from": None} for d in value["datasets"]]
        value["implementations"] = [
            {**i, "source": str(run / i["source"])} if i.get("source") else i
            for i in value["implementations"]
        ]
        return value

    def split(self, job: dict[str, Any]) -> list[Part]:
        return parts.split(job)

    def prepare(self, job: dict[str, Any], names: Sequence[str], data: Path) -> list[Preparation]:
        return prepare.missing(job, names, data)

    def before(self, parts: Sequence[Part]) -> Before | None:
        return compiled.before(parts)

    def after(
        self, answer: dict[str, Any], parts: Sequence[Part], events: Events
    ) -> dict[str, dict[str, Any]]:
        return compiled.after(answer, parts, events)

    def carry_out(self, order: Sequence[str], shared: Path) -> dict[str, Any]:
        return compiled.compile_all(order, shared)

    def merge(
        self, run: Path, parts: Sequence[Part], data: Path, seconds: float,
        decided: Mapping[str, dict[str, Any]],
    ) -> list[dict[str, Any]]:  # fmt: skip
        return merge.merge(run, parts, data, seconds, decided)

    def verdict(self, done: Sequence[Part], judged: Sequence[dict[str, Any]]) -> Problem | None:
        """User code and libraries of others fail the run only when nothing else was measured."""
        only_theirs = all(
            parts.source_of(part) is not None or parts.spec_of(part).peer is not None
            for part in done
        )
        return all_failed(judged) if only_theirs else None

    def is_done(self, part: Path) -> bool:
        return merge.read_results(part) is not None

    @contextmanager
    def at_work(
        self, job: Mapping[str, Any], shared: Path, volume: AbstractContextManager[Any]
    ) -> Iterator[dict[str, str]]:
        with compiled.taken(job, shared, volume) as environment:
            yield environment


BENCH = Bench()
