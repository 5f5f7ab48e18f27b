"""Reading logs: the live stream with its place, and fetching from the past."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from typing import Any

from aiohttp import web
from google.protobuf.timestamp_pb2 import Timestamp
from grpclib import Status
from modal_proto import api_pb2

from .log_book import SYSTEM, Entry, Filter, LogBook
from .log_faults import disturb
from .world import Caller, World, refuse

LONGEST_RANGE = 35 * 24 * 3600
LARGEST_FETCH = 20_000


def _filter(request: Any) -> Filter:
    """The filter of a fetch or count request."""
    return Filter(
        function_id=request.function_id,
        call_id=request.function_call_id,
        task_id=request.task_id,
        source=request.source,
        search=request.search_text,
    )


def _seconds(timestamp: Timestamp) -> float:
    return timestamp.seconds + timestamp.nanos / 1e9


def _timestamp(seconds: float) -> Timestamp:
    whole = math.floor(seconds)
    return Timestamp(seconds=whole, nanos=int((seconds - whole) * 1e9))


class LogRpcs:
    world: World

    def say(self, app: Any, text: str, task: Any = None) -> None:
        """A line of Modal's own in an app's log."""
        entry = Entry(self.world.clock.now(), text + "\n", SYSTEM)
        if task is not None:
            entry.task_id, entry.function_id = task.task_id, task.function.function_id
        app.log.add(entry)

    async def AppGetLogs(self, request: api_pb2.AppGetLogsRequest, caller: Caller) -> AsyncIterator[api_pb2.TaskLogsBatch]:
        task = self.world.tasks.get(request.task_id)
        app = self.world.apps.get(request.app_id) or (task.app if task else None)
        if app is None:
            raise refuse(Status.NOT_FOUND, f"App {request.app_id or request.task_id} not found")
        wanted = Filter(
            request.function_id,
            request.function_call_id,
            request.task_id,
            request.input_id,
            request.file_descriptor,
            request.search_text,
        )
        book: LogBook = app.log
        place = book.position(request.last_entry_id)
        end = time.monotonic() + request.timeout
        while True:
            seen = len(book.entries)
            wait, batches = disturb(self.world, app.app_id, list(book.batches(place, wanted)))
            for batch in batches:
                if wait:
                    await asyncio.sleep(wait)
                yield batch
            place = seen
            if seen < len(book.entries):
                continue
            if app.finished or (not request.app_id and task is not None and task.finished):
                yield api_pb2.TaskLogsBatch(app_done=True)
                return
            left = end - time.monotonic()
            if left <= 0:
                return
            await book.bell.wait(min(left, 5))

    async def AppFetchLogs(self, request: api_pb2.AppFetchLogsRequest, caller: Caller) -> api_pb2.AppFetchLogsResponse:
        book, since, until = self._range(request)
        found = book.between(since, until, _filter(request))
        newest = found[-min(request.limit or LARGEST_FETCH, LARGEST_FETCH) :]
        batches = []
        for index in newest:
            part = LogBook()
            part.entries = [book.entries[index]]
            batch = next(part.batches(0, Filter()))
            batch.entry_id = book.entry_id(index)
            batches.append(batch)
        return api_pb2.AppFetchLogsResponse(batches=batches)

    async def AppCountLogs(self, request: api_pb2.AppCountLogsRequest, caller: Caller) -> api_pb2.AppCountLogsResponse:
        book, since, until = self._range(request)
        width = request.bucket_secs or 60
        counts: dict[int, list[int]] = {}
        for index in book.between(since, until, _filter(request)):
            entry = book.entries[index]
            row = counts.setdefault(int(entry.at // width), [0, 0, 0])
            row[{1: 0, 2: 1}.get(entry.source, 2)] += 1
        buckets = []
        for number in range(int(since // width), int(until // width) + 1):
            out, err, system = counts.get(number, [0, 0, 0])
            buckets.append(
                api_pb2.AppCountLogsResponse.LogBucket(
                    bucket_start_at=_timestamp(number * width), stdout_logs=out, stderr_logs=err, system_logs=system
                )
            )
        return api_pb2.AppCountLogsResponse(app_id=request.app_id, buckets=buckets)

    def _range(self, request: Any) -> tuple[LogBook, float, float]:
        source = self.world.apps.get(request.app_id) or self.world.servicer.builder_image(request.app_id)
        if source is None:
            raise refuse(Status.NOT_FOUND, f"App {request.app_id} not found")
        since = _seconds(request.since) if request.HasField("since") else source.created
        until = _seconds(request.until) if request.HasField("until") else self.world.clock.now()
        if until - since > LONGEST_RANGE + 60:
            raise refuse(Status.INVALID_ARGUMENT, "Log fetch time range cannot exceed 35 days.")
        return source.log, since, until

    async def _admin_log(self, request: web.Request) -> web.Response:
        app = self.world.apps.get(request.match_info["app_id"])
        if app is None:
            return web.json_response({"error": "no such app"}, status=404)
        task_id = request.query.get("container", "")
        written = [entry for entry in app.log.entries if entry.task_id and entry.source != SYSTEM]
        texts = [entry.data for entry in written if task_id in ("", entry.task_id)]
        return web.Response(text="".join(texts))

    def admin_routes(self) -> list[web.RouteDef]:
        return [web.get("/log/{app_id}", self._admin_log)]
