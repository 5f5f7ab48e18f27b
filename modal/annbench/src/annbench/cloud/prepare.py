"""Data sets of a job, had before machines that cost more are started."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jobkit import machine
from jobkit.cloud.preparing import prepared
from jobkit.cloud.workload import Preparation
from jobkit.errors import Problem
from jobkit.events import Phase

from annbench.data import datasets, synthetic
from annbench.events import Events
from annbench.job import DatasetSpec, parse_datasets


def missing(job: dict[str, Any], names: Sequence[str], data: Path) -> list[Preparation]:
    """What to run for those of `names` that are not verified there."""
    wanted = [spec.name for spec in parse_datasets(job).datasets if spec.name in names]
    return [
        Preparation(name, f"The data set {name}", ("--dataset", name))
        for name in wanted
        if datasets.stamp_of(data, name) is None
    ]


def prepare(spec: DatasetSpec, data_dir: Path, out: Path, events: Events) -> bool:
    """Makes or fetches and verifies it. False: it could not be had, and a file in `out` says why."""

    def work() -> None:
        with Phase(events, "data", spec.name) as phase:
            _ensure(spec, data_dir, phase)

    return prepared(out, events, work)


def _ensure(spec: DatasetSpec, data_dir: Path, phase: Phase) -> None:
    # A path on somebody's laptop says nothing here.
    spec = replace(spec, source=None, queries=None)
    part = data_dir / f"{spec.name}.hdf5.part"
    known = spec.name == synthetic.NAME or datasets.addresses(spec) or part.exists()
    if not known and not (data_dir / f"{spec.name}.hdf5").exists():
        raise Problem(
            f"The data set {spec.name} is not there", "and it has no address to fetch it from",
            f"ann-tui sync {spec.name} --target modal",
        )  # fmt: skip
    datasets.ensure(spec, data_dir, machine.cores(), phase)
