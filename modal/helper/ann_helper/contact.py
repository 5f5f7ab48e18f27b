"""Going on across lost connections: when to try again, and what the caller is told meanwhile."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

from .errors import Silent, masked

Item = Callable[[Any], Awaitable[None]]

_FIRST, _LONGEST = 0.2, 15.0

# Seconds for a question that is answered at once; the client itself would try to connect for a minute.
PROBE = 10.0


class Contact:
    """Counts failures in a row. One alone is a hiccup and is not told, unless it was a long silence; then contact is lost until `heard`."""

    def __init__(self, item: Item) -> None:
        self._item = item
        self._failures = 0
        self.lost = False

    async def failed(self, error: BaseException) -> float:
        """Seconds to wait before the next attempt: doubled each time, and spread so that many do not come back at once."""
        self._failures += 1
        silence = isinstance(error, (asyncio.TimeoutError, Silent))
        if (silence or self._failures > 1) and not self.lost:
            self.lost = True
            await self._item({"contact": "lost", "why": masked(str(error).strip()) or "no answer from Modal"})
        pause = min(_LONGEST, _FIRST * 2 ** (self._failures - 1))
        return pause * random.uniform(0.5, 1.0)

    async def heard(self) -> None:
        """Modal answered."""
        self._failures = 0
        if self.lost:
            self.lost = False
            await self._item({"contact": "back"})
