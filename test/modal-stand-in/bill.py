"""The bill, from the containers that really ran: from the machine's assignment to the end of the process, whatever became of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from aiohttp import web

from .world import BillRow, Workspace, World

HOUR = Decimal(3600)
# Regions that name a part of the world; any other names a place within one and costs more.
BROAD_REGIONS = {"us", "eu", "ap", "uk", "ca", "jp", "me", "sa", "af", "mx", "au"}


class BillRpcs:
    world: World

    def multipliers(self, definition: Any) -> tuple[Decimal, Decimal]:
        """What the request multiplies the price by: that of everything, and that of cores and memory."""
        rates = self.world.rates
        placement = definition.scheduler_placement
        everything = Decimal(1)
        if placement.regions:
            broad = all(region in BROAD_REGIONS for region in placement.regions)
            everything = rates.region_broad if broad else rates.region_narrow
        return everything, everything * (rates.nonpreemptible if placement.nonpreemptible else 1)

    def hourly(self, task: Any) -> dict[str, Decimal]:
        """Dollars an hour of a container, by resource."""
        rates = self.world.rates
        everything, ordinary = self.multipliers(task.function.definition)
        parts = {
            "cpu": Decimal(str(task.cores)) * rates.core * ordinary,
            "memory": Decimal(str(task.gib)) * rates.gib * ordinary,
        }
        if task.gpu:
            parts["gpu"] = rates.gpu[task.gpu] * task.gpu_count * everything
        return parts

    def bill(self, since: float, until: float, workspace: Workspace | None = None) -> list[BillRow]:
        """What each container cost within this time, those still running included."""
        rows = []
        for task in self.world.tasks.values():
            if not task.assigned or workspace not in (None, task.app.workspace):
                continue
            start = max(since, task.assigned)
            end = min(until, task.finished or self.world.clock.now())
            if end <= start:
                continue
            hours = Decimal(str(end - start)) / HOUR
            parts = {name: price * hours for name, price in self.hourly(task).items()}
            rows.append(
                BillRow(
                    task.task_id,
                    task.app.app_id,
                    task.app.description,
                    task.app.environment.name,
                    start,
                    end,
                    sum(parts.values(), Decimal(0)),
                    parts,
                    task.app.tags,
                    task.gpu,
                )
            )
        return rows

    async def _admin_bill(self, request: web.Request) -> web.Response:
        since = float(request.query.get("since", 0))
        until = float(request.query.get("until", self.world.clock.now()))
        rows = [row for row in self.bill(since, until) if request.query.get("app", row.app_id) == row.app_id]
        told = [
            {
                "container": row.task_id,
                "app": row.app_id,
                "since": row.since,
                "until": row.until,
                "cost": str(row.cost),
                "parts": {name: str(cost) for name, cost in row.parts.items()},
            }
            for row in rows
        ]
        return web.json_response({"total": str(sum((row.cost for row in rows), Decimal(0))), "rows": told})

    def admin_routes(self) -> list[web.RouteDef]:
        return [web.get("/bill", self._admin_bill)]
