"""The tests' own door: faults, time, and what is really going on. Nothing in here is reachable for a client of Modal's."""

from __future__ import annotations

import asyncio
import dataclasses
import importlib.metadata
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .service import parts_missing
from .web import WebDoor, own_routes

if TYPE_CHECKING:
    from .program import StandIn


class AdminDoor:
    """HTTP and JSON. README.md lists the paths."""

    def __init__(self, stand_in: StandIn) -> None:
        self._stand_in = stand_in
        self._world = stand_in.world
        self._door = WebDoor(
            [
                web.get("/health", self._health),
                web.get("/facts", self._facts),
                web.get("/rpcs", self._rpcs),
                web.get("/faults", self._faults),
                web.post("/faults", self._add_fault),
                web.delete("/faults", self._clear_faults),
                web.delete("/faults/{fault_id}", self._clear_faults),
                web.get("/delays", self._delays),
                web.post("/delays", self._set_delays),
                web.post("/time", self._advance),
                web.post("/forget", self._forget),
                web.post("/cut", self._cut),
                web.post("/outage", self._outage),
                *own_routes(self._world.servicer, "admin_routes"),
            ]
        )

    @property
    def url(self) -> str:
        return self._door.url

    async def open(self) -> None:
        await self._door.prepare()
        await self._door.open()

    async def close(self) -> None:
        await self._door.close()

    async def _health(self, request: web.Request) -> web.Response:
        return web.json_response({"ok": not self._world.crashes, "crashes": self._world.crashes, "now": self._world.clock.now()})

    async def _facts(self, request: web.Request) -> web.Response:
        facts: dict[str, Any] = {
            "modal": importlib.metadata.version("modal"),
            "missing": parts_missing(),
            "root": str(self._world.root),
        }
        facts.update(getattr(self._world.servicer, "facts", lambda: {})())
        return web.json_response(facts)

    async def _rpcs(self, request: web.Request) -> web.Response:
        return web.json_response({"counts": dict(self._world.rpc_counts), "unimplemented": dict(self._world.unimplemented)})

    async def _faults(self, request: web.Request) -> web.Response:
        return web.json_response([dataclasses.asdict(fault) for fault in self._world.faults.active.values()])

    async def _add_fault(self, request: web.Request) -> web.Response:
        order = await request.json()
        fault = self._world.faults.add(
            order["kind"],
            dict(order.get("match", {})),
            dict(order.get("options", {})),
            order.get("times", 1),
            int(order.get("skip", 0)),
        )
        return web.json_response(dataclasses.asdict(fault))

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self._world.faults.clear(request.match_info.get("fault_id"))
        return web.json_response({})

    async def _delays(self, request: web.Request) -> web.Response:
        return web.json_response(dataclasses.asdict(self._world.delays))

    async def _set_delays(self, request: web.Request) -> web.Response:
        for name, seconds in (await request.json()).items():
            if not hasattr(self._world.delays, name):
                return web.json_response({"error": f"no delay {name}"}, status=400)
            setattr(self._world.delays, name, float(seconds))
        return await self._delays(request)

    async def _advance(self, request: web.Request) -> web.Response:
        self._world.clock.advance(float((await request.json())["seconds"]))
        return web.json_response({"now": self._world.clock.now()})

    async def _forget(self, request: web.Request) -> web.Response:
        ids = set((await request.json())["ids"])
        ids |= {call.call_id for call in self._world.calls.values() if call.function.app.app_id in ids}
        ids |= {task.task_id for task in self._world.tasks.values() if task.app.app_id in ids}
        self._world.forgotten |= ids
        return web.json_response({"forgotten": sorted(ids)})

    async def _cut(self, request: web.Request) -> web.Response:
        return web.json_response({"cut": self._stand_in.cut()})

    async def _outage(self, request: web.Request) -> web.Response:
        seconds = float((await request.json())["seconds"])
        outage = self._world.background(self._stand_in.outage(seconds))
        await asyncio.sleep(0)
        if (await request.json()).get("wait"):
            await outage
        return web.json_response({"seconds": seconds})
