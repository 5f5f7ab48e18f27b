"""Writing events, and log lines beside them."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any, ClassVar, TextIO

from jobkit import signals
from jobkit.events.journal import Journal, read_journal
from jobkit.events.schema import COMMON, Schema


class Events:
    """Emits events, and log lines beside them.

    `journal`: appended to with O_APPEND, one write() a line, so that a reader never sees two lines
    mixed and a kill can tear the last line only. `stream`: the same lines, as a preview. `human`:
    where log text goes. A reader that went away is no reason to fail: the journal is the truth.
    A workload makes a subclass, with a schema that has its own types.
    """

    schema: ClassVar[Schema] = COMMON

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
            self.earlier = read_journal(journal, self.schema)
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
                "v": self.schema.version,
                "seq": self._seq + 1,
                "container": self.container,
                "time": round(time.time(), 3),
                "type": type_,
            }
            event.update((k, v) for k, v in fields.items() if v is not None)
            judged = self.schema.check(event)
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
