"""A run's folder on the volume of results, and the copy of it that this container works on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jobkit.cloud.container.copied import GROWING, Copied
from jobkit.cloud.container.ends import not_kept
from jobkit.cloud.coordinator.books import Books, names
from jobkit.cloud.coordinator.platform import Platform
from jobkit.cloud.pulse import insist
from jobkit.cloud.workload import PARTS, Part
from jobkit.files import write_json


class RunVolume:
    """`lock` is held while files of the volume are open: it is kept and reloaded by two threads."""

    def __init__(self, launch: Mapping[str, Any], platform: Platform, local: Path) -> None:
        self.run = platform.results / "runs" / launch["run"]
        self.local = local
        self.lock = threading.RLock()
        #: Another coordinator writes there now.
        self.closed = False
        self._platform = platform
        attempt = launch.get("attempt", 1)
        self._copied = Copied(local, self.run / "main", (*GROWING, *names(attempt)))
        self._copied.fetch()
        self.books = Books(local, attempt, launch.get("budget"))
        self.run.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (self.run / "spec.json").exists():
            write_json(self.run / "spec.json", launch.get("spec", {}))
        write_json(self.run / "call.json", platform.call)

    def part(self, part: Part) -> Path:
        return self.run / PARTS / part.name

    def keep(self) -> None:
        if self.closed:
            return
        with self.lock:
            self._bring_own()
            begun = time.monotonic()
            self._platform.keep()
            self.books.account.keeping_took(time.monotonic() - begun)

    def reload(self) -> None:
        if self.closed:
            return
        with self.lock:
            self._bring_own()
            self._platform.keep()  # a reload may drop what is not kept
            self._platform.reload()

    def _bring_own(self) -> None:
        self.books.write()
        self._copied.bring()


def surely(work: Callable[[], None], say: Callable[[str], None]) -> None:
    """Before what cannot go on without it. Problem: it is not to be had, or full."""
    try:
        insist(work, lambda told: say(f"the volume is out of reach: {told}"))
    except Exception as e:
        raise not_kept(e) from e
