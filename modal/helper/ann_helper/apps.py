"""Apps and their containers. None of it has a public Python API that tells states and times, so the calls of the `modal` program are used."""

from __future__ import annotations

from typing import Any

from modal_proto import api_pb2

from .errors import status_of
from .results import result_of
from .rpc import environment_name, unary
from .values import millis, text

_STATES = {
    api_pb2.APP_STATE_INITIALIZING: "initializing",
    api_pb2.APP_STATE_EPHEMERAL: "ephemeral",
    api_pb2.APP_STATE_DETACHED: "detached",
    api_pb2.APP_STATE_DETACHED_DISCONNECTED: "detached",
    api_pb2.APP_STATE_DEPLOYED: "deployed",
    api_pb2.APP_STATE_STOPPING: "stopping",
    api_pb2.APP_STATE_STOPPED: "stopped",
    api_pb2.APP_STATE_DISABLED: "disabled",
}


async def apps(given: dict[str, Any], _item: Any) -> list[dict[str, Any]]:
    """Live and recently stopped apps. Internal AppList: no public list tells state, times and containers."""
    answer = await unary("AppList", api_pb2.AppListRequest(environment_name=environment_name()))
    return [
        {
            "id": app.app_id,
            "name": app.name or app.description,
            "state": _STATES.get(app.state, "unknown"),
            "created": millis(app.created_at),
            "stopped": millis(app.stopped_at),
            "tasks": app.n_running_tasks,
        }
        for app in answer.apps
    ]


async def appState(given: dict[str, Any], _item: Any) -> dict[str, Any]:  # noqa: N802 - the name on the wire
    """Lifecycle of one app; "gone" of one that Modal does not know. Internal AppGetLifecycle: there is no public call by app id."""
    app = text(given, "app")
    try:
        life = await lifecycle(app)
    except Exception as error:
        if status_of(error) == "NOT_FOUND":
            return {"id": app, "state": "gone", "created": None, "stopped": None, "createdBy": None, "stoppedBy": None}
        raise
    return {
        "id": app,
        "state": _STATES.get(life.app_state, "unknown"),
        "created": millis(life.created_at),
        "stopped": millis(life.stopped_at),
        "createdBy": life.created_by or None,
        "stoppedBy": life.stopped_by or None,
    }


async def lifecycle(app: str) -> api_pb2.AppLifecycle:
    answer = await unary("AppGetLifecycle", api_pb2.AppGetLifecycleRequest(app_id=app))
    return answer.lifecycle


async def stopApp(given: dict[str, Any], _item: Any) -> dict[str, Any]:  # noqa: N802
    """Ends the app and its containers; one that Modal does not know has none. Internal AppStop, as `modal app stop` does it."""
    app = text(given, "app")
    try:
        if (await lifecycle(app)).app_state == api_pb2.APP_STATE_STOPPED:
            return {"already": True}
        await unary("AppStop", api_pb2.AppStopRequest(app_id=app, source=api_pb2.APP_STOP_SOURCE_CLI))
    except Exception as error:
        if status_of(error) == "NOT_FOUND":
            return {"already": True}
        # It stopped by itself in between.
        if status_of(error) in {"FAILED_PRECONDITION", "INVALID_ARGUMENT"} and "already" in str(error):
            return {"already": True}
        raise
    return {"already": False}


async def containers(given: dict[str, Any], _item: Any) -> list[dict[str, Any]]:
    """Live containers, of one app or all of the environment. Internal TaskList, as `modal container list` does it."""
    request = api_pb2.TaskListRequest(environment_name=environment_name(), app_id=text(given, "app", ""))
    answer = await unary("TaskList", request)
    return [
        {
            "task": task.task_id,
            "app": task.app_id,
            "appName": task.app_description,
            "enqueued": millis(task.enqueued_at),
            "started": millis(task.started_at),
        }
        for task in answer.tasks
    ]


async def taskInfo(given: dict[str, Any], _item: Any) -> dict[str, Any] | None:  # noqa: N802
    """Times, GPU and end of one container; None of one that Modal does not know. Internal TaskGetInfo: nothing public tells them."""
    task = text(given, "task")
    try:
        answer = await unary("TaskGetInfo", api_pb2.TaskGetInfoRequest(task_id=task))
    except Exception as error:
        if status_of(error) == "NOT_FOUND":
            return None
        raise
    info = answer.info
    return {
        "task": info.id or task,
        "app": answer.app_id,
        "enqueued": millis(info.enqueued_at),
        "started": millis(info.started_at),
        "finished": millis(info.finished_at),
        "gpu": info.gpu_config.gpu_type or info.gpu_type or None,
        "gpuCount": info.gpu_config.count,
        "result": result_of(info.result) if info.HasField("result") and info.result.status else None,
    }
