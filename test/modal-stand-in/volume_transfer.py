"""Bytes of volumes over HTTP, as fast as they can go or as slowly as a test wants."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from .volume_contents import Segment

STEP = 256 * 1024
SLOW_STEP = 64 * 1024
SLOW_BUFFER = 256 * 1024
# A body that stops coming is given up. The client counts on it: when a connection breaks in mid block, its HTTP library sends the request
# again by itself with only the rest of the body, and would wait for ever for the answer.
SILENT_SECONDS = 5


class Pace:
    """A speed limit in bytes/s that all transfers of one direction share; None is none."""

    def __init__(self) -> None:
        self.speed: float | None = None
        # Bytes so far, for tests that want to know what was really sent.
        self.passed = 0
        self._free_at = 0.0

    async def spend(self, count: int) -> None:
        """Counts bytes that passed, and waits until so many may have."""
        self.passed += count
        if self.speed is None:
            return
        self._free_at = max(self._free_at, time.monotonic()) + count / self.speed
        await asyncio.sleep(max(0.0, self._free_at - time.monotonic()))

    def squeeze(self, request: web.Request) -> None:
        """While there is a limit, keeps the kernel from swallowing megabytes ahead of it."""
        connection = request.transport.get_extra_info("socket") if self.speed is not None and request.transport else None
        if connection is None:
            return
        for option in (socket.SO_RCVBUF, socket.SO_SNDBUF):
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.SOL_SOCKET, option, SLOW_BUFFER)


@dataclass(frozen=True)
class Received:
    """What came: its sha256 and how many bytes."""

    digest: bytes
    length: int


async def receive(request: web.Request, path: Path, pace: Pace, *, at_most: int, drop_after: int | None) -> Received | web.Response:
    """Writes a request's body to `path`, or answers what to refuse it with. `drop_after` cuts the connection after so many bytes."""
    digest, length = hashlib.sha256(), 0
    pace.squeeze(request)
    with path.open("xb") as sink:
        while True:
            try:
                chunk = await asyncio.wait_for(request.content.readany(), SILENT_SECONDS)
            except asyncio.TimeoutError:
                request.protocol.force_close()
                return web.Response(status=408, text="the body stopped coming")
            except (ConnectionError, web.RequestPayloadError):
                return web.Response(status=400)
            if not chunk:
                return Received(digest.digest(), length)
            length += len(chunk)
            if drop_after is not None and length >= drop_after:
                _cut(request)
                return web.Response()
            if length > at_most:
                return web.Response(status=413, text=f"a block has at most {at_most} bytes")
            digest.update(chunk)
            sink.write(chunk)
            await pace.spend(len(chunk))


async def send_segment(request: web.Request, segment: Segment, pace: Pace, *, pad: bool, drop_after: int | None) -> web.StreamResponse:
    """Answers with a segment, with its trailing zeros when `pad`; `drop_after` cuts the connection after so many bytes."""
    zeros = segment.zeros if pad else 0
    response = web.StreamResponse(headers={"Content-Type": "application/octet-stream"})
    response.content_length = segment.length + zeros
    pace.squeeze(request)
    sent = 0
    with segment.path.open("rb") as source:
        source.seek(segment.offset)
        await response.prepare(request)
        while sent < segment.length + zeros:
            step = SLOW_STEP if pace.speed is not None else STEP
            want = min(step, segment.length - sent) if sent < segment.length else min(step, segment.length + zeros - sent)
            data = source.read(want) if sent < segment.length else bytes(want)
            if not data or (drop_after is not None and sent + len(data) > drop_after):
                await response.write(data[: max(0, (drop_after or 0) - sent)])
                _cut(request)
                return response
            await response.write(data)
            await pace.spend(len(data))
            sent += len(data)
    await response.write_eof()
    return response


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
