"""Containers: started when inputs wait, each a real process in a cell, ended when idle, told to, interrupted, or dead."""

from __future__ import annotations

import asyncio
import codecs
import contextlib
import json
import math
import os
import shutil
import signal
import time
from pathlib import Path
from typing import Any

from aiohttp import web
from google.protobuf.empty_pb2 import Empty
from grpclib import Status
from modal_proto import api_pb2

from .apps import OPEN
from .calls import Input, Result
from .cells import CLIENT, Cells, start_cell
from .functions import Function
from .log_book import STDERR, STDOUT, Entry
from .service import Reception
from .task import Task, new_task_id
from .wire import Door
from .world import Caller, Environment, World, refuse

CHUNK = 64 * 1024
HEARTBEAT_SECONDS = 10
PREEMPTION = "Runner interrupted due to worker preemption. Your Function will be restarted with the same input."
# Why a container may end without its inputs failing: they go to another one.
INTERRUPTIONS = {
    api_pb2.TASK_TERMINATION_REASON_WORKER_PREEMPTED,
    api_pb2.TASK_TERMINATION_REASON_USER_CANCELLED,
}


class ContainerRpcs:
    world: World
    _cells: Cells

    async def open_containers(self) -> None:
        self._cells = Cells(self.world.options, self.world.folder("probe"))

    def cells_of_machine(self) -> Cells:
        return self._cells

    async def close_containers(self) -> None:
        """Kills every container; nothing is left behind."""
        alive = [task for task in self.world.tasks.values() if not task.finished]
        for task in alive:
            task.abort.set()
            self._kill(task)
        for task in alive:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(task.done.wait(), 5)

    def facts(self) -> dict[str, Any]:
        return {
            "namespaces": self._cells.mode,
            "namespaces_why_not": self._cells.why_not,
            "container_python": self._cells.python,
            "real_images": str(self.world.options.real_images or ""),
        }

    # Who is there.

    def task_of(self, caller: Caller) -> Task:
        task = self.world.tasks.get(caller.task_id or "")
        if task is None:
            raise refuse(Status.FAILED_PRECONDITION, f"{caller.rpc} is for containers")
        return task

    def live_tasks(self, app: Any) -> list[Task]:
        return [task for task in self.world.tasks.values() if task.app is app and not task.finished]

    def running_tasks(self, environment: Environment | None = None) -> list[Task]:
        return [
            task
            for task in self.world.tasks.values()
            if not task.finished and environment in (None, task.app.environment)
        ]

    def has_work(self, app: Any) -> bool:
        """Whether an app has a container, or an input that is not finished."""
        if self.live_tasks(app):
            return True
        return any(call.unfinished for call in self.world.calls.values() if call.function.app is app)

    async def end_work(self, app: Any) -> None:
        """Ends everything an app has running, and waits for it."""
        for call in list(self.world.calls.values()):
            if call.function.app is app:
                self.world.servicer.cancel_inputs([one for one in call.unfinished if not one.task_id])
        tasks = self.live_tasks(app)
        for task in tasks:
            self.stop_task(task, api_pb2.TASK_TERMINATION_REASON_APP_STOPPED)
        await asyncio.gather(*(task.done.wait() for task in tasks))

    # When to start one.

    def schedule(self, function: Function) -> None:
        """Starts the containers that the waiting inputs need, within the limits."""
        if function.app.state not in OPEN:
            return
        alive = [task for task in self.live_tasks(function.app) if task.function is function]
        able = [task for task in alive if not task.leaving and not (function.single_use and task.inputs_taken)]
        free = sum(max(0, function.concurrency - len(task.inputs)) for task in able)
        missing = math.ceil((len(function.queue) - free) / function.concurrency)
        limits = [missing]
        if function.most_containers:
            limits.append(function.most_containers - len(alive))
        environment = function.app.environment
        if environment.max_concurrent_tasks:
            limits.append(environment.max_concurrent_tasks - len(self.running_tasks(environment)))
        for _ in range(min(limits)):
            task_id = new_task_id()
            task = Task(task_id, function, self.world.folder("containers", task_id), self.world.clock.now())
            self.world.tasks[task_id] = task
            self.world.background(self._live(task))

    def idle_seconds_left(self, task: Task) -> float:
        if task.inputs:
            return math.inf
        least = task.function.settings.min_containers
        able = [other for other in self.live_tasks(task.app) if other.function is task.function and not other.leaving]
        if len(able) <= least:
            return 5
        return task.idle_since + task.function.scaledown_seconds - time.monotonic()

    # A container's life.

    async def _live(self, task: Task) -> None:
        try:
            self._tell_state(task, api_pb2.TASK_STATE_QUEUED)
            if await self._found_machine(task):
                task.assigned = self.world.clock.now()
                self._tell_state(task, api_pb2.TASK_STATE_WORKER_ASSIGNED)
                asyncio.get_running_loop().call_later(task.function.startup_timeout, self._startup_over, task)
                if await self._pause(task, self.world.delays.boot):
                    await self._run(task)
        except Exception as error:
            self.world.note_crash(error)
            self.world.servicer.say(task.app, f"Runner failed: {error!r}", task)
            task.result = task.result or Result(status=Result.GENERIC_STATUS_INIT_FAILURE, exception=repr(error))
        finally:
            await self._linger(task)
            task.finished = self.world.clock.now()
            self._settle(task)
            self._tell_state(task, api_pb2.TASK_STATE_COMPLETED)
            task.done.set()
            task.app.log.bell.ring()
            self.schedule(task.function)

    async def _linger(self, task: Task) -> None:
        """A container that is cleared away late: it is there, and billed, until then or until it is told to stop."""
        fault = self.world.faults.take("slow_exit", function=task.function.name)
        if fault:
            await self._pause(task, float(fault.options["seconds"]))

    async def _found_machine(self, task: Task) -> bool:
        """Waits in the queue; False when the container was told to stop there."""
        if self.world.faults.take("no_machine", function=task.function.name, gpu=task.gpu):
            await task.abort.wait()
            return False
        return await self._pause(task, self.world.delays.queue)

    async def _pause(self, task: Task, seconds: float) -> bool:
        """Waits; False when the container was told to stop meanwhile."""
        if seconds > 0:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(task.abort.wait(), seconds)
        return not task.abort.is_set()

    def _tell_state(self, task: Task, state: int) -> None:
        entry = Entry(self.world.clock.now(), state=state, task_id=task.task_id, function_id=task.function.function_id)
        task.app.log.add(entry)

    def _identify(self, task: Task) -> Any:
        def identify(world: World, caller: Caller) -> None:
            caller.task_id = task.task_id
            caller.workspace = task.app.workspace
            caller.environment = task.app.environment

        return identify

    async def _run(self, task: Task) -> None:
        self._tell_state(task, api_pb2.TASK_STATE_LOADING_IMAGE)
        task.door = Door([(api_pb2.DESCRIPTOR, "ModalClient", Reception(self.world, "container", self._identify(task)).answer)])
        await task.door.open()
        committing: asyncio.Task | None = None
        try:
            spec = await self._prepare(task)
            if task.abort.is_set():
                return
            await self._spawn(task, spec)
            committing = self.world.background(self._commit_now_and_then(task))
            self._tell_state(task, api_pb2.TASK_STATE_ACTIVE)
            task.exit_code = await task.process.wait()
            self.drain(task)
        finally:
            if committing:
                committing.cancel()
            self._close_pipes(task)
            task.door.shut()
            await self._detach_volumes(task)

    async def _prepare(self, task: Task) -> Path:
        """Everything the container finds when it starts; the spec of its cell."""
        definition = task.function.definition
        fs = task.folder / "fs"
        image = self.world.images.get(definition.image_id)
        layers = self.world.servicer.root_layers(image) if image and self.world.options.real_images else None
        own = task.folder / "upper" if layers else fs
        for mount_id in definition.mount_ids:
            self.world.servicer.lay_mount(mount_id, own)
        binds: list[list[Any]] = [[str(CLIENT), "/pkg", True]]
        if not layers:
            binds += self._cells.keeps()
        task.volumes = list(definition.volume_mounts)
        for mount in task.volumes:
            tree = await self.world.servicer.volume_attach(
                mount.volume_id, task.task_id, read_only=mount.read_only, sub_path=mount.sub_path
            )
            binds.append([str(tree), mount.mount_path, mount.read_only])
        for mount in definition.cloud_bucket_mounts:
            secret = mount.credentials_secret_id
            env = self.world.servicer.secret_env(secret) if secret else {}
            folder = await self.world.servicer.bucket_attach(mount, task.task_id, env)
            binds.append([str(folder), mount.mount_path, mount.read_only])
        if self._cells.mode == "none" and len(binds) > 1 + len(self._cells.keeps()):
            raise RuntimeError(f"this machine has no mount namespaces, so nothing can be mounted: {self._cells.why_not}")
        arguments = own / "__modal" / "arguments.bin"
        arguments.parent.mkdir(parents=True, exist_ok=True)
        arguments.write_bytes(self._arguments(task).SerializeToString())
        if self._cells.needs_byte_code:
            binds.append([str(self.world.folder("byte-code")), "/__modal/byte-code", False])
        task.env = self._environ(task, image, fs, real=bool(layers))
        python = "/usr/local/bin/python" if layers else self._cells.python["executable"]
        argv = [python, "-m", "modal._container_entrypoint"]
        boot_failure = self.world.faults.take("boot_failure", function=task.function.name)
        if boot_failure:
            argv = [python, "-S", "-c", f"raise SystemExit({int(boot_failure.options.get('exit_code', 1))})"]
        cwd = (image.workdir() if image else "") or "/root"
        if self._cells.mode == "none":
            cwd = str(fs / "root")
        return self._cells.spec(self._cells.mode, task.folder, argv, task.env, cwd, binds, layers)

    def _arguments(self, task: Task) -> api_pb2.ContainerArguments:
        return api_pb2.ContainerArguments(
            task_id=task.task_id,
            function_id=task.function.function_id,
            app_id=task.app.app_id,
            function_def=task.function.definition,
            runtime="runc",
            environment_name=task.app.environment.name,
            app_layout=self.world.servicer.layout(task.app),
        )

    def _environ(self, task: Task, image: Any, fs: Path, *, real: bool) -> dict[str, str]:
        """The container's environment; in a `real` image its own Python is used, and nothing of this machine's."""
        definition = task.function.definition
        inside = "" if self._cells.mode != "none" else str(fs)
        path = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"]
        env = {
            "PATH": ":".join([*([] if real else [str(Path(self._cells.python["executable"]).parent)]), *path]),
            "HOME": f"{inside}/root",
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        if self._cells.needs_byte_code:
            del env["PYTHONDONTWRITEBYTECODE"]
            env["PYTHONPYCACHEPREFIX"] = f"{inside}/__modal/byte-code"
        env.update(image.environ() if image else {})
        changed = self.world.faults.take("container_env", function=task.function.name)
        env.update(changed.options if changed else {})
        for secret_id in definition.secret_ids:
            env.update(self.world.servicer.secret_env(secret_id))
        client = str(CLIENT) if inside else "/pkg"
        extra = [] if real else self.world.options.container_path
        folders = [f"{inside}/root", client, *extra, *env.get("PYTHONPATH", "").split(":")]
        env.update(
            PYTHONPATH=":".join(dict.fromkeys(folder for folder in folders if folder)),
            MODAL_SERVER_URL=f"http://127.0.0.1:{task.door.port}",
            MODAL_CONTAINER_ARGUMENTS_PATH=f"{inside}/__modal/arguments.bin",
            MODAL_CONFIG_PATH="/__modal/none.toml",
            MODAL_IS_REMOTE="1",
            MODAL_TASK_ID=task.task_id,
            MODAL_IMAGE_ID=definition.image_id,
            MODAL_ENVIRONMENT=task.app.environment.name,
            MODAL_CLOUD_PROVIDER="CLOUD_PROVIDER_AWS",
            MODAL_REGION=next(iter(definition.scheduler_placement.regions), "us-east-1"),
        )
        return env

    async def _spawn(self, task: Task, spec: Path) -> None:
        ends = []
        loop = asyncio.get_running_loop()
        for source in (STDOUT, STDERR):
            reading, writing = os.pipe()
            os.set_blocking(reading, False)
            ends.append(writing)
            task.pipes[reading] = (source, codecs.getincrementaldecoder("utf-8")("replace"))
            loop.add_reader(reading, self._read, task, reading)
        try:
            task.process = await start_cell(spec, stdin=asyncio.subprocess.DEVNULL, stdout=ends[0], stderr=ends[1])
        finally:
            for end in ends:
                os.close(end)
        task.started = self.world.clock.now()

    # What it writes.

    def _read(self, task: Task, pipe: int) -> bool:
        """One piece of output into the log; False when there is none now."""
        try:
            data = os.read(pipe, CHUNK)
        except BlockingIOError:
            return False
        source, decoder = task.pipes[pipe]
        text = decoder.decode(data, final=not data)
        if text:
            one: Input | None = next(iter(task.inputs.values()), None) if len(task.inputs) == 1 else None
            entry = Entry(self.world.clock.now(), text, source, task.task_id, task.function.function_id)
            if one is not None:
                entry.call_id, entry.input_id = one.call.call_id, one.input_id
            task.app.log.add(entry)
        if not data:
            self._close_pipe(task, pipe)
        return bool(data)

    def drain(self, task: Task) -> None:
        """Reads what was written up to now."""
        for pipe in list(task.pipes):
            while pipe in task.pipes and self._read(task, pipe):
                pass

    def _close_pipe(self, task: Task, pipe: int) -> None:
        asyncio.get_running_loop().remove_reader(pipe)
        os.close(pipe)
        del task.pipes[pipe]

    def _close_pipes(self, task: Task) -> None:
        for pipe in list(task.pipes):
            self._close_pipe(task, pipe)

    # Its volumes.

    async def _commit_now_and_then(self, task: Task) -> None:
        while True:
            await asyncio.sleep(self.world.delays.background_commit)
            await self._commit_volumes(task)

    async def _commit_volumes(self, task: Task) -> None:
        for mount in task.volumes:
            if mount.allow_background_commits and not mount.read_only:
                await self.world.servicer.volume_publish(mount.volume_id, task.task_id)

    async def _detach_volumes(self, task: Task) -> None:
        """The last commit, unless the container was killed; then its own files go."""
        if task.process is not None and not task.killed:
            await self._commit_volumes(task)
        for mount in task.volumes:
            await self.world.servicer.volume_detach(mount.volume_id, task.task_id)
        if task.function.definition.cloud_bucket_mounts:
            await self.world.servicer.bucket_detach(task.task_id)
        for name in ("fs", "upper", "upper-work"):
            shutil.rmtree(task.folder / name, ignore_errors=True)

    # How it ends.

    def stop_task(self, task: Task, reason: int) -> None:
        """Asks a container to end, and kills it after the grace period."""
        if task.leaving and task.reason:
            return
        task.leaving = True
        task.reason = reason
        task.abort.set()
        task.function.bell.ring()
        if not task.ready:
            self._kill(task)
            return
        self._signal(task, signal.SIGINT)
        self.world.background(self._kill_later(task))

    async def _kill_later(self, task: Task) -> None:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(task.done.wait(), self.world.delays.stop_grace)
        if not task.finished:
            grace = f"{self.world.delays.stop_grace:.0f}"
            self.world.servicer.say(task.app, f"Runner has been shutting down for too long (grace period: {grace} seconds)", task)
            self._kill(task)

    def _signal(self, task: Task, number: int) -> None:
        pid = task.pid
        if pid is None or task.process is None or task.process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)

    def _kill(self, task: Task) -> None:
        if task.process is None or task.process.returncode is not None:
            return
        task.killed = True
        self._signal(task, signal.SIGKILL)
        if self._cells.mode == "none" or task.pid is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(task.process.pid, signal.SIGKILL)

    def _startup_over(self, task: Task) -> None:
        if task.ready or task.finished or task.leaving:
            return
        text = f"Container startup timed out after {task.function.startup_timeout:.0f}s"
        self.world.servicer.say(task.app, text, task)
        task.result = Result(status=Result.GENERIC_STATUS_INIT_FAILURE, exception=text)
        self.stop_task(task, api_pb2.TASK_TERMINATION_REASON_STARTUP_TIMEOUT)

    def _settle(self, task: Task) -> None:
        """What becomes of the inputs of a container that has ended."""
        held = list(task.inputs.values())
        task.inputs.clear()
        if task.app.state not in OPEN:
            self._cancel(held)
            return
        if task.reason in INTERRUPTIONS:
            for one in reversed(held):
                if one.timer:
                    one.timer.cancel()
                self.world.servicer.enqueue(one, first=True)
            return
        failure = task.result
        if failure is None and task.exit_code not in (None, 0) and not task.reason or held:
            text = f"Runner failed with exit code: {task.exit_code}"
            self.world.servicer.say(task.app, text, task)
            failure = failure or Result(status=Result.GENERIC_STATUS_FAILURE, exception=text, exitcode=task.exit_code or 0)
        if failure is None:
            return
        waiting = [] if task.ready else list(task.function.queue)
        for one in [*held, *waiting]:
            self.world.servicer.finish(one, failure)

    def _cancel(self, held: list[Input]) -> None:
        text = "Function call was cancelled by user or a failure."
        for one in held:
            self.world.servicer.finish(one, Result(status=Result.GENERIC_STATUS_TERMINATED, exception=text))

    # What it says.

    def container_ready(self, task: Task) -> None:
        if not task.ready:
            task.ready = True
            task.idle_since = time.monotonic()

    def input_started(self, task: Task) -> None:
        """Faults that are to befall a container at work."""
        for kind, act in (("preempt", self.preempt), ("oom", self.run_out_of_memory)):
            fault = self.world.faults.take(kind, function=task.function.name)
            if fault:
                asyncio.get_running_loop().call_later(float(fault.options.get("after", 0.5)), act, task)

    def preempt(self, task: Task) -> None:
        """The machine is needed elsewhere: the container gets SIGINT, its inputs another container."""
        if task.finished or task.leaving:
            return
        self.world.servicer.say(task.app, PREEMPTION, task)
        self.stop_task(task, api_pb2.TASK_TERMINATION_REASON_WORKER_PREEMPTED)

    def run_out_of_memory(self, task: Task) -> None:
        """The kernel kills the container's process."""
        if not task.finished:
            self._kill(task)

    async def ContainerHeartbeat(self, request: Any, caller: Caller) -> api_pb2.ContainerHeartbeatResponse:
        task = self.task_of(caller)
        if not task.cancelled:
            await task.cancel_bell.wait(HEARTBEAT_SECONDS)
        if not task.cancelled:
            return api_pb2.ContainerHeartbeatResponse()
        event = api_pb2.CancelInputEvent(input_ids=sorted(task.cancelled), cancellation_reason="cancelled")
        task.cancelled.clear()
        return api_pb2.ContainerHeartbeatResponse(cancel_input_event=event)

    async def TaskResult(self, request: api_pb2.TaskResultRequest, caller: Caller) -> Empty:
        task = self.task_of(caller)
        if request.result.status not in (0, Result.GENERIC_STATUS_SUCCESS):
            task.result = request.result
        return Empty()

    async def TaskCurrentInputs(self, request: Any, caller: Caller) -> api_pb2.TaskCurrentInputsResponse:
        return api_pb2.TaskCurrentInputsResponse(input_ids=list(self.task_of(caller).inputs))

    async def ContainerStop(self, request: api_pb2.ContainerStopRequest, caller: Caller) -> api_pb2.ContainerStopResponse:
        task = self.world.tasks.get(request.task_id)
        if task is None:
            raise refuse(Status.NOT_FOUND, f"Container {request.task_id} not found")
        if request.graceful:
            task.leaving = True
            task.function.bell.ring()
        elif not task.finished:
            if self.world.faults.take("stop_kills", function=task.function.name):
                self._kill(task)
            self.stop_task(task, api_pb2.TASK_TERMINATION_REASON_USER_CANCELLED)
        return api_pb2.ContainerStopResponse()

    # The tests' door.

    def _told(self, task: Task) -> dict[str, Any]:
        return {
            "container": task.task_id,
            "app": task.app.app_id,
            "function": task.function.name,
            "enqueued": task.enqueued,
            "assigned": task.assigned,
            "started": task.started,
            "finished": task.finished,
            "ready": task.ready,
            "pid": task.pid,
            "alive": task.process is not None and task.process.returncode is None,
            "exit_code": task.exit_code,
            "reason": api_pb2.TaskTerminationReason.Name(task.reason),
            "inputs": list(task.inputs),
            "inputs_taken": task.inputs_taken,
            "cores": task.cores,
            "gib": task.gib,
            "gpu": task.gpu,
            "folder": str(task.folder),
        }

    async def _admin_containers(self, request: web.Request) -> web.Response:
        return web.json_response([self._told(task) for task in self.world.tasks.values()])

    async def _admin_act(self, request: web.Request) -> web.Response:
        task = self.world.tasks.get(request.match_info["task_id"])
        act = {"preempt": self.preempt, "oom": self.run_out_of_memory, "kill": self.run_out_of_memory}.get(request.match_info["act"])
        if task is None or act is None:
            return web.json_response({"error": "no such container or act"}, status=404)
        act(task)
        return web.Response(text=json.dumps(self._told(task)), content_type="application/json")

    def admin_routes(self) -> list[web.RouteDef]:
        return [
            web.get("/containers", self._admin_containers),
            web.post("/containers/{task_id}/{act}", self._admin_act),
        ]
