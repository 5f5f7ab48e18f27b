"""A job in parts that can be measured apart: one data set, one build of one implementation, all its
search settings."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jobkit.cloud.workload import Part

from annbench.job import ImplementationSpec, parse


def dataset_of(part: Part) -> str:
    return str(part.job["datasets"][0]["name"])


def spec_of(part: Part) -> ImplementationSpec:
    return parse(part.job).implementations[0]


def source_of(part: Part) -> Path | None:
    """The file of user code, where the part measures one."""
    source = part.job["implementations"][0].get("source")
    return Path(source) if source else None


def split(value: dict[str, Any]) -> list[Part]:
    """The parts w1…wN in the order in which one machine would measure them; JobError when the job
    is wrong. Settings of one build that are given in several places are one part."""
    whole = parse(value)
    builds: dict[str, tuple[ImplementationSpec, dict[str, Any]]] = {}
    for spec, given in zip(whole.implementations, value["implementations"], strict=True):
        key = json.dumps([spec.name, str(spec.source), spec.build], sort_keys=True)
        search, targets = given.get("search", [] if spec.at_recall else [{}]), spec.at_recall
        if key in builds:
            merged = builds[key][1]
            merged["search"] += [s for s in search if s not in merged["search"]]
            targets = (*merged.get("at_recall", []), *targets)
        else:
            merged = {**given, "search": list(search)}
            builds[key] = spec, merged
        if targets:
            merged["at_recall"] = sorted(set(targets))
    datasets: dict[str, Any] = {}
    for dataset in value["datasets"]:
        datasets.setdefault(dataset["name"], dataset)
    found: list[Part] = []
    for name, dataset in datasets.items():
        for spec, one in builds.values():
            found.append(
                Part(
                    f"w{len(found) + 1}", f"{spec.label} on {name}",
                    {**value, "datasets": [dataset], "implementations": [one]}, (name,),
                )
            )  # fmt: skip
    return found
