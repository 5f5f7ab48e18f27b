"""Scores as text for a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

#: Patients shown.
_SHOWN = 20
#: An undefined figure.
NONE = "\u2013"


def _ratio(value: float | None) -> str:
    return NONE if value is None else f"{value:.3f}"


def _rate(value: float | None) -> str:
    return NONE if value is None else f"{value:,.2f}"


_FORMS = {"sensitivity": _ratio, "precision": _ratio, "f1": _ratio, "fa_per_day": _rate}


def columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Text columns, the first aligned left, the others right."""
    table = [head, *rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(head))]
    return [
        "  ".join(
            cell.rjust(width) if i else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def lines(scores: dict[str, Any]) -> list[str]:
    """The table of a `Scores.to_json()`, with missing and extra files where two folders were
    scored."""
    counted = (
        f"{scores['patients']:,} patients · {scores['recordings']:,} recordings · "
        f"{scores['hours']:,.1f} h · {scores['seizures']:,} seizures, "
        f"{scores['events']['pooled']['reference']:,} as SzCORE joins and cuts them"
    )
    mark = " · synthetic" if scores.get("synthetic") else ""
    told = [counted + mark, scores["rules"], ""]
    for part, title in (("events", "events"), ("samples", "seconds")):
        told += [*_part(scores, part, title + mark), ""]
    told += _means(scores)
    every = scores["everything"]
    if every["f1"]:
        rate = _rate(every["fa_per_day"])
        told.append(f"marking every second gives event F1 {_ratio(every['f1'])}, {rate} FA/24h")
    told += _curves(scores)
    told += _kinds(scores)
    if late := scores["latency"]:
        low, high = late["quartiles"]
        told += [
            f"latency: median {late['median']:.0f} s, quartiles {low:.0f} to {high:.0f} s, "
            f"of {late['seizures']} found from their onset on; {late['early']} found only before it"
        ]
    if scores["vanished"]:
        told.append(f"{scores['vanished']} seizures cover no whole second and are not scored")
    told += _patients(scores["by_patient"])
    told += _notices(scores)
    return told


def _part(scores: dict[str, Any], part: str, title: str) -> list[str]:
    """Pooled figures and means; the interval of those that have one."""
    pooled, means = scores[part]["pooled"], scores[part]["over_patients"]
    head = (title, "sensitivity", "precision", "F1", "FA/24h", "found", "false")
    found = f"{pooled['found']:,}/{pooled['reference']:,}"
    rows = [("pooled", *(f(pooled[n]) for n, f in _FORMS.items()), found, f"{pooled['false']:,}")]
    if part == "events":
        cells = [_between(scores["intervals"].get(n), n) for n in _FORMS]
        rows.append(("95 % interval", *cells, "", ""))
    ways = [("mean ± sd", "mean", "sd")]
    if any(mean["undefined"] for mean in means.values()):
        ways.append(("undefined as 0", "zero_mean", "zero_sd"))
    for name, mean, sd in ways:
        cells = [_spread(means[n][mean], means[n][sd], n) for n in _FORMS]
        rows.append((name, *cells, "", ""))
    return columns(head, rows)


def _between(interval: dict[str, Any] | None, name: str) -> str:
    if interval is None:
        return NONE
    form = _FORMS[name]
    return f"{form(interval['low'])} to {form(interval['high'])}"


def _spread(mean: float | None, sd: float | None, name: str) -> str:
    if mean is None:
        return NONE
    form = _FORMS[name]
    return f"{form(mean)} ± {form(sd)}"


def _means(scores: dict[str, Any]) -> list[str]:
    """What the rows above are, and for how many a figure was undefined."""
    drawn = scores["bootstrap"]
    told = [
        f"means over patients, undefined ones left out; intervals from {drawn['draws']:,} draws of "
        f"patients, seed {drawn['seed']}"
    ]
    for name, figure in (("f1", "F1"), ("sensitivity", "sensitivity"), ("precision", "precision")):
        mean = scores["events"]["over_patients"][name]
        if mean["undefined"]:
            of = f"{mean['undefined']} of {scores['patients']} patients"
            told.append(f"event {figure} is undefined for {of}")
        interval = scores["intervals"].get(name)
        if interval and interval["undefined"]:
            told.append(f"event {figure} is undefined in {interval['undefined']} draws: left out")
    return told


def _curves(scores: dict[str, Any]) -> list[str]:
    if not (curves := scores["curves"]):
        return []
    interval = scores["intervals"].get("auroc")
    within = f" ({interval['low']:.3f} to {interval['high']:.3f})" if interval else ""
    at = ", ".join(
        f"{_ratio(one['sensitivity'])} at {one['fa_per_day']:g}" for one in curves["sensitivity_at"]
    )
    return [
        f"pooled at 1 Hz: AUROC {_ratio(curves['auroc'])}{within}, "
        f"AUPRC {_ratio(curves['auprc'])}, ECE {_ratio(curves['ece'])}; "
        f"threshold {curves['threshold']:.4g}",
        f"sensitivity at false alarms in 24 h: {at}",
    ]


def _kinds(scores: dict[str, Any]) -> list[str]:
    if not scores["kinds"]:
        return []
    rows = [
        (k["kind"], f"{k['found']}/{k['seizures']}", _ratio(k["sensitivity"]))
        for k in scores["kinds"]
    ]
    return ["", *columns(("each seizure by itself", "found", "sensitivity"), rows), ""]


def _patients(patients: Sequence[dict[str, Any]]) -> list[str]:
    """Those with the most missed and false events first."""

    def worst(one: dict[str, Any]) -> tuple[Any, ...]:
        events = one["events"]
        f1 = events["f1"]
        return (1.0 if f1 is None else f1, -events["false"], one["patient"])

    rows = [
        (
            p["patient"],
            f"{p['hours']:,.2f}",
            f"{p['events']['found']}/{p['events']['reference']}",
            f"{p['events']['false']}",
            _ratio(p["events"]["f1"]),
            _ratio(p["samples"]["f1"]),
        )
        for p in sorted(patients, key=worst)[:_SHOWN]
    ]
    head = ("patients, worst first", "hours", "found", "false", "event F1", "seconds F1")
    more = len(patients) - len(rows)
    return ["", *columns(head, rows), *([f"and {more:,} more: --json has all"] if more > 0 else [])]


def _notices(scores: dict[str, Any]) -> list[str]:
    told = [f"{n['count']:,} {n['says']} (first: {n['first']})" for n in scores.get("notices", [])]
    return ["", *told] if told else []
