"""What containers of a run say to each other, and what is said to them: a dictionary that all of
them see. Key RUN: {"stop": null or a word}; key RUN/w1: who measures that part, and when it last
said so."""

from __future__ import annotations

import time
from typing import Any, Protocol

#: A holder that was silent for so long is gone.
STALE = 60.0


class Store(Protocol):
    """A dictionary somewhere else (`modal.Dict` is one)."""

    def get(self, key: str, default: Any = None) -> Any: ...
    def put(self, key: str, value: Any) -> Any: ...
    def pop(self, key: str, default: Any = ...) -> Any: ...


class Control:
    """Of one run. Out of reach for a while: nothing is asked, and no claim is seen."""

    def __init__(self, store: Store, run: str) -> None:
        self._store = store
        self._run = run

    def stop(self) -> str | None:
        """Why to leave, or None."""
        value = self._store.get(self._run, None)
        word = value.get("stop") if isinstance(value, dict) else None
        return word if isinstance(word, str) and word else None

    def claim(self, part: str, holder: str) -> None:
        """Says that `holder` measures this part; to be said again and again."""
        self._store.put(f"{self._run}/{part}", {"holder": holder, "at": time.time()})

    def release(self, part: str) -> None:
        self._store.pop(f"{self._run}/{part}", None)

    def last_claim(self, part: str) -> tuple[str, float] | None:
        """(holder, Unix seconds), however long ago."""
        value = self._store.get(f"{self._run}/{part}", None)
        if not isinstance(value, dict):
            return None
        return str(value.get("holder")), float(value.get("at", 0.0))

    def held_by_other(self, part: str, holder: str | None) -> bool:
        """Whether another one than `holder` measures this part now."""
        last = self.last_claim(part)
        return last is not None and last[0] != holder and time.time() - last[1] < STALE
