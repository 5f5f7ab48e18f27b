"""Takes requests, runs each as a task of its own, and ends with stdin."""

from __future__ import annotations

import asyncio
import importlib
import logging
import os
import signal
import sys
import traceback
import warnings
from collections.abc import Awaitable, Callable
from typing import Any

from .errors import BadRequest, DeadlineExceeded, describe
from .wire import Wire, take_stdout

# Where each answer comes from; loaded when it is asked for, because Modal's client takes most of a second.
METHODS = {
    "hello": "account",
    "profiles": "account",
    "environments": "account",
    "rates": "account",
    "billingReport": "billing",
    "apps": "apps",
    "appState": "apps",
    "stopApp": "apps",
    "containers": "apps",
    "taskInfo": "apps",
    "call": "calls",
    "callEnd": "calls",
    "cancelCall": "calls",
    "logs": "logs",
    "imageLogs": "logs",
    "volumeList": "volumes",
    "volumeRead": "volumes",
    "volumeFetch": "volumes",
    "volumes": "volumes",
    "volumeCreate": "volumes",
    "volumeDelete": "volumes",
    "volumeRemove": "volumes",
    "volumeUsage": "volumes",
    "volumeUpload": "upload",
    "control": "control",
    "dictDelete": "control",
    "profileFile": "sign_in",
    "profileActivate": "sign_in",
    "profileWorkspaces": "sign_in",
    "reach": "sign_in",
    "signIn": "sign_in",
    "takeToken": "sign_in",
    "useToken": "sign_in",
    "secretList": "secrets",
    "secretCheck": "secrets",
    "secretCreate": "secrets",
    "secretDelete": "secrets",
}

Item = Callable[[Any], Awaitable[None]]


class Server:
    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._tasks: dict[int, asyncio.Task[None]] = {}

    async def run(self) -> None:
        async for request in self._wire.requests():
            if "cancel" in request:
                self._cancel(request["cancel"])
            elif isinstance(request.get("id"), int):
                self._start(request)

    def _start(self, request: dict[str, Any]) -> None:
        number = request["id"]
        task = asyncio.create_task(self._handle(number, request))
        self._tasks[number] = task
        task.add_done_callback(lambda _task: self._tasks.pop(number, None))

    def _cancel(self, number: Any) -> None:
        """Answered at once: what is dropped may take its time to go."""
        task = self._tasks.pop(number, None)
        if task is not None:
            task.cancel()
            self._wire.answer({"id": number, "error": {"type": "Cancelled", "text": "dropped by the caller"}})

    async def _handle(self, number: int, request: dict[str, Any]) -> None:
        streamed = False

        async def item(value: Any) -> None:
            nonlocal streamed
            streamed = True
            await self._wire.item({"id": number, "item": value})

        try:
            message = {"id": number, "ok": await self._bounded(request, item)}
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told and the others go on
            message = {"id": number, "error": describe(error)}
        if streamed:
            await self._wire.item(message)
        else:
            self._wire.answer(message)

    async def _bounded(self, request: dict[str, Any], item: Item) -> Any:
        deadline = request.get("deadline")
        work = self._dispatch(request, item)
        if not isinstance(deadline, (int, float)):
            return await work
        task = asyncio.ensure_future(work)
        try:
            done, _ = await asyncio.wait({task}, timeout=deadline)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if done:
            return task.result()
        # Not awaited: what does not answer may not heed a cancel at once either.
        task.cancel()
        raise DeadlineExceeded(f"no answer from Modal within {deadline:g} s")

    async def _dispatch(self, request: dict[str, Any], item: Item) -> Any:
        name = request.get("do")
        if name not in METHODS:
            raise BadRequest(f"unknown request {name!r}")
        module = importlib.import_module(f".{METHODS[name]}", __package__)
        given = request.get("with")
        return await getattr(module, name)(given if isinstance(given, dict) else {}, item)


async def _serve(stdout: int) -> None:
    wire = await Wire.open(stdout)
    asyncio.get_running_loop().set_exception_handler(lambda _loop, _context: None)
    writing = asyncio.create_task(wire.write())
    serving = asyncio.create_task(Server(wire).run())
    await asyncio.wait({writing, serving}, return_when=asyncio.FIRST_COMPLETED)


def main() -> None:
    # A terminal's Ctrl-C and its end are for the program that asks; this one ends with its stdin.
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    stdout = take_stdout()
    code = 0
    try:
        asyncio.run(_serve(stdout))
    except BaseException:  # noqa: BLE001 - told on stderr, which the caller keeps
        traceback.print_exc()
        code = 1
    # At once: the client's own threads would be waited for.
    sys.stderr.flush()
    os._exit(code)
