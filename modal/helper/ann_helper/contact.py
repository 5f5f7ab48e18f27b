"""Going on across lost connections: when to try again, and what the caller is told meanwhile."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable
from typing import Any

from .errors import masked

Item = Callable[[Any], Awaitable[None]]

_FIRST, _LONGEST = 0.2, 15.0


class Contact:
    """Counts failures in a row. One alone is a hiccup and is not told; from the second on contact is lost until `heard`."""

    def __init__(self, item: Item) -> None:
        self._item = item
        self._failures = 0
        self.lost = False

    async def failed(self, error: BaseException) -> float:
        """Seconds to wait before the next attempt: doubled each time, and spread so that many do not come back at once."""
        self._failures += 1
        if self._failures > 1 and not self.lost:
            self.lost = True
            await self._item({"contact": "lost", "why": masked(str(error).strip()) or type(error).__name__})
        pause = min(_LONGEST, _FIRST * 2 ** (self._failures - 1))
        return pause * random.uniform(0.5, 1.0)

    async def heard(self) -> None:
        """Modal answered."""
        self._failures = 0
        if self.lost:
            self.lost = False
            await self._item({"contact": "back"})
