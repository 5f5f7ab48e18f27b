"""Which seizures were found and when, and which alarms were false, recording by recording."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from seizure.annotations.kinds import common
from seizure.recording import Seizure
from seizure.scoring.mask import mask_of, runs_of
from seizure.scoring.matching import (
    CLOSED_BELOW,
    WIDENED_BEFORE,
    WIDENED_BEHIND,
    Reference,
    events,
    joined,
    match,
    touched,
)
from seizure.scoring.recording import Marked


@dataclass(frozen=True)
class Finding:
    """One annotated seizure by itself, before near ones are joined as SzCORE does. `found`: the
    prediction, its gaps closed, touches it (widened as SzCORE does). `latency`: seconds from its
    onset to the first predicted second from there to 60 s behind its end; None where there is none,
    which happens to what was found only before its onset."""

    seizure: Seizure
    found: bool
    latency: int | None


@dataclass(frozen=True)
class Outcome:
    """`findings`: of each seizure that covers a whole second; `vanished`: how many do not, and are
    not scored. `misses` and `alarms`: events as SzCORE counts them (joined, cut)."""

    findings: tuple[Finding, ...]
    vanished: int
    misses: tuple[Seizure, ...]
    alarms: tuple[Seizure, ...]


def outcome(marked: Marked) -> Outcome:
    predicted = mask_of(marked.predicted, marked.seconds)
    truth = mask_of(marked.truth, marked.seconds)
    reference = Reference.of(runs_of(truth))
    alarms = events(runs_of(predicted))
    closed = joined(runs_of(predicted), CLOSED_BELOW)
    found, false = match(reference, alarms)
    whole = [s for s in marked.truth if truth[int(s.start) : int(s.end)].any()]
    return Outcome(
        tuple(_finding(s, predicted, closed) for s in whole),
        len(marked.truth) - len(whole),
        tuple(_named(run, whole) for run in reference.events[~found]),
        tuple(Seizure(float(a), float(b)) for a, b in alarms[false]),
    )


def _finding(seizure: Seizure, predicted: np.ndarray, closed: np.ndarray) -> Finding:
    onset, last = int(seizure.start), min(int(seizure.end), len(predicted)) + WIDENED_BEHIND
    wide = np.array([[max(0, onset - WIDENED_BEFORE), min(last, len(predicted))]])
    seconds = np.flatnonzero(predicted[onset:last])
    return Finding(
        seizure, bool(touched(wide, closed)[0]), int(seconds[0]) if len(seconds) else None
    )


def _named(run: np.ndarray, seizures: Sequence[Seizure]) -> Seizure:
    """An event with what the kinds of the seizures in it have in common."""
    start, end = float(run[0]), float(run[1])
    kinds = [s.kind for s in seizures if int(s.start) < end and int(s.end) > start]
    return Seizure(start, end, reduce(common, kinds))


@dataclass(frozen=True)
class Kind:
    """Seizures of one kind: `found` of `seizures`."""

    kind: str
    seizures: int
    found: int

    def to_json(self) -> dict[str, str | int | float]:
        sensitivity = self.found / self.seizures
        return {
            "kind": self.kind,
            "seizures": self.seizures,
            "found": self.found,
            "sensitivity": sensitivity,
        }


def by_kind(findings: Sequence[Finding]) -> tuple[Kind, ...]:
    """The most frequent first. Empty where no kind is known ("sz" alone says nothing)."""
    kinds: dict[str, list[bool]] = {}
    for one in findings:
        kinds.setdefault(one.seizure.kind, []).append(one.found)
    if set(kinds) <= {"sz"}:
        return ()
    told = [Kind(kind, len(found), sum(found)) for kind, found in kinds.items()]
    return tuple(sorted(told, key=lambda one: (-one.seizures, one.kind)))
