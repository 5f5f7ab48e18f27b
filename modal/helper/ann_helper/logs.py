"""
Logs, followed across lost connections. Internal AppGetLogs and ImageJoinStreaming: the public streams hide the entry ids without which nobody can
go on where they were.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing
from typing import Any

from modal_proto import api_pb2

from .apps import lifecycle
from .contact import PROBE, Contact
from .errors import Silent, is_passing, status_of
from .results import result_of
from .rpc import stream, unary
from .values import text, word

# The server ends a stream after this many seconds; one that neither speaks nor ends is dead.
_HOLD, _GRACE = 55.0, 20.0
# Characters in one message: an answer to somebody else waits for no more than this.
_MESSAGE = 1 << 17

_SOURCES = {api_pb2.FILE_DESCRIPTOR_STDOUT: "stdout", api_pb2.FILE_DESCRIPTOR_STDERR: "stderr"}


async def logs(given: dict[str, Any], item: Any) -> None:
    """Everything that an app prints from an entry on, until the app is done, or Modal does not know it any more."""
    app = text(given, "app")
    entry = text(given, "from", "")
    contact = Contact(item)
    over = heard = False
    while True:
        try:
            if not heard:
                await asyncio.wait_for(lifecycle(app), PROBE)
                heard = True
                await contact.heard()
            request = api_pb2.AppGetLogsRequest(
                app_id=app,
                timeout=_HOLD,
                last_entry_id=entry,
                task_id=text(given, "task", ""),
                function_id=text(given, "function", ""),
                function_call_id=text(given, "call", ""),
            )
            silent = True
            async with aclosing(_listen("AppGetLogs", request)) as batches:
                async for batch in batches:
                    silent = False
                    await contact.heard()
                    for message in _messages(batch):
                        await item(message)
                    entry = batch.entry_id or entry
                    if batch.app_done:
                        return
            await contact.heard()
            # An app that was over before this stream began and had nothing left to say: no more will come.
            if over and silent:
                return
            over = await _is_over(app)
        except Exception as error:
            if status_of(error) == "NOT_FOUND":
                return
            if not is_passing(error):
                raise
            heard = False
            await asyncio.sleep(await contact.failed(error))


async def imageLogs(given: dict[str, Any], item: Any) -> dict[str, Any]:  # noqa: N802 - the name on the wire
    """The build log of an image; the build's end."""
    image = text(given, "image")
    entry = ""
    contact = Contact(item)
    while True:
        try:
            request = api_pb2.ImageJoinStreamingRequest(
                image_id=image, timeout=_HOLD, last_entry_id=entry, include_logs_for_finished=True
            )
            end: dict[str, Any] | None = None
            async with aclosing(_listen("ImageJoinStreaming", request)) as answers:
                async for answer in answers:
                    await contact.heard()
                    said = "".join(log.data for log in answer.task_logs)
                    if said:
                        await item({"text": said})
                    entry = answer.entry_id or entry
                    if answer.result.status:
                        end = result_of(answer.result)
            if end is not None:
                return end
            await contact.heard()
        except Exception as error:
            if not is_passing(error):
                raise
            await asyncio.sleep(await contact.failed(error))


async def _listen(name: str, request: Any) -> AsyncIterator[Any]:
    async with aclosing(stream(name, request)) as messages:
        while True:
            try:
                yield await asyncio.wait_for(anext(messages), _HOLD + _GRACE)
            except StopAsyncIteration:
                return
            except asyncio.TimeoutError:
                raise Silent("the log stream went silent") from None


async def _is_over(app: str) -> bool:
    answer = await unary("AppGetLifecycle", api_pb2.AppGetLifecycleRequest(app_id=app))
    return answer.lifecycle.app_state == api_pb2.APP_STATE_STOPPED


def _messages(batch: api_pb2.TaskLogsBatch) -> Iterator[dict[str, Any]]:
    """One batch as messages of bearable size; only the last one has the entry to go on from."""
    pieces: list[dict[str, Any]] = []
    states: list[dict[str, Any]] = []
    size = 0
    for log in batch.items:
        time = log.timestamp_ns / 1e6 if log.timestamp_ns else log.timestamp * 1000
        task = log.container_id or batch.task_id
        if log.task_state:
            states.append({"task": task, "state": word(api_pb2.TaskState, log.task_state, "TASK_STATE_"), "time": round(time)})
        if log.data:
            if size > _MESSAGE:
                yield _message(batch, "", pieces, states)
                pieces, states, size = [], [], 0
            source = _SOURCES.get(log.file_descriptor, "system")
            pieces.append({"fd": source, "text": log.data, "time": time, "call": log.function_call_id})
            size += len(log.data)
    if pieces or states or batch.entry_id:
        yield _message(batch, batch.entry_id, pieces, states)


def _message(batch: api_pb2.TaskLogsBatch, entry: str, pieces: list[Any], states: list[Any]) -> dict[str, Any]:
    return {"entry": entry, "task": batch.task_id, "function": batch.function_id, "pieces": pieces, "states": states}
