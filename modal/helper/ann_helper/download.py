"""Bytes from the addresses that Modal signs for blobs and blocks of volumes."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator

import aiohttp
import certifi

# Of the whole transfer nothing is said: it may be large. Of a silent one: a minute.
_TIMEOUT = aiohttp.ClientTimeout(total=None, sock_connect=30, sock_read=60)
_PIECE = 1 << 18
# At once; small blocks wait for answers more than for the line.
_CONNECTIONS = 128

_session: aiohttp.ClientSession | None = None


class DownloadError(Exception):
    """The store refused."""


def session() -> aiohttp.ClientSession:
    """One for all transfers."""
    global _session
    if _session is None:
        trust = ssl.create_default_context(cafile=certifi.where())
        _session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust, limit=_CONNECTIONS), timeout=_TIMEOUT, trust_env=True)
    return _session


async def download(url: str) -> AsyncIterator[bytes]:
    """The body in pieces. The address itself is a secret and stands in no error."""
    async with session().get(url) as response:
        if response.status not in (200, 206):
            raise DownloadError(f"the store answered {response.status} {response.reason or ''}".strip())
        async for piece in response.content.iter_chunked(_PIECE):
            yield piece

