"""One result of all parts, as if one machine had measured them one after the other."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jobkit.cloud.workload import OUTCOME, PARTS, Part
from jobkit.events import JOURNAL, read_journal
from jobkit.files import read_json

from annbench import facts
from annbench.cloud.parts import dataset_of, spec_of
from annbench.data import datasets
from annbench.events import SCHEMA
from annbench.results import hdf5_results, results


def read_results(folder: Path) -> dict[str, Any] | None:
    """The results of a part that was measured to its end."""
    found = read_json(folder / results.FILE)
    if found is None or not isinstance(found.get("points"), list):
        return None
    return found


def merge(
    run: Path, parts: Sequence[Part], data_dir: Path, seconds: float,
    decided: Mapping[str, dict[str, Any]],
) -> list[dict[str, Any]]:  # fmt: skip
    """Writes results.json and results-hdf5 of `run` from its parts; returns the verdicts. Of parts
    that are not done the points that are there count; missing ones are passed over. Files appear
    whole, results.json last. `decided`: verdicts of parts that were not run."""
    points: list[dict[str, Any]] = []
    verdicts: list[dict[str, Any]] = []
    machines: list[dict[str, Any]] = []
    containers: list[dict[str, Any]] = []
    unreached: list[dict[str, Any]] = []
    stamps: dict[str, dict[str, Any]] = {}
    for part in parts:
        folder = run / PARTS / part.name
        found = read_results(folder) or _unfinished(folder)
        points += _in_order(part, found["points"])
        unreached += found.get("unreached", [])
        verdicts += [decided[part.name]] if part.name in decided else found.get("verdicts", [])
        stamps.update((stamp["name"], stamp) for stamp in found.get("datasets", []))
        if found.get("machine"):
            machines.append(found["machine"])
            containers.append(_container(part, found["machine"], read_json(folder / OUTCOME) or {}))
        _copy(folder / hdf5_results.FOLDER, run / hdf5_results.FOLDER)
    for part in parts:
        if dataset_of(part) not in stamps and (stamp := _stamp(part, data_dir)) is not None:
            stamps[dataset_of(part)] = stamp
    results.write(
        run, machines[0] if machines else facts.describe(),
        [stamps[name] for name in dict.fromkeys(dataset_of(p) for p in parts) if name in stamps],
        parts[0].job.get("k", 10), points, seconds, verdicts, containers,
        unreached,
    )  # fmt: skip
    return verdicts


_KEPT = {"points": "point", "unreached": "unreached"}


def _unfinished(folder: Path) -> dict[str, Any]:
    journal = read_journal(folder / JOURNAL, SCHEMA)
    kept = {name: results.of_type(journal.kept, kind) for name, kind in _KEPT.items()}
    return {**kept, "machine": journal.machine}


def _in_order(part: Part, points: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each point once, in the order of the job."""
    spec = spec_of(part)
    wanted = [{**spec.build, **search} for search in spec.search]
    once = {results.key(point): point for point in points}

    def place(point: dict[str, Any]) -> tuple[int, float]:
        """Operating points come last, by what they were found for."""
        target = point.get("target_recall", 0.0)
        plain = target == 0.0 and point["params"] in wanted
        return wanted.index(point["params"]) if plain else len(wanted), target

    return sorted(once.values(), key=place)


def _container(
    part: Part, found: dict[str, Any], outcome: dict[str, Any]
) -> dict[str, Any]:  # fmt: skip
    told = ("task", "seconds", "peak_bytes", "code")
    return {
        "name": part.name, "label": part.label,
        **{name: outcome[name] for name in told if outcome.get(name) is not None},
        **{name: found[name] for name in ("cpu", "cores", "isa", "affinity") if name in found},
    }  # fmt: skip


def _stamp(part: Part, data_dir: Path) -> dict[str, Any] | None:
    """What results say of a data set, when no part got as far as that."""
    stamp = datasets.stamp_of(data_dir, dataset_of(part))
    if stamp is None:
        return None
    rows, dim = stamp["train"]
    train = [min(rows, part.job.get("subset") or rows), dim]
    return {"name": dataset_of(part), "sha256": stamp["sha256"], "distance": stamp["distance"],
            "train": train, "test": stamp["test"]}  # fmt: skip


def _copy(source: Path, target: Path) -> None:
    for path in sorted(source.rglob("*.hdf5")):
        if path.name.startswith("."):  # a file that was being written when its container ended
            continue
        there = target / path.relative_to(source)
        there.parent.mkdir(parents=True, exist_ok=True)
        beside = there.with_name(f".{there.name}.{os.getpid()}")
        try:
            shutil.copyfile(path, beside)
            os.replace(beside, there)
        finally:
            beside.unlink(missing_ok=True)
