"""An evaluation's own half: detectors judge, are scored, and what they found is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jobkit.events import Phase

from seizure.detection.detector import Detector
from seizure.evaluation import predictions, recordings_file, traces_of
from seizure.evaluation.gains import gain
from seizure.evaluation.judge import Scored, judge
from seizure.evaluation.matrix import matrix
from seizure.evaluation.preparing import about
from seizure.evaluation.verdicts import (
    Verdict,
    best,
    detector_event,
    patient_events,
    verdict,
)
from seizure.program import Events
from seizure.store.store import Store

#: Share of marked seconds above which a person is told.
MOST_MARKED = 0.5
_LISTS = ("judged", "detectors", "patients", "traces")
#: Recordings of dev and test that were judged, of each store.
Judgement = list[tuple[Store, list[Scored]]]


def evaluate(
    stores: Sequence[Store], detectors: Sequence[Detector], draws: int, seed: int, out: Path,
    events: Events, settle: Callable[[Judgement], Sequence[Detector]] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """What results.json has of it: `judged`, `detectors`, `patients`, `traces` as the events have
    them, a detector with all of its scores besides; `matrix` where one was trained. `draws` and
    `seed`: of the intervals. `settle`: the same detectors once they have judged, before any is
    scored: with a threshold chosen on dev."""
    judged: Judgement = []
    for store in stores:
        recordings = [one for one in store.recordings if one.split in ("dev", "test")]
        judged.append(
            (store, judge(store, recordings, detectors, out, events, store is stores[-1]))
        )
        recordings_file.write(out, store.dataset, recordings)
    if settle is not None:
        detectors = settle(judged)
    found: dict[str, Any] = {"seed": seed, "draws": draws}
    found |= {name: [] for name in _LISTS}
    for store, scored in judged:
        with Phase(events, "score", store.dataset) as phase:
            of = []
            for one in detectors:
                of.append(verdict(scored, one, draws, seed))
                phase.progress(len(of), len(detectors), "detectors")
            _tell(store, scored, of, out, events, found)
    table = matrix(detectors, [one.dataset for one in stores], found["detectors"])
    return found | ({"matrix": table} if table else {})


def _tell(
    store: Store, scored: Sequence[Scored], of: Sequence[Verdict], out: Path, events: Events,
    found: dict[str, Any],
) -> None:  # fmt: skip
    """Everything of one dataset: into events, into `found`, into files."""
    name, chosen = store.dataset, best(of)
    _warn(name, of, events)
    found["judged"] += [about(name, one.stored) for one in scored]
    for one in of:
        detector = {**detector_event(name, one, one is chosen), **gain(one, of)}
        if one.detector.trained is not None:
            detector["checkpoint"] = _below(out, one.detector.trained.checkpoint)
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


def _warn(name: str, of: Sequence[Verdict], events: Events) -> None:
    """What makes figures say less than they seem to."""
    unchosen = [one for one in of if not one.chosen]
    if unchosen:
        whose = "each detector's" if len(unchosen) == len(of) else "that of those without one"
        events.warn(
            f"{name} has no seizure in dev to choose a threshold on: {whose} is "
            f"{unchosen[0].threshold:g}, and which is best is not known"
        )
    if any(one.threshold_from == "test" for one in of):
        events.warn(
            f"{name} has no test split: dev is scored, where thresholds (and the best step of a "
            "training) were chosen; its figures are better than those of new patients will be"
        )


def _below(out: Path, checkpoint: str) -> str:
    """A run's own folder is told from there: the run may be moved."""
    path = Path(checkpoint)
    return path.relative_to(out).as_posix() if path.is_relative_to(out) else checkpoint


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
        "postprocess": asdict(one.detector.events),
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
