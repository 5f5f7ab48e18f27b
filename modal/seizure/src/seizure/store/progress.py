"""How far a preparation is, in hours of EEG."""

from __future__ import annotations

from collections.abc import Sequence

from jobkit.events.phase import Phase

from seizure.recording import Entry

#: Seconds of work before which no end is told.
EARLY = 2.0


class Progress:
    """Of `entries` in all, `left` are still to be prepared; the ETA is by their seconds of EEG, as
    fast as those until now."""

    def __init__(self, phase: Phase, entries: Sequence[Entry], left: Sequence[Entry]) -> None:
        self._phase = phase
        self._left = [one.seconds for one in left]
        self._made = [0.0] * len(left)
        self._total = sum(one.seconds for one in entries)
        self._before = self._total - sum(self._left)
        self._begun = phase.seconds

    def told(self, index: int, seconds: float) -> None:
        """So many seconds of that recording are through."""
        self._made[index] = min(seconds, self._left[index])
        self._say()

    def done(self, index: int) -> None:
        self._made[index] = self._left[index]
        self._say()

    def _say(self) -> None:
        made, taken = sum(self._made), self._phase.seconds - self._begun
        rest = sum(self._left) - made
        eta = taken / made * rest if made and taken > EARLY else None
        self._phase.progress(
            round((self._before + made) / 3600, 3), round(self._total / 3600, 3), "h", eta
        )
