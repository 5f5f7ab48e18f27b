"""Commands in running containers (`modal container exec`, `modal shell ta-…`): the router that Modal's workers have, on a door of its own."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import pty
import signal
import struct
import termios
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.empty_pb2 import Empty
from grpclib import Status
from modal_proto import api_pb2, task_command_router_pb2 as router_pb2

from .bell import Bell
from .cells import start_cell
from .hello import unsigned_jwt
from .service import Reception
from .task import Task
from .wire import Door
from .world import Caller, World, refuse

ACCESS_SECONDS = 15 * 60
CHUNK = 64 * 1024
STDERR = router_pb2.TASK_EXEC_STDIO_FILE_DESCRIPTOR_STDERR


@dataclass
class Output:
    """What a command wrote to one of its descriptors."""

    data: bytearray = field(default_factory=bytearray)
    ended: bool = False
    bell: Bell = field(default_factory=Bell)

    def add(self, data: bytes) -> None:
        self.data += data
        self.ended = self.ended or not data
        self.bell.ring()


@dataclass
class Exec:
    """A command. `terminal` is the master side of its pseudo-terminal, if it has one."""

    exec_id: str
    task: Task
    process: asyncio.subprocess.Process
    out: Output = field(default_factory=Output)
    err: Output = field(default_factory=Output)
    terminal: int | None = None
    written: int = 0
    input_closed: bool = False


class RouterRpcs:
    world: World

    def __init__(self) -> None:
        self._execs: dict[str, Exec] = {}
        self._router: Door | None = None

    async def open_router(self) -> None:
        reception = Reception(self.world, "router", self._let_in)
        self._router = Door([(router_pb2.DESCRIPTOR, "TaskCommandRouter", reception.answer)])
        await self._router.open()

    async def close_router(self) -> None:
        for command in self._execs.values():
            self._end(command)
        if self._router:
            self._router.shut()

    def cut_router(self) -> int:
        return self._router.cut() if self._router else 0

    @staticmethod
    def _let_in(world: World, caller: Caller) -> None:
        if not str(caller.metadata.get("authorization", "")).startswith("Bearer "):
            raise refuse(Status.UNAUTHENTICATED, "no access token")

    async def TaskGetCommandRouterAccess(self, request: Any, caller: Caller) -> api_pb2.TaskGetCommandRouterAccessResponse:
        task = self._running(request.task_id)
        claims = {"task_id": task.task_id, "exp": int(self.world.clock.now() + ACCESS_SECONDS)}
        return api_pb2.TaskGetCommandRouterAccessResponse(jwt=unsigned_jwt(claims), url=f"http://127.0.0.1:{self._router.port}")

    def _running(self, task_id: str) -> Task:
        task = self.world.tasks.get(task_id)
        if task is None:
            raise refuse(Status.NOT_FOUND, f"Task {task_id} not found")
        if task.finished or task.process is None or task.pid is None:
            raise refuse(Status.FAILED_PRECONDITION, f"Task {task_id} is not running")
        return task

    def _exec(self, exec_id: str) -> Exec:
        command = self._execs.get(exec_id)
        if command is None:
            raise refuse(Status.NOT_FOUND, f"Exec {exec_id} not found")
        return command

    async def TaskExecStart(self, request: router_pb2.TaskExecStartRequest, caller: Caller) -> router_pb2.TaskExecStartResponse:
        if request.exec_id in self._execs:
            return router_pb2.TaskExecStartResponse()
        task = self._running(request.task_id)
        wants_terminal = request.HasField("pty_info")
        env = {**task.env, **request.env}
        for secret_id in request.secret_ids:
            env.update(self.world.servicer.secret_env(secret_id))
        if wants_terminal:
            env["TERM"] = request.pty_info.env_term or "xterm-256color"
        cells = self.world.servicer.cells_of_machine()
        name = f"exec-{request.exec_id}".replace("/", "")
        cwd = request.workdir or env.get("HOME", "/")
        spec = cells.join_spec(task.folder, name, task.pid, list(request.command_args), env, cwd, wants_terminal)
        start = self._with_terminal if wants_terminal else self._with_pipes
        self._execs[request.exec_id] = await start(request, task, spec)
        return router_pb2.TaskExecStartResponse()

    async def _with_pipes(self, request: Any, task: Task, spec: Any) -> Exec:
        pipe = asyncio.subprocess.PIPE
        process = await start_cell(spec, stdin=pipe, stdout=pipe, stderr=pipe)
        command = Exec(request.exec_id, task, process)
        self.world.background(self._collect(process.stdout, command.out))
        self.world.background(self._collect(process.stderr, command.err))
        return command

    @staticmethod
    async def _collect(stream: asyncio.StreamReader, output: Output) -> None:
        while data := await stream.read(CHUNK):
            output.add(data)
        output.add(b"")

    async def _with_terminal(self, request: Any, task: Task, spec: Any) -> Exec:
        master, slave = pty.openpty()
        size = struct.pack("HHHH", request.pty_info.winsz_rows or 24, request.pty_info.winsz_cols or 80, 0, 0)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, size)
        try:
            process = await start_cell(spec, stdin=slave, stdout=slave, stderr=slave)
        finally:
            os.close(slave)
        os.set_blocking(master, False)
        command = Exec(request.exec_id, task, process, terminal=master)
        command.err.add(b"")
        asyncio.get_running_loop().add_reader(master, self._read_terminal, command)
        return command

    def _read_terminal(self, command: Exec) -> None:
        try:
            data = os.read(command.terminal, CHUNK)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        command.out.add(data)
        if not data:
            self._close_terminal(command)

    @staticmethod
    def _close_terminal(command: Exec) -> None:
        if command.terminal is None:
            return
        asyncio.get_running_loop().remove_reader(command.terminal)
        os.close(command.terminal)
        command.terminal = None

    def _end(self, command: Exec) -> None:
        if command.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(command.process.pid, signal.SIGKILL)
        self._close_terminal(command)

    async def TaskExecStdioRead(self, request: Any, caller: Caller) -> AsyncIterator[router_pb2.TaskExecStdioReadResponse]:
        command = self._exec(request.exec_id)
        output = command.err if request.file_descriptor == STDERR else command.out
        place = request.offset
        while True:
            data = bytes(output.data[place : place + CHUNK])
            if data:
                place += len(data)
                yield router_pb2.TaskExecStdioReadResponse(data=data)
            elif output.ended:
                return
            else:
                await output.bell.wait(5)

    async def TaskExecStdinWrite(self, request: Any, caller: Caller) -> router_pb2.TaskExecStdinWriteResponse:
        command = self._exec(request.exec_id)
        await self._write(command, request.data[max(0, command.written - request.offset) :], request.eof)
        return router_pb2.TaskExecStdinWriteResponse()

    async def _write(self, command: Exec, data: bytes, end: bool) -> None:
        command.written += len(data)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            if command.terminal is not None:
                await self._write_terminal(command.terminal, data)
                return
            if command.process.stdin is None or command.input_closed:
                return
            command.process.stdin.write(data)
            await command.process.stdin.drain()
            if end:
                command.input_closed = True
                command.process.stdin.close()

    @staticmethod
    async def _write_terminal(terminal: int, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(terminal, data) :]
            except BlockingIOError:
                await asyncio.sleep(0.01)

    async def TaskExecStdinStatus(self, request: Any, caller: Caller) -> router_pb2.TaskExecStdinStatusResponse:
        command = self._exec(request.exec_id)
        return router_pb2.TaskExecStdinStatusResponse(num_bytes_written=command.written, closed=command.input_closed)

    async def TaskExecPoll(self, request: Any, caller: Caller) -> router_pb2.TaskExecPollResponse:
        code = self._exec(request.exec_id).process.returncode
        if code is None:
            return router_pb2.TaskExecPollResponse()
        return router_pb2.TaskExecPollResponse(**self._status(code))

    async def TaskExecWait(self, request: Any, caller: Caller) -> router_pb2.TaskExecWaitResponse:
        code = await self._exec(request.exec_id).process.wait()
        return router_pb2.TaskExecWaitResponse(**self._status(code))

    @staticmethod
    def _status(code: int) -> dict[str, int]:
        """The launcher says 128 + N for signal N."""
        if code < 0:
            return {"signal": -code}
        return {"signal": code - 128} if 128 < code < 128 + 65 else {"code": code}

    async def TaskReloadVolumes(self, request: Any, caller: Caller) -> router_pb2.TaskReloadVolumesResponse:
        task = self._running(request.task_id)
        for mount in task.volumes:
            await self.world.servicer.volume_refresh(mount.volume_id, task.task_id)
        return router_pb2.TaskReloadVolumesResponse()

    async def TaskMountDirectory(self, request: Any, caller: Caller) -> Empty:
        raise refuse(Status.UNIMPLEMENTED, "the stand-in mounts nothing into running containers")
