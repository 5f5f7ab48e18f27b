"""Lines of JSON in and out. Answers overtake the items of a busy stream; a slow reader holds up streams, never answers."""

from __future__ import annotations

import asyncio
import json
import os
from collections import deque
from collections.abc import AsyncIterator
from typing import Any

LONGEST_REQUEST = 16 << 20
# Items that may wait for the reader.
WAITING_ITEMS = 8


def take_stdout() -> int:
    """A descriptor of stdout that nobody else knows: what libraries print goes to stderr from here on."""
    own = os.dup(1)
    os.dup2(2, 1)
    return own


class Wire:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._answers: deque[bytes] = deque()
        self._items: deque[bytes] = deque()
        self._room = asyncio.Semaphore(WAITING_ITEMS)
        self._some = asyncio.Event()

    @classmethod
    async def open(cls, stdout: int) -> Wire:
        loop = asyncio.get_running_loop()
        reader = asyncio.StreamReader(limit=LONGEST_REQUEST)
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(0, "rb"))
        transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, os.fdopen(stdout, "wb"))
        return cls(reader, asyncio.StreamWriter(transport, protocol, None, loop))

    async def requests(self) -> AsyncIterator[dict[str, Any]]:
        """Every request until stdin ends. A line that is none is left out: only our own program writes here."""
        while line := await self._reader.readline():
            try:
                request = json.loads(line)
            except ValueError:
                continue
            if isinstance(request, dict):
                yield request

    def answer(self, message: dict[str, Any]) -> None:
        """Sent before any item that waits."""
        self._answers.append(_line(message))
        self._some.set()

    async def item(self, message: dict[str, Any]) -> None:
        """Sent in order; waits while too many wait already."""
        line = _line(message)
        await self._room.acquire()
        self._items.append(line)
        self._some.set()

    async def write(self) -> None:
        """Runs until the reader is gone."""
        while True:
            await self._some.wait()
            self._some.clear()
            while self._answers or self._items:
                if self._answers:
                    line = self._answers.popleft()
                else:
                    line = self._items.popleft()
                    self._room.release()
                self._writer.write(line)
                await self._writer.drain()


def _line(message: dict[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"
