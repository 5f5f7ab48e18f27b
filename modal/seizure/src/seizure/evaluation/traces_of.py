"""Which misses and false alarms are kept to be looked at: those of the best detector, worst
patients first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jobkit.files import write_json

from seizure.edf.montage import BIPOLAR, REFERENTIAL
from seizure.evaluation.judge import Scored, signal_of
from seizure.evaluation.traces import FOLDER, trace, window
from seizure.evaluation.verdicts import Verdict
from seizure.recording import Seizure
from seizure.scoring.findings import Outcome
from seizure.scoring.recording import Marked
from seizure.store.store import Store

MOST_TRACES = 40
#: So that one restless patient does not take them all.
MOST_OF_A_PATIENT = 6


def write(
    out: Path, store: Store, scored: Sequence[Scored], of: Verdict, first: int
) -> list[dict[str, Any]]:
    """The fields of `trace`, of each. `first`: how many there are already, of other datasets."""
    by_id = {one.stored.id: one for one in scored}
    channels = REFERENTIAL if store.settings.montage == "referential" else BIPOLAR
    told = []
    (out / FOLDER).mkdir(parents=True, exist_ok=True)
    for marked, what, event in chosen(of.scores.outcomes):
        one = by_id[marked.recording]
        signal = signal_of(store, one.stored)
        start, end = window(event, signal.seconds)
        name = f"{first + len(told) + 1:03}"
        content = trace(
            signal, start, end, clip=store.settings.clip, recording=marked.recording,
            patient=marked.patient, channels=channels, truth=marked.truth,
            predicted=marked.predicted, scores=one.scores[of.detector.name], threshold=of.threshold,
        )  # fmt: skip
        write_json(out / FOLDER / f"{name}.json", content)
        told.append(
            {
                "dataset": store.dataset, "detector": of.detector.name, "trace": name,
                "patient": marked.patient, "recording": marked.recording, "what": what,
                "start": event.start, "end": event.end,
                "kind": event.kind if what == "miss" else None, "file": f"{FOLDER}/{name}.json",
            }
        )  # fmt: skip
    return told


def chosen(outcomes: Sequence[tuple[Marked, Outcome]]) -> list[tuple[Marked, str, Seizure]]:
    """(recording, "miss" or "alarm", where), patients with the most of them first; of a patient
    misses before alarms."""
    by_patient: dict[str, list[tuple[Marked, str, Seizure]]] = {}
    for what in ("miss", "alarm"):
        for marked, outcome in outcomes:
            events = outcome.misses if what == "miss" else outcome.alarms
            by_patient.setdefault(marked.patient, []).extend((marked, what, e) for e in events)
    worst = sorted(by_patient.items(), key=lambda one: (-len(one[1]), one[0]))
    return [one for _, places in worst for one in places[:MOST_OF_A_PATIENT]][:MOST_TRACES]
