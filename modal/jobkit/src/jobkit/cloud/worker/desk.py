"""Where a part is worked on: a folder of this container, with its copy on the volume."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jobkit.cloud.container.copied import Copied
from jobkit.files import write_json


class Desk:
    """From any thread; `volume` is held while files of the volume are open."""

    def __init__(self, own: Path, there: Path, keep: Callable[[], None]) -> None:
        self.own = own
        self.job = own / "job.json"
        self.volume = threading.Lock()
        self._keep = keep
        self._copied = Copied(own, there)
        self._copied.fetch()

    def accept(self, job: dict[str, Any], result: str) -> None:
        """Writes the part's job. The result of another job is none of this one; what was kept of it
        may still be, and the program itself knows which."""
        with contextlib.suppress(OSError, ValueError):
            if json.loads(self.job.read_text(encoding="utf-8")) == job:
                return
        (self.own / result).unlink(missing_ok=True)
        write_json(self.job, job)

    def bring(self) -> None:
        """Onto the volume, for whatever keeps it beside us."""
        with self.volume:
            self._copied.bring()

    def keep(self) -> None:
        with self.volume:
            self._copied.bring()
            self._keep()
