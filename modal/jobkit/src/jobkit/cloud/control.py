"""What containers of a run say to each other, and what is said to them: a dictionary that all of
them see. Key RUN: {"stop": null or a word, "budget": null or dollars}; key RUN/w1: who does
that part, since when, and when it last said so."""

from __future__ import annotations

import time

from jobkit.cloud.lease import STALE, Lease, Store


class Control:
    """The entries of one run. While they are out of reach nothing is asked, no claim is seen."""

    def __init__(self, store: Store, run: str) -> None:
        self._store = store
        self._run = run

    def orders(self) -> tuple[str | None, float | None]:
        """(why to leave, or None; the budget in dollars that was set since the launch, or None)"""
        value = self._store.get(self._run, None)
        if not isinstance(value, dict):
            return None, None
        word, budget = value.get("stop"), value.get("budget")
        is_amount = isinstance(budget, int | float) and 0 < budget < float("inf")
        return (
            word if isinstance(word, str) and word else None,
            float(budget) if is_amount else None,  # type: ignore[arg-type]
        )

    def stop(self) -> str | None:
        """Why to leave, or None."""
        return self.orders()[0]

    def say_stop(self, word: str) -> None:
        """Tells all to leave. A word that is there already stays."""
        there, budget = self.orders()
        if there is None:
            self._store.put(self._run, {"stop": word, "budget": budget})

    def claim(
        self, part: str, holder: str, began: float | None = None, task: str | None = None
    ) -> None:
        """Says that `holder` does this part, in a container that began then; to be said again
        and again."""
        claim = {"holder": holder, "at": time.time(), "began": began, "task": task}
        self._store.put(f"{self._run}/{part}", claim)

    def began(self, part: str, since: float) -> float | None:
        """When the container began that has claimed this part after `since` (Unix seconds)."""
        value = self._store.get(f"{self._run}/{part}", None)
        if not isinstance(value, dict) or float(value.get("at", 0.0)) < since:
            return None
        began = value.get("began")
        return float(began) if isinstance(began, int | float) else None

    def lease(self, name: str, holder: str, attempt: int) -> Lease:
        """Of a part, or of the run itself ("main")."""
        return Lease(self._store, f"{self._run}/{name}", holder, attempt)

    def release(self, part: str) -> None:
        self._store.pop(f"{self._run}/{part}", None)

    def last_claim(self, part: str) -> tuple[str, float] | None:
        """(holder, Unix seconds), however long ago."""
        value = self._store.get(f"{self._run}/{part}", None)
        if not isinstance(value, dict):
            return None
        return str(value.get("holder")), float(value.get("at", 0.0))

    def held_by_other(self, part: str, holder: str | None) -> bool:
        """Whether another one than `holder` does this part now."""
        last = self.last_claim(part)
        return last is not None and last[0] != holder and time.time() - last[1] < STALE
