"""What a run spends, kept by its coordinator: the ledger (budget.py) with a clock and a lock."""

from __future__ import annotations

import threading
import time
from dataclasses import asdict
from typing import Any

from jobkit.budget.ledger import Ledger, Look, Terms

#: Seconds for a worker to end its process, beside its look and its keeping.
_PROCESS = 5.0


def money(dollars: float) -> str:
    """As people read it: cents from a dollar on, fractions of a cent below."""
    return f"${dollars:,.2f}" if dollars >= 0.99995 else f"${dollars:.4f}"


class Account:
    """From any thread. Without terms there is nothing to keep, and everything is affordable."""

    def __init__(self, terms: Terms | None, earlier: dict[str, Any] | None, began: float) -> None:
        self._wall, self._steady = time.time(), time.monotonic()
        self._lock = threading.Lock()
        self._ledger = Ledger.load(terms, earlier) if terms is not None else None
        #: Grows with everything that another start of the coordinator has to know.
        self.changes = 0
        self._verdict = "go-on"
        self._raised: float | None = None
        if self._ledger is not None:
            self._ledger.coordinator(began)

    def now(self) -> float:
        """Unix seconds that no jump of the clock changes."""
        return self._wall + time.monotonic() - self._steady

    def asked(self, name: str, rate: float | None = None) -> None:
        """To be called before the container is asked for. `rate`: where it is not like the
        others, dollars an hour."""
        with self._lock:
            if self._ledger is not None:
                self._ledger.asked(name, self.now(), rate)
                self.changes += 1

    def began(self, name: str, at: float) -> None:
        with self._lock:
            if self._ledger is not None:
                self._ledger.began(name, min(at, self.now()))
                self.changes += 1

    def ended(self, name: str) -> None:
        with self._lock:
            if self._ledger is not None:
                self._ledger.ended(name, self.now())
                self.changes += 1

    def silent(self) -> dict[str, float]:
        """Containers that were asked for and have not spoken, and when they were asked for."""
        with self._lock:
            if self._ledger is None:
                return {}
            lives = self._ledger.lives.items()
            return {n: one.asked for n, one in lives if one.began is None and one.ended is None}

    def keeping_took(self, seconds: float) -> None:
        """On its way out a worker waits for a keeping that is under way, keeps what it has, and the
        platform does once more."""
        with self._lock:
            if self._ledger is not None:
                self._ledger.left_in(3 * seconds + self._ledger.terms.poll + _PROCESS)

    def left(self, asked: float) -> None:
        """A worker that was to leave at `asked` (Unix seconds) is about to be gone."""
        with self._lock:
            if self._ledger is not None:
                terms = self._ledger.terms
                self._ledger.left_in(max(0.0, self.now() - asked) + terms.poll + terms.exit)

    def look(self, raised: float | None) -> Look | None:
        """What to do now. `raised`: the budget that somebody set since, as far as it is known."""
        with self._lock:
            if self._ledger is None:
                return None
            self._raised = raised
            found = self._ledger.look(self.now(), raised)
            if found.verdict != self._verdict:
                self._verdict = found.verdict
                self.changes += 1
            return found

    def affords(self, rate: float | None = None) -> bool:
        """Whether one more container can be paid."""
        with self._lock:
            return self._ledger is None or self._ledger.affords(self.now(), self._raised, rate)

    def budget(self) -> float | None:
        """Dollars, in force now."""
        with self._lock:
            if self._ledger is None:
                return None
            return self._raised if self._raised else self._ledger.terms.dollars

    def spent(self) -> float:
        with self._lock:
            return 0.0 if self._ledger is None else self._ledger.spent(self.now())

    def terms(self, rate: float | None = None) -> dict[str, Any] | None:
        """The terms of one who begins now and may have to reckon alone; None without terms."""
        with self._lock:
            if self._ledger is None:
                return None
            terms = asdict(self._ledger.terms)
            if rate is not None:
                terms["worker_rate"] = rate
            dollars = self._raised or self._ledger.terms.dollars
            return {**terms, "dollars": dollars, "spent": self._ledger.spent(self.now())}

    def dump(self) -> dict[str, Any] | None:
        """For the volume; None without terms."""
        with self._lock:
            return None if self._ledger is None else self._ledger.dump(self.now())
