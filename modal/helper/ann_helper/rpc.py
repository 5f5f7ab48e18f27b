"""
Modal's calls that have no public Python API, on the client's own event loop and its one connection. Everything internal to the client is
named in this file and in `config`-reading of account.py; each use says why the public API will not do.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

from modal._utils.async_utils import synchronizer
from modal.client import _Client
from modal.config import config

__all__ = ["blob", "environment_name", "stream", "unary"]


@synchronizer.create_blocking
async def _unary(name: str, request: Any) -> Any:
    client = await _Client.from_env()
    return await getattr(client._stub, name)(request)


@synchronizer.create_blocking
async def _stream(name: str, request: Any) -> AsyncIterator[Any]:
    client = await _Client.from_env()
    async for message in getattr(client._stub, name).unary_stream(request):
        yield message


@synchronizer.create_blocking
async def _blob(path: Path, sha256_hex: str, told: Callable[..., None]) -> str:
    from modal._utils.blob_utils import blob_upload_file

    client = await _Client.from_env()
    with path.open("rb") as file:
        return await blob_upload_file(file, client._stub, told, sha256_hex=sha256_hex)


async def blob(path: Path, sha256_hex: str, told: Callable[..., None]) -> str:
    """Sends a large file to Modal's store, in parts where it wants them; its id there. `told(advance=…)` is called by another thread."""
    return await _blob.aio(path, sha256_hex, told)


async def unary(name: str, request: Any) -> Any:
    """One call; the client repeats it a few times over a passing trouble."""
    return await _unary.aio(name, request)


def stream(name: str, request: Any) -> Any:
    """A streaming call, never repeated; an async generator, to be closed."""
    return _stream.aio(name, request)


def environment_name() -> str:
    """The environment that names belong to; "" leaves it to the workspace."""
    return config.get("environment") or ""
