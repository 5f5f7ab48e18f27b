"""Containers as clients may see them: lists, times, hardware."""

from __future__ import annotations

from typing import Any

from grpclib import Status
from modal_proto import api_pb2

from .world import Caller, World, refuse


class TaskRpcs:
    world: World

    async def TaskList(self, request: api_pb2.TaskListRequest, caller: Caller) -> api_pb2.TaskListResponse:
        environment = self.world.environment(caller, request.environment_name) if not request.app_id else None
        response = api_pb2.TaskListResponse()
        for task in self.world.servicer.running_tasks(environment):
            if (request.app_id and task.app.app_id != request.app_id) or task.task_id in self.world.forgotten:
                continue
            response.tasks.add(
                task_id=task.task_id,
                app_id=task.app.app_id,
                app_description=task.app.description,
                started_at=0 if self.world.faults.take("times_missing", app=task.app.app_id) else task.started,
                enqueued_at=task.enqueued,
            )
        return response

    async def TaskGetInfo(self, request: api_pb2.TaskGetInfoRequest, caller: Caller) -> api_pb2.TaskGetInfoResponse:
        task = self.world.tasks.get(request.task_id)
        if task is None or task.task_id in self.world.forgotten or (caller.workspace is not None and task.app.workspace is not caller.workspace):
            raise refuse(Status.NOT_FOUND, f"Task {request.task_id} not found")
        asked: Any = task.resources.gpu_config
        info = api_pb2.TaskInfo(
            id=task.task_id,
            enqueued_at=task.enqueued,
            started_at=task.started,
            finished_at=task.finished,
            gpu_type=asked.gpu_type,
            gpu_config=asked,
        )
        if task.result is not None:
            info.result.CopyFrom(task.result)
        elif task.finished and task.exit_code:
            info.result.status = api_pb2.GenericResult.GENERIC_STATUS_FAILURE
            info.result.exitcode = task.exit_code
        return api_pb2.TaskGetInfoResponse(app_id=task.app.app_id, info=info)
