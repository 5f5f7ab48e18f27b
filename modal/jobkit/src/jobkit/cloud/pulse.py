"""Things done now and then beside the main work: looking for a stop, keeping what was written."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

LOOK_SECONDS = 2.0
KEEP_SECONDS = 10.0
#: Before the next try of a keeping that failed; twice as long each time, up to the last.
_FIRST_WAIT, _LAST_WAIT = 1.0, 30.0


def insist(
    work: Callable[[], None], say: Callable[[str], None], waits: Sequence[float] = (1, 2, 4, 8)
) -> None:
    """Does it, and after each of the waits (seconds) once more while it fails. Raises its last
    error."""
    for wait in waits:
        try:
            return work()
        except Exception as e:
            say(f"{type(e).__name__}: {e}; once more in {wait} s")
            time.sleep(wait)
    work()


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
    """Keeps what was written (commits a volume): at once when `urgent()` grew, a result say, and
    every KEEP_SECONDS when `size()` did. To be called about twice a second. What fails is raised,
    and tried again later and later."""

    def __init__(
        self, keep: Callable[[], None], size: Callable[[], int], urgent: Callable[[], int]
    ) -> None:
        self._keep, self._size, self._urgent = keep, size, urgent
        self._kept = (-1, 0)
        self._at = time.monotonic()
        self._wait = 0.0
        self._not_before = self._at
        #: In a row.
        self.failures = 0

    def look(self) -> None:
        if time.monotonic() < self._not_before:
            return
        now = self._size(), self._urgent()
        since = time.monotonic() - self._at
        if now[1] > self._kept[1] or (now[0] != self._kept[0] and since >= KEEP_SECONDS):
            try:
                self._keep()
            except Exception:
                self.failures += 1
                self._wait = min(_LAST_WAIT, 2 * self._wait or _FIRST_WAIT)
                self._not_before = time.monotonic() + self._wait
                raise
            self._kept, self._at = now, time.monotonic()
            self._wait, self.failures = 0.0, 0
