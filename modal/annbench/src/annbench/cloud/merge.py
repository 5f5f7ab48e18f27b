"""One result of all parts, as if one machine had measured them one after the other."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from annbench import datasets, hdf5_results, machine, results
from annbench.cloud.parts import Part
from annbench.cloud.teller import JOURNAL
from annbench.events import read_journal

PARTS = "parts"
#: What a worker leaves at its end, however it ended.
OUTCOME = "outcome.json"


def read_results(folder: Path) -> dict[str, Any] | None:
    """The results of a part that was measured to its end."""
    found = _read(folder / results.FILE)
    if found is None or not isinstance(found.get("points"), list):
        return None
    return found


def merge(
    run: Path, parts: Sequence[Part], data_dir: Path, seconds: float,
    judged: Mapping[str, dict[str, Any]],
) -> list[dict[str, Any]]:  # fmt: skip
    """Writes results.json and results-hdf5 of `run` from its parts; returns the verdicts. Of parts
    that are not done the points that are there count; missing ones are passed over. Files appear
    whole, results.json last. `judged`: verdicts of parts that were judged without being run."""
    points: list[dict[str, Any]] = []
    verdicts: list[dict[str, Any]] = []
    machines: list[dict[str, Any]] = []
    containers: list[dict[str, Any]] = []
    stamps: dict[str, dict[str, Any]] = {}
    for part in parts:
        folder = run / PARTS / part.name
        found = read_results(folder) or _unfinished(folder)
        points += _in_order(part, found["points"])
        verdicts += [judged[part.name]] if part.name in judged else found.get("verdicts", [])
        stamps.update((stamp["name"], stamp) for stamp in found.get("datasets", []))
        if found.get("machine"):
            machines.append(found["machine"])
            containers.append(_container(part, found["machine"], _read(folder / OUTCOME) or {}))
        _copy(folder / hdf5_results.FOLDER, run / hdf5_results.FOLDER)
    for part in parts:
        if part.dataset not in stamps and (stamp := _stamp(part, data_dir)) is not None:
            stamps[part.dataset] = stamp
    results.write(
        run, machines[0] if machines else machine.describe(),
        [stamps[name] for name in dict.fromkeys(p.dataset for p in parts) if name in stamps],
        parts[0].job.get("k", 10), points, seconds, verdicts, containers,
    )  # fmt: skip
    return verdicts


def _unfinished(folder: Path) -> dict[str, Any]:
    journal = read_journal(folder / JOURNAL)
    return {"points": [results.bare(p) for p in journal.points], "machine": journal.machine}


def _in_order(part: Part, points: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each point once, in the order of the job."""
    spec = part.spec
    wanted = [{**spec.build, **search} for search in spec.search]
    once = {results.key(point): point for point in points}

    def place(point: dict[str, Any]) -> int:
        return wanted.index(point["params"]) if point["params"] in wanted else len(wanted)

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
    stamp = datasets.stamp_of(data_dir, part.dataset)
    if stamp is None:
        return None
    rows, dim = stamp["train"]
    train = [min(rows, part.job.get("subset") or rows), dim]
    return {"name": part.dataset, "sha256": stamp["sha256"], "distance": stamp["distance"],
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


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
