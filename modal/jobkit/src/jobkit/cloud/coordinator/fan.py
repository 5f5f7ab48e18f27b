"""Parts sent to containers, so many at once, each as a call of its own."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from jobkit.cloud.workload import Part

_TICK_SECONDS = 0.2


class Call(Protocol):
    """A worker's call, somewhere else; another start of the coordinator finds it by its id."""

    @property
    def id(self) -> str: ...
    def get(self) -> dict[str, Any]:
        """Waits for the outcome; an exception is the end of the container."""
        ...

    def cancel(self) -> None:
        """Ends it and its container."""
        ...


class Failed:
    """A call that could not be made."""

    id = ""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def get(self) -> dict[str, Any]:
        raise self._error

    def cancel(self) -> None:
        pass


@dataclass(frozen=True)
class Try:
    """`name` is the part's own, "w1", and "w1.2" for the second time that it is asked for."""

    name: str
    part: Part
    call: Call


def part_of(name: str) -> str:
    """The part that a try is of."""
    return name.split(".")[0]


class Wave:
    """Parts are handed out one by one, as places become free and may be taken: after a stop no more
    containers are started."""

    def __init__(
        self, places: int, start: Callable[[Part], Try], may_start: Callable[[Part], bool],
        abandoned: Callable[[], bool],
    ) -> None:  # fmt: skip
        self.places = places
        self._start = start
        self._may_start = may_start
        self._abandoned = abandoned
        self._out: queue.Queue[tuple[str, dict[str, Any] | BaseException]] = queue.Queue()
        self._waiting: deque[Part] = deque()
        self.live: dict[str, Try] = {}
        self.over = 0  # outcomes so far, good or bad

    def join(self, one: Try) -> None:
        """Waits for a call that is under way."""
        self.live[one.name] = one
        threading.Thread(target=self._wait, args=(one,), name=one.name, daemon=True).start()

    def again(self, part: Part) -> None:
        """Once more, after the others."""
        self._waiting.append(part)

    def outcomes(
        self, parts: Sequence[Part], tick: Callable[[], None] = lambda: None
    ) -> Iterator[tuple[Try, dict[str, Any] | BaseException]]:
        """As they come; until nothing is under way and nothing more is or may be started, or all
        is abandoned. `tick` is called a few times a second while there is nothing to do."""
        self._waiting = deque(parts)
        while not self._abandoned():
            while len(self.live) < max(1, self.places):
                part = next((one for one in self._waiting if self._may_start(one)), None)
                if part is None:
                    break
                self._waiting.remove(part)
                self.join(self._start(part))
            if not self.live:
                return
            try:
                name, outcome = self._out.get(timeout=_TICK_SECONDS)
            except queue.Empty:
                tick()
                continue
            self.over += 1
            yield self.live.pop(name), outcome

    def _wait(self, one: Try) -> None:
        try:
            self._out.put((one.name, one.call.get()))
        except BaseException as e:
            self._out.put((one.name, e))
