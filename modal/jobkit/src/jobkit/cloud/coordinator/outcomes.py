"""What became of each part of a run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from jobkit.cloud.workload import Part
from jobkit.events import Events


class Outcomes:
    """`finished` says whether a part has a result on the volume."""

    def __init__(self, parts: Sequence[Part], finished: Callable[[Part], bool]) -> None:
        self.parts = parts
        self._finished = finished
        self.failures: dict[str, dict[str, Any]] = {}  # by part
        self.decided: dict[str, dict[str, Any]] = {}  # verdicts of parts that were not run
        self.over: set[str] = set()  # parts whose worker said that it was done

    def done(self, part: Part) -> bool:
        return (
            part.name in self.failures
            or part.name in self.over
            or part.name in self.decided
            or self._finished(part)
        )

    def waiting(self) -> list[Part]:
        return [part for part in self.parts if not self.done(part)]

    def fail(self, events: Events, part: Part, failure: dict[str, Any]) -> None:
        self.failures[part.name] = failure
        events.warn(f"{part.name} ({part.label}) failed: {failure['what']}: {failure['why']}")

    def failure(self) -> dict[str, Any] | None:
        """Why the run failed; None when no part did. What many parts share is told once; what all
        of a stage share is why the run failed, as of a run with one part."""
        if not self.failures:
            return None
        first = next(iter(self.failures.values()))
        count, total = len(self.failures), len(self.parts)
        if total == 1:
            return first
        reasons: dict[str, list[str]] = {}
        for p in self.parts:
            if (f := self.failures.get(p.name)) is not None:
                reasons.setdefault(f"{f['what']}: {f['why']}", []).append(f"{p.name} ({p.label})")
        stages = {p.stage for p in self.parts if p.name in self.failures}
        of_them = [p for p in self.parts if p.stage in stages]
        if len(reasons) == 1 and count == len(of_them) < total:
            return first
        told = "; ".join(f"{', '.join(parts)}: {reason}" for reason, parts in reasons.items())
        what = "Every part failed" if count == total else f"{count} of {total} parts failed"
        hint = first.get("hint")
        return {"what": what, "why": told, **({"hint": hint} if hint else {})}
