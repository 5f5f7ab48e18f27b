"""Waiting for a change, with a limit of time."""

from __future__ import annotations

import asyncio


class Bell:
    """Wakes everyone who waits. A waiter looks at the state first, then waits, then looks again."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future] = set()

    def ring(self) -> None:
        waiting, self._waiting = self._waiting, set()
        for future in waiting:
            if not future.done():
                future.set_result(None)

    async def wait(self, seconds: float) -> bool:
        """True when it rang within this time."""
        if seconds <= 0:
            return False
        future = asyncio.get_running_loop().create_future()
        self._waiting.add(future)
        try:
            await asyncio.wait_for(future, seconds)
        except asyncio.TimeoutError:
            return False
        finally:
            self._waiting.discard(future)
        return True
