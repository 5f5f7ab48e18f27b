"""Apps: created, published, kept alive by heartbeats, stopped."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from google.protobuf.empty_pb2 import Empty
from grpclib import Status
from modal_proto import api_pb2

from .log_book import LogBook
from .world import Caller, Environment, Workspace, World, new_id, refuse

ALIVE = {api_pb2.APP_STATE_EPHEMERAL, api_pb2.APP_STATE_DETACHED, api_pb2.APP_STATE_INITIALIZING}
# States in which an app takes calls.
OPEN = ALIVE | {api_pb2.APP_STATE_DETACHED_DISCONNECTED, api_pb2.APP_STATE_DEPLOYED}
WATCH_SECONDS = 0.2

LOCAL_REASONS = {
    api_pb2.APP_DISCONNECT_REASON_LOCAL_EXCEPTION: "Stopping app - uncaught exception raised locally: {}.",
    api_pb2.APP_DISCONNECT_REASON_REMOTE_EXCEPTION: "Stopping app - uncaught exception raised in remote container: {}.",
    api_pb2.APP_DISCONNECT_REASON_KEYBOARD_INTERRUPT: "Stopping app - keyboard interrupt (user pressed ctrl-C).",
    api_pb2.APP_DISCONNECT_REASON_ENTRYPOINT_COMPLETED: "Stopping app - local entrypoint completed.",
}
CLIENT_GONE = (
    "Stopping app - local client disconnected. Use `modal run --detach` to keep apps running even if your local client disconnects."
)


@dataclass
class App:
    """An app. Times in unix seconds, 0 for not yet; `heard` on the monotonic clock."""

    app_id: str
    description: str
    workspace: Workspace
    environment: Environment
    state: int
    created: float
    created_by: str
    name: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    function_ids: dict[str, str] = field(default_factory=dict)
    class_ids: dict[str, str] = field(default_factory=dict)
    deployed: float = 0
    version: int = 0
    stopped: float = 0
    stopped_by: str = ""
    heard: float = field(default_factory=time.monotonic)
    log: LogBook = field(default_factory=LogBook)
    # No container lives any more and everything they wrote is in the log.
    finished: bool = False

    def hear(self) -> None:
        self.heard = time.monotonic()

    @property
    def page(self) -> str:
        return f"https://modal.com/apps/{self.workspace.name}/{self.environment.name}/{self.app_id}"

    def lifecycle(self) -> api_pb2.AppLifecycle:
        return api_pb2.AppLifecycle(
            app_state=self.state,
            created_at=self.created,
            created_by=self.created_by,
            deployed_at=self.deployed,
            deployed_by=self.created_by if self.deployed else "",
            version=self.version,
            stopped_at=self.stopped,
            stopped_by=self.stopped_by,
        )

    def metadata(self) -> api_pb2.AppHandleMetadata:
        return api_pb2.AppHandleMetadata(
            description=self.description,
            app_id=self.app_id,
            environment_name=self.environment.name,
            lifecycle=self.lifecycle(),
            functions=self.function_ids,
        )


class AppRpcs:
    world: World

    async def open_apps(self) -> None:
        self.world.background(self._watch_apps())

    def app(self, app_id: str, caller: Caller) -> App:
        """The app of this id in the caller's workspace."""
        app = self.world.apps.get(app_id)
        if caller.task_id is None and app_id in self.world.forgotten:
            app = None
        if app is None or (caller.workspace is not None and app.workspace is not caller.workspace):
            raise refuse(Status.NOT_FOUND, f"App {app_id} not found")
        return app

    async def AppCreate(self, request: api_pb2.AppCreateRequest, caller: Caller) -> api_pb2.AppCreateResponse:
        environment = self.world.environment(caller, request.environment_name)
        user = caller.token.user if caller.token else ""
        state = request.app_state or api_pb2.APP_STATE_EPHEMERAL
        app = App(
            new_id("ap"),
            request.description,
            caller.workspace,
            environment,
            state,
            self.world.clock.now(),
            user,
            tags=dict(request.tags),
        )
        self.world.apps[app.app_id] = app
        return api_pb2.AppCreateResponse(app_id=app.app_id, app_page_url=app.page, app_logs_url=f"{app.page}/logs")

    async def AppPublish(self, request: api_pb2.AppPublishRequest, caller: Caller) -> api_pb2.AppPublishResponse:
        app = self.app(request.app_id, caller)
        if app.state not in OPEN:
            raise refuse(Status.FAILED_PRECONDITION, f"App {app.app_id} is stopped")
        app.function_ids = dict(request.function_ids)
        app.class_ids = dict(request.class_ids)
        if request.app_state:
            app.state = request.app_state
        if request.app_state == api_pb2.APP_STATE_DEPLOYED:
            self._replace_deployment(app, request.name)
        return api_pb2.AppPublishResponse(url=app.page, deployed_at=app.deployed)

    def _replace_deployment(self, app: App, name: str) -> None:
        app.name = app.description = name
        app.deployed = self.world.clock.now()
        app.version += 1

    async def AppHeartbeat(self, request: api_pb2.AppHeartbeatRequest, caller: Caller) -> Empty:
        self.app(request.app_id, caller).hear()
        return Empty()

    async def AppClientDisconnect(self, request: api_pb2.AppClientDisconnectRequest, caller: Caller) -> Empty:
        app = self.app(request.app_id, caller)
        if self.world.faults.take("detach_ignored", app=app.app_id):
            self.stop_app(app, CLIENT_GONE, app.created_by)
            return Empty()
        if app.state == api_pb2.APP_STATE_DETACHED and request.reason in (
            api_pb2.APP_DISCONNECT_REASON_ENTRYPOINT_COMPLETED,
            api_pb2.APP_DISCONNECT_REASON_KEYBOARD_INTERRUPT,
        ):
            app.state = api_pb2.APP_STATE_DETACHED_DISCONNECTED
            return Empty()
        reason = LOCAL_REASONS.get(request.reason, "Stopping app.").format(request.exception)
        self.stop_app(app, reason, app.created_by)
        return Empty()

    async def AppStop(self, request: api_pb2.AppStopRequest, caller: Caller) -> Empty:
        app = self.app(request.app_id, caller)
        if self.world.faults.take("stop_ignored", app=app.app_id):
            return Empty()
        self.stop_app(app, "Stopping app - user stopped from CLI.", caller.token.user if caller.token else "")
        return Empty()

    def stop_app(self, app: App, reason: str, by: str = "") -> None:
        """Takes no more calls, ends what runs; the app is `stopped` when its last container has ended."""
        if app.state not in OPEN:
            return
        app.state = api_pb2.APP_STATE_STOPPING
        app.stopped_by = by
        self.world.servicer.say(app, reason)
        self.world.background(self._finish_app(app))

    async def _finish_app(self, app: App) -> None:
        await self.world.servicer.end_work(app)
        app.state = api_pb2.APP_STATE_STOPPED
        app.stopped = self.world.clock.now()
        app.finished = True
        app.log.bell.ring()

    async def _watch_apps(self) -> None:
        """Ends apps whose client is gone, and detached ones that have nothing left to do."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            for app in list(self.world.apps.values()):
                silent = time.monotonic() - app.heard > self.world.delays.missed_heartbeats
                if silent and app.state in (api_pb2.APP_STATE_EPHEMERAL, api_pb2.APP_STATE_INITIALIZING):
                    self.stop_app(app, CLIENT_GONE)
                if silent and app.state == api_pb2.APP_STATE_DETACHED:
                    app.state = api_pb2.APP_STATE_DETACHED_DISCONNECTED
                if app.state == api_pb2.APP_STATE_DETACHED_DISCONNECTED and not self.world.servicer.has_work(app):
                    self.stop_app(app, "Stopping app - all function calls completed.")

    async def AppList(self, request: api_pb2.AppListRequest, caller: Caller) -> api_pb2.AppListResponse:
        environment = self.world.environment(caller, request.environment_name)
        items = []
        for app in self.world.apps.values():
            if app.environment is not environment or app.app_id in self.world.forgotten:
                continue
            if self.world.faults.take("app_unlisted", app=app.app_id):
                continue
            items.append(
                api_pb2.AppListResponse.AppListItem(
                    app_id=app.app_id,
                    description=app.description,
                    state=app.state,
                    created_at=app.created,
                    stopped_at=app.stopped,
                    n_running_tasks=len(self.world.servicer.live_tasks(app)),
                    name=app.name,
                    metadata=app.metadata(),
                )
            )
        return api_pb2.AppListResponse(apps=items)

    async def AppGetLifecycle(self, request: Any, caller: Caller) -> api_pb2.AppGetLifecycleResponse:
        return api_pb2.AppGetLifecycleResponse(lifecycle=self.app(request.app_id, caller).lifecycle())

    async def AppGetInfo(self, request: Any, caller: Caller) -> api_pb2.AppGetInfoResponse:
        return api_pb2.AppGetInfoResponse(info=self.app(request.app_id, caller).metadata())

    async def AppGetLayout(self, request: Any, caller: Caller) -> api_pb2.AppGetLayoutResponse:
        return api_pb2.AppGetLayoutResponse(app_layout=self.world.servicer.layout(self.app(request.app_id, caller)))

    async def AppGetTags(self, request: Any, caller: Caller) -> api_pb2.AppGetTagsResponse:
        return api_pb2.AppGetTagsResponse(tags=self.app(request.app_id, caller).tags)

    async def AppSetTags(self, request: Any, caller: Caller) -> Empty:
        self.app(request.app_id, caller).tags = dict(request.tags)
        return Empty()

    async def AppGetByDeploymentName(self, request: Any, caller: Caller) -> api_pb2.AppGetByDeploymentNameResponse:
        environment = self.world.environment(caller, request.environment_name)
        app = self.deployed_app(request.name, environment)
        if app is None:
            return api_pb2.AppGetByDeploymentNameResponse(environment_name=environment.name)
        return api_pb2.AppGetByDeploymentNameResponse(
            app_id=app.app_id, environment_name=environment.name, lifecycle=app.lifecycle()
        )

    async def AppLookup(self, request: Any, caller: Caller) -> api_pb2.AppLookupResponse:
        environment = self.world.environment(caller, request.environment_name)
        app = self.deployed_app(request.app_name, environment)
        if app is None:
            raise refuse(Status.NOT_FOUND, f"No App with name '{request.app_name}' found in the '{environment.name}' environment.")
        return api_pb2.AppLookupResponse(app_id=app.app_id)

    def deployed_app(self, name: str, environment: Environment) -> App | None:
        """The app deployed under this name, if any."""
        for app in self.world.apps.values():
            if app.name == name and app.environment is environment and app.state == api_pb2.APP_STATE_DEPLOYED:
                return app
        return None

    async def _admin_apps(self, request: web.Request) -> web.Response:
        return web.json_response(
            [
                {
                    "app": app.app_id,
                    "description": app.description,
                    "state": api_pb2.AppState.Name(app.state),
                    "environment": app.environment.name,
                    "created": app.created,
                    "stopped": app.stopped,
                    "finished": app.finished,
                }
                for app in self.world.apps.values()
            ]
        )

    def admin_routes(self) -> list[web.RouteDef]:
        return [web.get("/apps", self._admin_apps)]
