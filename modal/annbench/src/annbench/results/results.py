"""Points: which ones are already there, and the file that holds them all."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jobkit import machine
from jobkit.events import journal
from jobkit.files import write_json

from annbench.events import SCHEMA
from annbench.measuring import noise
from annbench.measuring.measurement import Measured

FILE = "results.json"


def key(fields: dict[str, Any]) -> str:
    """What makes a point the same point: measured again, it would answer the same question."""
    names = (
        "dataset", "dataset_sha", "impl", "source_sha", "params", "k", "threads", "subset",
        "target_recall",
    )  # fmt: skip
    same = {name: fields.get(name) for name in names}
    return json.dumps(same, sort_keys=True)


def figures(
    measured: Measured, others_busy: float | None, threads: int, cores: int
) -> dict[str, Any]:
    """What a point says of a search. `others_busy`: cores that others used meanwhile, of `cores`."""
    qps = [one.qps for one in measured.passes]
    core = measured.core
    return {
        **measured.recall.fields(),
        "qps": max(qps),
        "qps_median": statistics.median(qps),
        "qps_unseen": measured.qps_unseen,
        "repeats": measured.repeats,
        "latency_ms": measured.latency_ms,
        "dist_comps": measured.dist_comps,
        **_reads(measured, max(qps)),
        "pinned": core is not None,
        "affinity": machine.as_ranges(machine.allowed() if core is None else [core]),
        **noise.fields(measured.passes, threads, others_busy, cores),
    }


def _reads(measured: Measured, qps: float) -> dict[str, float]:
    """What a query reads, and how near it comes to what random reads give; where they are known."""
    if measured.query_bytes is None:
        return {}
    if measured.random_reads is None:
        return {"query_bytes": measured.query_bytes}
    share = measured.query_bytes * qps / measured.random_reads
    return {"query_bytes": measured.query_bytes, "limit_share": round(share, 4)}


def bare(event: dict[str, Any]) -> dict[str, Any]:
    """A point event without its envelope."""
    return journal.bare(event, SCHEMA)


def of_type(events: Iterable[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    """Those of one type, without their envelopes."""
    return [bare(event) for event in events if event["type"] == kind]


def write(
    folder: Path,
    machine: dict[str, Any],
    datasets: list[dict[str, Any]],
    k: int,
    points: list[dict[str, Any]],
    seconds: float,
    verdicts: list[dict[str, Any]] | None = None,
    containers: list[dict[str, Any]] | None = None,
    unreached: list[dict[str, Any]] | None = None,
) -> None:
    """results.json, whole or not at all. `containers`: of a run that had several; `unreached`:
    recalls that operating points were sought at and that are out of reach."""
    write_json(
        folder / FILE,
        {
            "v": 1,
            "machine": machine,
            "datasets": datasets,
            "k": k,
            "points": points,
            "seconds": round(seconds, 3),
            "noise": noise.summary(points),
            "verdicts": verdicts or [],
            **({"containers": containers} if containers is not None else {}),
            **({"unreached": unreached} if unreached else {}),
        },
    )
