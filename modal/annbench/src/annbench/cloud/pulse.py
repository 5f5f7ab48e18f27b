"""Things done now and then beside the main work: looking for a stop, keeping what was written."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

LOOK_SECONDS = 2.0
KEEP_SECONDS = 10.0


class Every:
    """`with Every(seconds, work, say):` calls `work` in a thread of its own, now and every so many
    seconds. An error of it (a network that is gone for a moment) is said once, and it goes on."""

    def __init__(
        self, seconds: float, work: Callable[[], None], say: Callable[[str], None]
    ) -> None:
        self._seconds = seconds
        self._work = work
        self._say = say
        self._said: set[str] = set()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go, name="every", daemon=True)

    def __enter__(self) -> Every:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join(15)

    def _go(self) -> None:
        while not self._over.is_set():
            try:
                self._work()
            except Exception as e:
                told = f"{type(e).__name__}: {e}"
                if told not in self._said and len(self._said) < 20:
                    self._said.add(told)
                    self._say(told)
            self._over.wait(self._seconds)


class Keeper:
    """Keeps what was written (commits a volume): at once when `urgent()` grew, a point say, and
    every KEEP_SECONDS when `size()` did. To be called about twice a second."""

    def __init__(
        self, keep: Callable[[], None], size: Callable[[], int], urgent: Callable[[], int]
    ) -> None:
        self._keep, self._size, self._urgent = keep, size, urgent
        self._kept = (-1, 0)
        self._at = time.monotonic()

    def look(self) -> None:
        now = self._size(), self._urgent()
        since = time.monotonic() - self._at
        if now[1] > self._kept[1] or (now[0] != self._kept[0] and since >= KEEP_SECONDS):
            self._keep()
            self._kept, self._at = now, time.monotonic()
