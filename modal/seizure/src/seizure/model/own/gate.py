"""Before a training of a person's own model begins: its file is checked, and a bad one ends the
run at once, with its verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jobkit.errors import Problem
from jobkit.events import Phase

from seizure.model.own.check import check
from seizure.program import Events


def let_in(
    source: Path, options: dict[str, Any], channels: int, rate: int, seconds: int, events: Events
) -> None:
    """Tells the verdict as an event; Problem (exit code 1) when it is not ok."""
    with Phase(events, "check", source.stem):
        verdict = check(
            source, options, (channels,), rate, seconds,
            said=lambda line: events.log(f"{source.stem} | {line}"),
        )  # fmt: skip
        events.emit("model_verdict", **verdict.fields())
        for line in verdict.lines():
            events.log(f"{source.stem}: {line}")
        for note in verdict.notes:
            events.emit("warning", message=f"{source.name}: {note}")
        if verdict.word != "ok":
            raise Problem(verdict.what, f"{verdict.word}: {verdict.why}", verdict.hint)
