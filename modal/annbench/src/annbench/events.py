"""Events: one JSON object a line, numbered, into a journal and a stream; and reading them back."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from annbench import schema, signals

PROGRESS_INTERVAL = 0.25


@dataclass
class Journal:
    """What an earlier attempt left in events.ndjson."""

    last_seq: int = 0
    points: list[dict[str, Any]] = field(default_factory=list)
    machine: dict[str, Any] | None = None
    torn: bool = False  # the last line has no end


def read_journal(path: Path) -> Journal:
    """Reads whatever is there; lines that are no sound events (a torn one, say) are passed over."""
    journal = Journal()
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return journal
    journal.torn = bool(content) and not content.endswith(b"\n")
    for line in content.decode("utf-8", errors="replace").split("\n"):
        judged = schema.classify(line)
        if judged.event is None or judged.verdict == "bad":
            continue
        event = judged.event
        journal.last_seq = max(journal.last_seq, int(event["seq"]))
        if event["type"] == "point":
            journal.points.append(event)
        elif event["type"] == "started":
            journal.machine = event["machine"]
    return journal


class Events:
    """Emits events, and log lines beside them.

    `journal`: appended to with O_APPEND, one write() a line, so that a reader never sees two lines
    mixed and a kill can tear the last line only. `stream`: the same lines, as a preview. `human`:
    where log text goes. A reader that went away is no reason to fail: the journal is the truth.
    """

    def __init__(
        self,
        container: str | None = None,
        journal: Path | None = None,
        stream: TextIO | None = None,
        human: TextIO | None = sys.stdout,
    ) -> None:
        self.container = container or os.environ.get("ANN_TUI_CONTAINER") or "main"
        self.earlier = Journal()
        self._stream = stream
        self._human = human
        self._fd: int | None = None
        if journal is not None:
            self.earlier = read_journal(journal)
            self._fd = os.open(
                journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
            if self.earlier.torn:
                os.write(self._fd, b"\n")
        self._seq = self.earlier.last_seq

    def emit(self, type_: str, **fields: Any) -> dict[str, Any]:
        """Writes one event and returns it. Fields that are None are left out."""
        with signals.deferred():
            event: dict[str, Any] = {
                "v": schema.VERSION,
                "seq": self._seq + 1,
                "container": self.container,
                "time": round(time.time(), 3),
                "type": type_,
            }
            event.update((k, v) for k, v in fields.items() if v is not None)
            judged = schema.check(event)
            if judged.verdict != "ok":
                raise ValueError(f"event {type_}: field {judged.at or 'type'} breaks the schema")
            line = json.dumps(event, allow_nan=False, separators=(",", ":")) + "\n"
            self._seq += 1
            if self._fd is not None:
                _write_all(self._fd, line.encode())
            if self._stream is not None and not _say(self._stream, line):
                self._stream = None
        return event

    def log(self, text: str) -> None:
        """One line for a person."""
        if self._human is not None and not _say(self._human, text + "\n"):
            self._human = None

    def warn(self, message: str) -> None:
        """A warning, as an event and as log text."""
        self.emit("warning", message=message)
        self.log(f"warning: {message}")

    def close(self) -> None:
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def _write_all(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]


def _say(to: TextIO, text: str) -> bool:
    try:
        to.write(text)
        to.flush()
    except (OSError, ValueError):  # closed pipe, full disk behind a redirect, closed file
        return False
    return True


class Phase:
    """`with Phase(events, "build", label)`: start and done, and throttled progress between."""

    def __init__(self, events: Events, name: str, label: str | None = None) -> None:
        self.events = events
        self.name = name
        self.label = label
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
        label: str | None = None, force: bool = False,
    ) -> None:  # fmt: skip
        """Emits at most four a second; the end of a piece of work is always told, once. `force`:
        this one, too."""
        at_end = (label, total) if done >= total > 0 else None
        if at_end is not None and at_end == self._ended:
            return
        if not (force or at_end or self.due()):
            return
        self._ended = at_end
        self._last = time.monotonic()
        self.events.emit(
            "progress", phase=self.name, done=done, total=total, unit=unit,
            label=label or self.label, eta_seconds=None if eta is None else round(eta, 1),
        )  # fmt: skip
