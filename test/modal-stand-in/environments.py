"""Environments of a workspace: made, changed, deleted; budgets, and how much of them is used."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from aiohttp import web
from google.protobuf import empty_pb2
from grpclib import Status
from modal_proto import api_pb2

from .hello import BUILDER_VERSION
from .tokens import signed_in
from .world import Caller, Environment, Workspace, World, refuse

# What a workspace may spend in a month unless a test says otherwise, in dollars.
SPEND_LIMIT = 1000.0
MOST_TASKS = 1000
MOST_GPUS = 50


class EnvironmentRpcs:
    world: World

    def cycle_usage(self, workspace: Workspace, environment: Environment | None = None) -> float:
        """Dollars used since the month began, by an environment or by all."""
        now = self.world.clock.now()
        name = None if environment is None else environment.name
        rows = self.world.servicer.bill(month_start(now), now, workspace)
        return float(sum(row.cost for row in rows if name in (None, row.environment)))

    def spend_limit_reached(self, workspace: Workspace, environment: Environment) -> bool:
        """May nothing more be started there?"""
        over = self.cycle_usage(workspace) >= _workspace_limit(workspace)
        budget = environment.cycle_budget_dollars
        return over or (budget is not None and self.cycle_usage(workspace, environment) >= budget)

    async def EnvironmentList(self, request, caller: Caller) -> api_pb2.EnvironmentListResponse:
        workspace = signed_in(caller)
        items = [self._item(workspace, environment) for environment in workspace.environments.values()]
        return api_pb2.EnvironmentListResponse(items=items)

    async def EnvironmentGetOrCreate(self, request, caller: Caller) -> api_pb2.EnvironmentGetOrCreateResponse:
        workspace = signed_in(caller)
        name = request.deployment_name
        if name and name not in workspace.environments and request.object_creation_type == api_pb2.OBJECT_CREATION_TYPE_CREATE_IF_MISSING:
            self.world.add_environment(workspace, name)
        environment = self.world.environment(caller, name)
        metadata = api_pb2.EnvironmentMetadata(
            name=environment.name,
            settings=api_pb2.EnvironmentSettings(
                image_builder_version=environment.extra.get("builder", _builder(workspace)), webhook_suffix=environment.web_suffix
            ),
        )
        return api_pb2.EnvironmentGetOrCreateResponse(environment_id=environment.environment_id, metadata=metadata)

    async def EnvironmentCreate(self, request, caller: Caller) -> empty_pb2.Empty:
        workspace = signed_in(caller)
        if request.name in workspace.environments:
            raise refuse(Status.ALREADY_EXISTS, f"Environment '{request.name}' already exists")
        self.world.add_environment(workspace, request.name)
        return empty_pb2.Empty()

    async def EnvironmentUpdate(self, request, caller: Caller) -> api_pb2.EnvironmentListItem:
        workspace = signed_in(caller)
        environment = _named(workspace, request.current_name)
        if request.HasField("name") and request.name.value != environment.name:
            if request.name.value in workspace.environments:
                raise refuse(Status.ALREADY_EXISTS, f"Environment '{request.name.value}' already exists")
            del workspace.environments[environment.name]
            environment.name = request.name.value
            workspace.environments[environment.name] = environment
        if request.HasField("web_suffix"):
            environment.web_suffix = request.web_suffix.value
        if request.HasField("max_concurrent_tasks"):
            environment.max_concurrent_tasks = request.max_concurrent_tasks
        if request.HasField("max_concurrent_gpus"):
            environment.max_concurrent_gpus = request.max_concurrent_gpus
        if request.HasField("image_builder_version"):
            environment.extra["builder"] = request.image_builder_version or _builder(workspace)
        return self._item(workspace, environment)

    async def EnvironmentDelete(self, request, caller: Caller) -> empty_pb2.Empty:
        workspace = signed_in(caller)
        environment = _named(workspace, request.name)
        if environment.default:
            raise refuse(Status.INVALID_ARGUMENT, f"Environment '{environment.name}' is the default and cannot be deleted")
        for app in [app for app in self.world.apps.values() if app.environment is environment]:
            self.world.servicer.stop_app(app, f"Stopping app - environment '{environment.name}' was deleted.")
        self.world.servicer.drop_volumes_of(environment)
        self.world.servicer.drop_secrets_of(environment)
        del workspace.environments[environment.name]
        return empty_pb2.Empty()

    async def EnvironmentGetBudget(self, request, caller: Caller) -> api_pb2.EnvironmentGetBudgetResponse:
        workspace = signed_in(caller)
        item = self._item(workspace, _with_id(workspace, request.environment_id))
        return api_pb2.EnvironmentGetBudgetResponse(
            cycle_budget_dollars=item.cycle_budget_dollars if item.HasField("cycle_budget_dollars") else None,
            effective_cycle_spend_limit=item.effective_cycle_spend_limit,
            current_cycle_usage=item.current_cycle_usage,
            spend_limit_reached=item.spend_limit_reached,
        )

    async def EnvironmentSetBudget(self, request, caller: Caller) -> empty_pb2.Empty:
        environment = _with_id(signed_in(caller), request.environment_id)
        environment.cycle_budget_dollars = None if request.clear_budget else request.cycle_budget_dollars
        return empty_pb2.Empty()

    async def WorkspaceSetDefaultEnvironment(self, request, caller: Caller) -> empty_pb2.Empty:
        workspace = signed_in(caller)
        chosen = _named(workspace, request.environment_name)
        for environment in workspace.environments.values():
            environment.default = environment is chosen
        return empty_pb2.Empty()

    def environment_routes(self) -> list[web.RouteDef]:
        return [web.post("/environments/{workspace}/{name}", self._admin_change)]

    async def _admin_change(self, request: web.Request) -> web.Response:
        """{"cycle_budget_dollars", "max_concurrent_tasks", "max_concurrent_gpus": number|null}; makes the environment when it is new."""
        workspace = self.world.workspaces[request.match_info["workspace"]]
        name = request.match_info["name"]
        environment = workspace.environments.get(name) or self.world.add_environment(workspace, name)
        for key, value in (await request.json()).items():
            if key not in ("cycle_budget_dollars", "max_concurrent_tasks", "max_concurrent_gpus"):
                return web.json_response({"error": f"no setting {key}"}, status=400)
            setattr(environment, key, value)
        return web.json_response({"environment_id": environment.environment_id})

    def _item(self, workspace: Workspace, environment: Environment) -> api_pb2.EnvironmentListItem:
        limit, budget = _workspace_limit(workspace), environment.cycle_budget_dollars
        running = self.world.servicer.running_tasks(environment)
        return api_pb2.EnvironmentListItem(
            name=environment.name,
            webhook_suffix=environment.web_suffix,
            created_at=environment.created,
            default=environment.default,
            environment_id=environment.environment_id,
            max_concurrent_tasks=MOST_TASKS if environment.max_concurrent_tasks is None else environment.max_concurrent_tasks,
            max_concurrent_gpus=MOST_GPUS if environment.max_concurrent_gpus is None else environment.max_concurrent_gpus,
            current_concurrent_tasks=len(running),
            current_concurrent_gpus=sum(task.gpu_count for task in running),
            cycle_budget_dollars=budget,
            effective_cycle_spend_limit=limit if budget is None else min(limit, budget),
            current_cycle_usage=self.cycle_usage(workspace, environment),
            spend_limit_reached=self.spend_limit_reached(workspace, environment),
            image_builder_version=environment.extra.get("builder"),
        )


def month_start(now: float) -> float:
    """When the month (UTC) of a unix time began."""
    return datetime.fromtimestamp(now, timezone.utc).replace(day=1, hour=0, minute=0, second=0, microsecond=0).timestamp()


def _workspace_limit(workspace: Workspace) -> float:
    return float(workspace.extra.get("spend_limit", SPEND_LIMIT))


def _builder(workspace: Workspace) -> str:
    return workspace.extra.get("builder", BUILDER_VERSION)


def _named(workspace: Workspace, name: str) -> Environment:
    return _found(workspace.environments.get(name), name)


def _with_id(workspace: Workspace, environment_id: str) -> Environment:
    return _found(next((e for e in workspace.environments.values() if e.environment_id == environment_id), None), environment_id)


def _found(environment: Any, name: str) -> Environment:
    if environment is None:
        raise refuse(Status.NOT_FOUND, f"Environment '{name}' not found")
    return environment
