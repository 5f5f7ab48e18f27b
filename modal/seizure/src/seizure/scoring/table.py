"""Scores of one prediction set: pooled, per patient, by seizure type, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seizure.recording import Seizure
from seizure.scoring import bootstrap
from seizure.scoring.bootstrap import Interval
from seizure.scoring.counts import FIGURES, Counts, total
from seizure.scoring.detector import Curves
from seizure.scoring.findings import Outcome, by_kind, outcome
from seizure.scoring.latency import latency
from seizure.scoring.means import over
from seizure.scoring.recording import Marked
from seizure.scoring.szcore import score_events

#: What the figures are, in words that stand beside them.
RULES = "SzCORE rules, 1-Hz (as szcore_evaluation 0.0.7); not NEDC"


@dataclass(frozen=True)
class Patient:
    """Sums over a patient's recordings. `seconds`: whole ones, as scored."""

    patient: str
    recordings: int
    events: Counts
    samples: Counts
    auroc: float | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "patient": self.patient,
            "recordings": self.recordings,
            "hours": self.events.seconds / 3600,
            "auroc": self.auroc,
            "events": self.events.to_json(),
            "samples": self.samples.to_json(),
        }


@dataclass(frozen=True, eq=False)
class Scores:
    """`patients`: by name. `outcomes`: of each recording, as given. `intervals`: of pooled event
    figures and of "auroc", by name. `everything`: events of a prediction that marks every second,
    pooled; in short recordings it finds all and is seldom false, so that an F1 says little that is
    not well above its own. `curves`: what needs a score for each second, None where only events
    are known."""

    patients: tuple[Patient, ...]
    outcomes: tuple[tuple[Marked, Outcome], ...]
    intervals: Mapping[str, Interval | None]
    everything: Counts
    draws: int
    seed: int
    curves: Curves | None = None

    @property
    def events(self) -> Counts:
        return total([p.events for p in self.patients])

    @property
    def samples(self) -> Counts:
        return total([p.samples for p in self.patients])

    def statistic(self, figure: str) -> bootstrap.Statistic | None:
        """A pooled figure over redrawn patients: "f1", …, "auroc"; None where it needs curves."""
        if figure == "auroc":
            return self.curves.pairs.auroc if self.curves else None
        return bootstrap.of_counts([p.events for p in self.patients], figure)

    def to_json(self) -> dict[str, Any]:
        findings = [f for _, o in self.outcomes for f in o.findings]
        late = latency(findings)
        return {
            "v": 1,
            "rules": RULES,
            "patients": len(self.patients),
            "recordings": len(self.outcomes),
            "hours": self.events.seconds / 3600,
            "seizures": len(findings),
            "vanished": sum(o.vanished for _, o in self.outcomes),
            "events": self._part([p.events for p in self.patients]),
            "samples": self._part([p.samples for p in self.patients]),
            "everything": self.everything.to_json(),
            "kinds": [kind.to_json() for kind in by_kind(findings)],
            "latency": late.to_json() if late else None,
            "bootstrap": {"draws": self.draws, "seed": self.seed, "level": bootstrap.LEVEL},
            "intervals": {n: i.to_json() if i else None for n, i in self.intervals.items()},
            "curves": self.curves.to_json() if self.curves else None,
            "by_patient": [p.to_json() for p in self.patients],
        }

    @staticmethod
    def _part(counts: Sequence[Counts]) -> dict[str, Any]:
        means = {name: over([getattr(c, name) for c in counts]).to_json() for name in FIGURES}
        return {"pooled": total(list(counts)).to_json(), "over_patients": means}


def score(
    marked: Sequence[Marked],
    draws: int = bootstrap.DRAWS,
    seed: int = 0,
    curves: Curves | None = None,
) -> Scores:
    """Scores of recordings with truth and prediction; `curves`: of the same patients."""
    sums: dict[str, list[tuple[Counts, Counts]]] = {}
    for one in marked:
        found = score_events(one.truth, one.predicted, one.seconds)
        sums.setdefault(one.patient, []).append(found)
    aurocs = dict(zip(curves.patients, curves.pairs.each(), strict=True)) if curves else {}
    patients = tuple(
        Patient(
            name,
            len(sums[name]),
            total([events for events, _ in sums[name]]),
            total([samples for _, samples in sums[name]]),
            aurocs.get(name),
        )
        for name in sorted(sums)
    )
    outcomes = tuple((one, outcome(one)) for one in marked)
    everything = total([_everything(one) for one in marked])
    bare = Scores(patients, outcomes, {}, everything, draws, seed, curves)
    statistics = {name: bare.statistic(name) for name in (*FIGURES, "auroc")}
    intervals = {
        name: bootstrap.interval(statistic, len(patients), draws, seed)
        for name, statistic in statistics.items()
        if statistic is not None
    }
    return Scores(patients, outcomes, intervals, everything, draws, seed, curves)


def _everything(one: Marked) -> Counts:
    whole = Seizure(0.0, one.seconds)
    return score_events(one.truth, (whole,), one.seconds)[0]


def differences(one: Scores, other: Scores) -> dict[str, dict[str, Any]]:
    """`one` minus `other`: see `mean_differences`."""
    return mean_differences([one], [other])


def mean_differences(ones: Sequence[Scores], others: Sequence[Scores]) -> dict[str, dict[str, Any]]:
    """The mean of some (the seeds of a training, say) minus that of others on the same patients:
    for each figure that all have the `difference` of the pooled ones (None where one is undefined)
    and the `interval` of it over paired draws of patients. ValueError for other patients, draws or
    seed: nothing would be paired."""
    first, *rest = [*ones, *others]
    for one in rest:
        same = [[(p.patient, p.events.seconds) for p in s.patients] for s in (first, one)]
        if same[0] != same[1] or (first.draws, first.seed) != (one.draws, one.seed):
            why = "scores can be compared on the same patients, draws and seed only"
            raise ValueError(why)
    told: dict[str, dict[str, Any]] = {}
    for figure in (*FIGURES, "auroc"):
        a, b = _mean_statistic(ones, figure), _mean_statistic(others, figure)
        if a is None or b is None:
            continue
        found = bootstrap.interval(
            bootstrap.difference(a, b), len(first.patients), first.draws, first.seed
        )
        x, y = mean_figure(ones, figure), mean_figure(others, figure)
        told[figure] = {
            "difference": None if x is None or y is None else x - y,
            "interval": found.to_json() if found else None,
        }
    return told


def _mean_statistic(some: Sequence[Scores], figure: str) -> bootstrap.Statistic | None:
    of = [one.statistic(figure) for one in some]
    defined = [one for one in of if one is not None]
    if len(defined) < len(of):
        return None
    return lambda weights: sum(one(weights) for one in defined) / len(defined)


def mean_figure(some: Sequence[Scores], figure: str) -> float | None:
    """The mean of a pooled figure; None where it is undefined of one of them."""
    found = [_pooled(one, figure) for one in some]
    defined = [one for one in found if one is not None]
    return sum(defined) / len(defined) if len(defined) == len(found) else None


def _pooled(scores: Scores, figure: str) -> float | None:
    if figure == "auroc":
        return scores.curves.auroc if scores.curves else None
    return getattr(scores.events, figure)
