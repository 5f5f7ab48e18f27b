"""An evaluation's own half: detectors judge, are scored, and what they found is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jobkit.events import Phase

from seizure.detection.registry import DETECTORS
from seizure.evaluation import predictions, traces_of
from seizure.evaluation.judge import Scored, judge
from seizure.evaluation.preparing import about
from seizure.evaluation.verdicts import (
    Verdict,
    best,
    detector_event,
    patient_events,
    verdict,
)
from seizure.job import EvaluateJob
from seizure.program import Events
from seizure.store.store import Store

#: Share of marked seconds above which a person is told.
MOST_MARKED = 0.5
_LISTS = ("judged", "detectors", "patients", "traces")


def evaluate(
    job: EvaluateJob, stores: Sequence[Store], out: Path, events: Events
) -> dict[str, Any]:
    """What results.json has of it: `judged`, `detectors`, `patients`, `traces` as the events have
    them; a detector with all of its scores besides."""
    detectors = DETECTORS[job.checkpoint]()
    judged: list[tuple[Store, list[Scored]]] = []
    for store in stores:
        recordings = [one for one in store.recordings if one.split in ("dev", "test")]
        judged.append((store, judge(store, recordings, detectors, out, events)))
    found: dict[str, Any] = {"checkpoint": job.checkpoint, "seed": job.seed, "draws": job.draws}
    found |= {name: [] for name in _LISTS}
    for store, scored in judged:
        with Phase(events, "score", store.dataset) as phase:
            of = []
            for one in detectors:
                of.append(verdict(scored, one, job.draws, job.seed))
                phase.progress(len(of), len(detectors), "detectors")
            _tell(store, scored, of, out, events, found)
    return found


def _tell(
    store: Store, scored: Sequence[Scored], of: Sequence[Verdict], out: Path, events: Events,
    found: dict[str, Any],
) -> None:  # fmt: skip
    """Everything of one dataset: into events, into `found`, into files."""
    name, chosen = store.dataset, best(of)
    if not chosen.chosen:
        events.warn(
            f"{name} has no seizure in dev to choose a threshold on: each detector's is "
            f"{chosen.threshold:g}, and which is best is not known"
        )
    found["judged"] += [about(name, one.stored) for one in scored]
    for one in of:
        detector = detector_event(name, one, one is chosen)
        events.emit("detector", **detector)
        found["detectors"].append({**_known(detector), **_more(one)})
        for patient in patient_events(name, one):
            events.emit("patient", **patient)
            found["patients"].append(_known(patient))
        predictions.write(out, name, one)
        _log(name, one, one is chosen, events)
    for trace in traces_of.write(out, store, scored, chosen, len(found["traces"])):
        events.emit("trace", **trace)
        found["traces"].append(_known(trace))


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    """What an event keeps: all that is defined."""
    return {name: value for name, value in fields.items() if value is not None}


def _more(one: Verdict) -> dict[str, Any]:
    """What results.json has of a detector beside its event."""
    return {
        "causal": one.detector.causal,
        "dev_auroc": one.dev_auroc,
        "threshold_chosen": one.chosen,
        "marked": one.marked,
        "scores": one.scores.to_json(),
    }


def _log(name: str, one: Verdict, is_best: bool, events: Events) -> None:
    curve = one.scores.curves
    area = "undefined" if curve is None or curve.auroc is None else f"{curve.auroc:.3f}"
    best_of = ", the best on dev" if is_best else ""
    events.log(f"{name}: {one.detector.title}: AUROC {area}{best_of}")
    if one.marked > MOST_MARKED:
        events.log(
            f"{name}: {one.detector.title}: its threshold marks {100 * one.marked:.0f} % of all "
            "seconds; its events say little"
        )
