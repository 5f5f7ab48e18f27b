"""Has one data set of a job ready before machines that cost more are started."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from annbench import datasets, machine, synthetic
from annbench.errors import Problem
from annbench.events import Events, Phase
from annbench.files import as_problem, write_json
from annbench.job import DatasetSpec

#: Beside the events, when it could not be had: what, why, hint.
PROBLEM = "problem.json"


def is_there(spec: DatasetSpec, data_dir: Path) -> bool:
    return datasets.stamp_of(data_dir, spec.name) is not None


def prepare(spec: DatasetSpec, data_dir: Path, out: Path, events: Events) -> bool:
    """Makes or fetches and verifies it. False: it could not be had, and PROBLEM says why."""
    (out / PROBLEM).unlink(missing_ok=True)
    try:
        with Phase(events, "data", spec.name) as phase:
            _ensure(spec, data_dir, phase)
    except OSError as e:
        problem = as_problem(e, "A file could not be used")
    except Problem as e:
        problem = e
    else:
        return True
    told = {"what": problem.what, "why": problem.why, "hint": problem.hint}
    write_json(out / PROBLEM, {name: value for name, value in told.items() if value})
    events.warn(str(problem))
    return False


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
