"""PUTs to the addresses that Modal signs for blocks: with progress, tried again, and given up when nothing moves."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

import aiohttp

from .download import session

# Without a byte for so long, a connection is dead.
SILENT_SECONDS = 45.0
TRIES = 9
_PIECE = 1 << 17
_LOOK = 1.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 15.0


class PutRefused(Exception):
    """The store does not take these bytes, however often they are sent."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"the store answered {status} {text}".strip())
        self.status = status


class PutFailed(Exception):
    """The store could not be reached, or answered nonsense, too often."""


class _Body(aiohttp.BytesPayload):
    """Bytes that tell how far they went, and begin anew whenever the connection is made anew."""

    def __init__(self, value: memoryview, told: Callable[[int], None]) -> None:
        super().__init__(value)
        self._bytes = value
        self._told = told

    async def write(self, writer: Any) -> None:
        await self.write_with_length(writer, None)

    async def write_with_length(self, writer: Any, content_length: int | None) -> None:
        self._told(0)
        end = len(self._bytes) if content_length is None else min(content_length, len(self._bytes))
        for start in range(0, end, _PIECE):
            stop = min(start + _PIECE, end)
            await writer.write(self._bytes[start:stop])
            self._told(stop)


async def put(url: str, data: memoryview, told: Callable[[int], None]) -> bytes:
    """
    The store's answer. `told` hears how many bytes went out so far, smaller again when it begins anew. Raises `PutRefused` at once for what
    no repetition mends, `PutFailed` after the last try. The address itself is a secret and stands in no error.
    """
    pause = _FIRST_PAUSE
    for left in reversed(range(TRIES)):
        try:
            return await _attempt(url, data, told)
        except PutRefused as error:
            if error.status < 500 and error.status not in (408, 429):
                raise
            why: Exception = error
        except (aiohttp.ClientError, asyncio.TimeoutError, OSError) as error:
            why = error
        told(0)
        if left == 0:
            raise PutFailed(f"a block could not be sent in {TRIES} tries: {type(why).__name__}: {why}") from None
        await asyncio.sleep(pause * random.uniform(0.5, 1.0))
        pause = min(_LONGEST_PAUSE, pause * 2)
    raise AssertionError


async def _attempt(url: str, data: memoryview, told: Callable[[int], None]) -> bytes:
    moved = asyncio.get_running_loop().time()

    def tell(count: int) -> None:
        nonlocal moved
        moved = asyncio.get_running_loop().time()
        told(count)

    task = asyncio.ensure_future(_send(url, _Body(data, tell)))
    try:
        while not task.done():
            await asyncio.wait({task}, timeout=_LOOK)
            if not task.done() and asyncio.get_running_loop().time() - moved > SILENT_SECONDS:
                raise asyncio.TimeoutError("nothing moved")
        return task.result()
    finally:
        if not task.done():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _send(url: str, body: _Body) -> bytes:
    async with session().put(url, data=body) as response:
        answer = await response.read()
        if response.status != 200:
            raise PutRefused(response.status, answer[:200].decode("utf-8", "replace"))
        return answer
