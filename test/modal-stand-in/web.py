"""Small HTTP servers on loopback, which can be closed and opened again on the same port."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

from aiohttp import web


class WebDoor:
    """An aiohttp application on a port of its own."""

    def __init__(self, routes: Iterable[web.RouteDef]) -> None:
        self._app = web.Application(client_max_size=1 << 34)
        self._app.add_routes(list(routes))
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def prepare(self) -> None:
        self._runner = web.AppRunner(self._app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()

    async def open(self) -> None:
        """Listens; again on the same port after `shut`."""
        assert self._runner is not None
        for _ in range(200):
            site = web.TCPSite(self._runner, "127.0.0.1", self.port)
            try:
                await site.start()
            except OSError:
                await asyncio.sleep(0.05)
                continue
            self.port = site._server.sockets[0].getsockname()[1]
            return
        raise OSError(f"port {self.port} is taken")

    def cut(self) -> None:
        """Ends every connection at once."""
        server = self._runner.server if self._runner else None
        for connection in list(server.connections) if server else []:
            transport = connection.transport
            if transport is not None:
                transport.abort()

    async def shut(self) -> None:
        """Stops listening and cuts every connection."""
        assert self._runner is not None
        for site in list(self._runner.sites):
            server = site._server
            if server is not None:
                server.close()
            self._runner._unreg_site(site)
        self.cut()

    async def close(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()


def own_routes(servicer: Any, method: str) -> list[web.RouteDef]:
    """The routes that each part gives by a method of this name."""
    return [route for part in servicer.parts if hasattr(part, method) for route in getattr(part, method)()]
