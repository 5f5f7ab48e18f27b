"""Who alone may do something, among containers that share no lock: numbered entries in the run's
dictionary. An entry is made only once, so each number has one holder. The next number is taken when
the holder has let go, was silent for STALE seconds, or is of an earlier attempt; a holder that sees
a number after its own stops itself."""

from __future__ import annotations

import time
from typing import Any, Protocol

#: Seconds without a word, after which a holder is gone.
STALE = 60.0
#: Numbers of one name; a run that changed hands so often is broken.
_MOST = 10_000


class Store(Protocol):
    """A dictionary somewhere else (`modal.Dict` is one)."""

    def get(self, key: str, default: Any = None) -> Any: ...
    def put(self, key: str, value: Any, *, skip_if_exists: bool = False) -> Any:
        """Whether it was put: false where `skip_if_exists` and there is one."""
        ...

    def pop(self, key: str, default: Any = ...) -> Any: ...


class Lease:
    """`key`: what is held. `holder`: the same after a restart of the same container's work. What
    the store raises while it is out of reach is raised here."""

    def __init__(self, store: Store, key: str, holder: str, attempt: int) -> None:
        self._store, self._key = store, key
        self._holder, self._attempt = holder, attempt
        self._number = 0

    def take(self) -> bool:
        """Whether it is ours now."""
        number, last = self._newest()
        while number < _MOST:
            if last is not None and last.get("holder") == self._holder:
                self._number = number
                return self.renew()
            if last is not None and not self._may_follow(last):
                return False
            if self._store.put(self._entry(number + 1), self._word(), skip_if_exists=True):
                self._number = number + 1
                return True
            number, last = self._newest(number + 1)
        return False

    def renew(self) -> bool:
        """Says that we still hold it; False when somebody else does."""
        if self._number == 0 or self._store.get(self._entry(self._number + 1), None) is not None:
            return False
        self._store.put(self._entry(self._number), self._word())
        return True

    def release(self) -> None:
        """Lets the next one take it at once."""
        if self._number > 0:
            self._store.put(self._entry(self._number), {**self._word(), "at": 0.0})

    def _entry(self, number: int) -> str:
        return f"{self._key}/lease-{number}"

    def _word(self) -> dict[str, Any]:
        return {"holder": self._holder, "attempt": self._attempt, "at": time.time()}

    def _newest(self, number: int = 1) -> tuple[int, dict[str, Any] | None]:
        """The last entry from `number` on, and its number; (0, None) where there is none."""
        found: dict[str, Any] | None = None
        while isinstance(value := self._store.get(self._entry(number), None), dict):
            found, number = value, number + 1
        return number - 1, found

    def _may_follow(self, last: dict[str, Any]) -> bool:
        if float(last.get("attempt", 0)) < self._attempt:
            return True
        if float(last.get("attempt", 0)) > self._attempt:
            return False
        return time.time() - float(last.get("at", 0.0)) >= STALE
