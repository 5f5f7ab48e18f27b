"""What a workspace is told about money: rates, reports by app and interval, summaries by month. The costs come from `bill`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from aiohttp import web
from grpclib import Status
from modal_proto import api_pb2

from .environments import month_start
from .tokens import signed_in
from .world import BillRow, Caller, Workspace, World, refuse

SECONDS = {"d": 86400, "h": 3600}
LONGEST_INTERVALS = 24 * 366
# The key of a GPU's rate, where it is not the name in small letters.
GPU_KEYS = {"A10": "a10g", "A100-40GB": "a100_40gb", "A100-80GB": "a100_80gb", "RTX-PRO-6000": "rtx6000"}
SANDBOX_FACTOR = 3
# Dollars a month that a plan gives back.
CREDITS = {"starter": Decimal(30), "team": Decimal(100), "enterprise": Decimal(0)}
RESOURCES = {"cpu": "CPU", "memory": "Memory"}
GIB_SECONDS_A_MONTH = Decimal(2**30) * 30 * 86400
FREE_BYTES = 2**40


class BillingRpcs:
    world: World

    async def WorkspaceBillingRates(self, request, caller: Caller) -> api_pb2.WorkspaceBillingRatesResponse:
        signed_in(caller)
        rates = self._rates()
        width = max(len(key) for key in rates)
        formatted = "\n".join(f"{key:<{width}}  ${value}" for key, value in sorted(rates.items()))
        return api_pb2.WorkspaceBillingRatesResponse(rates=rates, formatted=formatted)

    async def WorkspaceBillingReport(self, request, caller: Caller) -> AsyncIterator[api_pb2.WorkspaceBillingReportItem]:
        workspace = self._may_see(caller)
        if request.resolution not in SECONDS:
            raise refuse(Status.INVALID_ARGUMENT, "resolution must be 'd' or 'h'")
        step = SECONDS[request.resolution]
        # Full intervals only: a partial one at the end is left out, unless the request reaches beyond its end.
        start = int(request.start_timestamp.seconds // step * step)
        end = int(request.end_timestamp.seconds // step * step)
        if (end - start) // step > LONGEST_INTERVALS:
            raise refuse(Status.INVALID_ARGUMENT, "the report's range is too long")
        asked = set(request.environment_ids)
        names = {e.name for e in workspace.environments.values() if not asked or e.environment_id in asked}
        first = max(start, int(self.world.started // step * step))
        for since in range(first, min(end, int(self.world.clock.now()) + step), step):
            for item in self._interval(workspace, since, since + step, list(request.tag_names)):
                if item.environment_name in names and (not request.app_ids or item.object_id in request.app_ids):
                    yield item

    async def WorkspaceBillingSummary(self, request, caller: Caller) -> api_pb2.WorkspaceBillingSummaryResponse:
        workspace = self._may_see(caller)
        since, until = _month(request.start_timestamp.seconds)
        breakdown = _by_resource(self._rows(workspace, since, until))
        metered = sum(breakdown.values(), Decimal(0))
        credit = min(metered, Decimal(str(workspace.extra.get("credit", CREDITS[_plan(workspace)]))))
        answer = api_pb2.WorkspaceBillingSummaryResponse(
            metered_cost=_text(metered),
            billed_cost=_text(metered - credit),
            metered_cost_breakdown={name: _text(cost) for name, cost in breakdown.items()},
            adjustments={"Credits": _text(-credit)} if credit else {},
        )
        answer.start_timestamp.FromSeconds(int(since))
        answer.end_timestamp.FromSeconds(int(until))
        return answer

    async def EnvironmentBillingSummary(self, request, caller: Caller) -> api_pb2.EnvironmentBillingSummaryResponse:
        workspace = self._may_see(caller)
        names = {e.name for e in workspace.environments.values() if e.environment_id == request.environment_id}
        since, until = _month(request.start_timestamp.seconds)
        breakdown = _by_resource([row for row in self._rows(workspace, since, until) if row.environment in names])
        answer = api_pb2.EnvironmentBillingSummaryResponse(
            metered_cost=_text(sum(breakdown.values(), Decimal(0))),
            metered_cost_breakdown={name: _text(cost) for name, cost in breakdown.items()},
        )
        answer.start_timestamp.FromSeconds(int(since))
        answer.end_timestamp.FromSeconds(int(until))
        return answer

    def volume_storage_cost(self, workspace: Workspace, since: float, until: float) -> Decimal:
        """Dollars for what the workspace's volumes stored beyond the free TiB."""
        stored = sum(
            self.world.servicer.volume_byte_seconds(volume.volume_id, since, until)
            for volume in self.world.volumes.values()
            if volume.workspace is workspace
        )
        billed = max(0.0, stored - FREE_BYTES * (until - since))
        return Decimal(str(billed)) / GIB_SECONDS_A_MONTH * self.world.rates.volume_gib_month

    def billing_routes(self) -> list[web.RouteDef]:
        return [web.post("/workspaces/{workspace}", self._admin_workspace)]

    async def _admin_workspace(self, request: web.Request) -> web.Response:
        """{"plan": "starter"|"team"|"enterprise", "spend_limit": dollars, "credit": dollars, "bill_lag": seconds}."""
        workspace = self.world.workspaces[request.match_info["workspace"]]
        order = await request.json()
        if set(order) - {"plan", "spend_limit", "credit", "bill_lag"} or order.get("plan", "team") not in CREDITS:
            return web.json_response({"error": "plan, spend_limit, credit or bill_lag"}, status=400)
        workspace.extra.update(order)
        return web.json_response({key: workspace.extra.get(key) for key in ("plan", "spend_limit", "credit", "bill_lag")})

    def _may_see(self, caller: Caller) -> Workspace:
        workspace = signed_in(caller)
        if _plan(workspace) == "starter":
            raise refuse(Status.PERMISSION_DENIED, "Billing reports are available on the Team and Enterprise plans.")
        return workspace

    def _rates(self) -> dict[str, str]:
        rates = self.world.rates
        costs = {
            "cpu_hour_cost": f"{rates.core:.5f}",
            "cpu_hour_cost_sandbox": f"{rates.core * SANDBOX_FACTOR:.6f}",
            "mem_gib_hour_cost": f"{rates.gib:.5f}",
            "mem_gib_hour_cost_sandbox": f"{rates.gib * SANDBOX_FACTOR:.6f}",
            "volume_storage_gib_month_cost": f"{rates.volume_gib_month:.5f}",
        }
        return costs | {f"gpu_hour_cost_{GPU_KEYS.get(name, name.lower())}": f"{cost:.5f}" for name, cost in rates.gpu.items()}

    def _rows(self, workspace: Workspace, since: float, until: float) -> list[BillRow]:
        # The bill lags behind what happened: what is too fresh is not on it yet.
        known = self.world.clock.now() - float(workspace.extra.get("bill_lag", 0))
        return self.world.servicer.bill(since, min(until, known), workspace) if known > since else []

    def _interval(self, workspace: Workspace, since: int, until: int, tags: list[str]) -> list[api_pb2.WorkspaceBillingReportItem]:
        by_app: dict[tuple[str, str], list[BillRow]] = {}
        for row in self._rows(workspace, since, until):
            by_app.setdefault((row.app_id, row.environment), []).append(row)
        items = []
        for (app_id, environment), rows in by_app.items():
            item = api_pb2.WorkspaceBillingReportItem(
                object_id=app_id,
                description=rows[0].app_name,
                environment_name=environment,
                cost=_text(sum((row.cost for row in rows), Decimal(0))),
                tags={key: value for key, value in rows[0].tags.items() if "*" in tags or key in tags},
                cost_by_resource={name: _text(cost) for name, cost in _by_resource(rows).items()},
            )
            item.interval.FromSeconds(since)
            items.append(item)
        return items


def _by_resource(rows: list[BillRow]) -> dict[str, Decimal]:
    costs: dict[str, Decimal] = {}
    for row in rows:
        for part, cost in row.parts.items():
            name = RESOURCES.get(part, row.gpu or part)
            costs[name] = costs.get(name, Decimal(0)) + cost
    return costs


def _plan(workspace: Workspace) -> str:
    return workspace.extra.get("plan", "team")


def _month(seconds: int) -> tuple[float, float]:
    start = month_start(seconds)
    return start, month_start((datetime.fromtimestamp(start, timezone.utc) + timedelta(days=32)).timestamp())


def _text(cost: Decimal) -> str:
    return f"{cost:.12f}".rstrip("0").rstrip(".") or "0"
