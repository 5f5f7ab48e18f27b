"""A step of a job, with its progress."""

from __future__ import annotations

import time
from collections.abc import Callable

from jobkit.events.events import Events

PROGRESS_INTERVAL = 0.25


class Phase:
    """`with Phase(events, "build", label)`: start and done, and throttled progress between.
    `last`: with it the job is over, but for what takes no time."""

    def __init__(
        self, events: Events, name: str, label: str | None = None, last: bool = False
    ) -> None:
        self.events = events
        self.name = name
        self.label = label
        self._last_of_job = last
        self._begun = 0.0
        self._last = 0.0
        self._ended: object = None

    def __enter__(self) -> Phase:
        self._begun = time.monotonic()
        self.events.emit("phase", phase=self.name, state="start", label=self.label)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.events.emit(
                "phase", phase=self.name, state="done", label=self.label,
                seconds=round(self.seconds, 3),
            )  # fmt: skip

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._begun

    def due(self) -> bool:
        """True when the next progress would not be one too many."""
        return time.monotonic() - self._last >= PROGRESS_INTERVAL

    def progress(
        self, done: float, total: float, unit: str, eta: float | None = None,
        label: str | None = None, force: bool = False, job_eta: float | None = None,
    ) -> None:  # fmt: skip
        """Emits at most four a second; the end of a piece of work is always told, once. `force`:
        this one, too. `eta`: seconds until the end of this piece of work. `job_eta`: until the end
        of the job, where that is known; in its last phase it is the same."""
        at_end = (label, total) if done >= total > 0 else None
        if at_end is not None and at_end == self._ended:
            return
        if not (force or at_end or self.due()):
            return
        self._ended = at_end
        self._last = time.monotonic()
        self.events.emit(
            "progress", phase=self.name, done=done, total=total, unit=unit,
            label=label or self.label, eta_seconds=_rounded(eta),
            job_eta_seconds=_rounded(eta if self._last_of_job else job_eta),
        )  # fmt: skip


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 1)


def bytes_tick(phase: Phase, label: str) -> Callable[[int, int], None]:
    """`tick(bytes so far, all of them or 0)`: progress of a transfer, with its end in sight."""
    first: list[tuple[float, int]] = []

    def tick(done: int, total: int) -> None:
        if not first:
            first.append((phase.seconds, done))
        seconds, fetched = phase.seconds - first[0][0], done - first[0][1]
        eta = seconds / fetched * (total - done) if fetched and total and seconds > 1 else None
        phase.progress(done, total or done, "bytes", eta, label, force=done == total)

    return tick
