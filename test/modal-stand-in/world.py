"""The state of the stand-in: one `World`, shared by every part.

The folder is the package `stand_in` (a file may be called secrets.py without hiding Python's own): import with `from .world import World`.

How the parts fit together
--------------------------
Each noun of Modal's API has one file with one class, a part. Its methods that are named after an RPC are its handlers. `service.py` makes one
object of each part (no arguments), sets its `world`, and finds the public methods of all of them: `world.servicer.NAME` (no name may be
used by two parts; private ones are a part's own).

A unary handler is a coroutine, a streaming one an async generator. Both get the request and the `Caller`:

    class VolumeRpcs:
        world: World

        async def VolumeList(self, request, caller) -> api_pb2.VolumeListResponse: ...
        async def AppGetLogs(self, request, caller):      # server streaming
            yield api_pb2.TaskLogsBatch(...)

An error of Modal's is `raise refuse(Status.NOT_FOUND, "Volume 'x' not found in environment 'main'")`.
Whatever has to be set up without a request goes into `open_XXX` / `close_XXX` coroutines, found by these prefixes (`open_volumes`).

What the parts owe each other (all are methods of the servicer, so a part calls `self.world.servicer.NAME`):

account.py  class AccountRpcs
    def authenticate(self, metadata) -> tuple[Workspace, Token]    raises UNAUTHENTICATED with Modal's texts; the metadata of the request
volumes.py  class VolumeRpcs
    async def volume_attach(self, volume_id, task_id, *, read_only=False, sub_path="") -> Path
        materialises the newest snapshot as a working tree that belongs to this container; the folder is bound at the mount path
    async def volume_publish(self, volume_id, task_id) -> None     commit the container's tree (background and exit commits)
    async def volume_refresh(self, volume_id, task_id) -> None     reload: others' commits into the container's tree, in place
    async def volume_detach(self, volume_id, task_id) -> None      forget the tree (after the last publish)
    def volume_metadata(self, volume_id) -> api_pb2.VolumeMetadata for the container's app layout
    The RPCs VolumeCommit and VolumeReload name only the volume: `caller.task_id` says which container asks.
secrets.py  class SecretRpcs
    def secret_env(self, secret_id) -> dict[str, str]
buckets.py  class BucketRpcs
    async def bucket_attach(self, mount: api_pb2.CloudBucketMount, task_id, env: dict[str, str]) -> Path   folder to bind; env of mount.credentials_secret_id
    async def bucket_detach(self, task_id) -> None
containers.py
    def bill(self, since: float, until: float, workspace: Workspace) -> list[BillRow]    what its containers cost in that time, unix seconds
    def running_tasks(self, environment: Environment | None) -> list       containers alive now, each with `.gpu_count`

HTTP: a part may have `http_routes(self) -> list[aiohttp.web.RouteDef]` (served at `world.http_url`, the same kind of door as Modal's blob
store, gone together with the server in an outage) and `admin_routes(self) -> list[aiohttp.web.RouteDef]` (the tests' own door).
Blobs (requests with a `blob_id`): `world.blobs.read(blob_id) -> bytes`, `world.blobs.path(blob_id) -> Path`.

Faults: `world.faults.take("kind", name=...)` answers the fault to act out now, or None, and counts it down.
"""

from __future__ import annotations

import asyncio
import os
import secrets as randomness
import string
import sys
import time
import traceback
from collections import Counter
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from grpclib import GRPCError, Status

ALPHABET = string.ascii_letters + string.digits
# In every token's secret: what tests leave behind is searched for it (test/support/planted.ts).
MARKER = os.environ.get("ANN_TUI_TEST_MARKER", "NeverShowThis")


def new_id(prefix: str) -> str:
    """An id as Modal makes them: `ap-` and 22 letters and digits."""
    return f"{prefix}-" + "".join(randomness.choice(ALPHABET) for _ in range(22))


def refuse(status: Status, message: str) -> GRPCError:
    """The error a handler raises to answer with this status and text."""
    return GRPCError(status, message)


class Clock:
    """Unix seconds that never jump back: the wall clock at the start plus a monotonic count. Tests may move it forward."""

    def __init__(self) -> None:
        self._anchor = time.time() - time.monotonic()

    def now(self) -> float:
        return self._anchor + time.monotonic()

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ValueError("time only goes forward")
        self._anchor += seconds


@dataclass
class Token:
    """A token of a workspace. `expires` in unix seconds, or None."""

    token_id: str
    token_secret: str
    name: str
    user: str
    created: float
    expires: float | None = None


@dataclass
class Environment:
    """An environment, with its limits in dollars and counts; None is no limit."""

    name: str
    environment_id: str
    created: float
    web_suffix: str = ""
    default: bool = False
    cycle_budget_dollars: float | None = None
    max_concurrent_tasks: int | None = None
    max_concurrent_gpus: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Workspace:
    """A workspace: its environments by name, its tokens by id."""

    name: str
    workspace_id: str
    environments: dict[str, Environment] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Caller:
    """Who sent a request: a person's client (token), or a container (task_id, and then workspace and environment of its app)."""

    rpc: str
    metadata: Mapping[str, Any]
    workspace: Workspace | None = None
    token: Token | None = None
    task_id: str | None = None
    environment: Environment | None = None


@dataclass
class Rates:
    """Dollars an hour, from configs/prices.yaml."""

    core: Decimal
    gib: Decimal
    gpu: dict[str, Decimal]
    region_broad: Decimal
    region_narrow: Decimal
    nonpreemptible: Decimal
    volume_gib_month: Decimal = Decimal("0.09")


@dataclass
class BillRow:
    """What one container cost within a span of time. `parts` by resource: cpu, memory, gpu."""

    task_id: str
    app_id: str
    app_name: str
    environment: str
    since: float
    until: float
    cost: Decimal
    parts: dict[str, Decimal]
    tags: dict[str, str] = field(default_factory=dict)
    gpu: str = ""


@dataclass
class Fault:
    """Something that goes wrong on demand. `times` counts down to 0; None lasts until it is cleared.

    `match` holds the names a fault is for (`{"rpc": "AppList"}`); what a part does not name, matches.
    """

    fault_id: str
    kind: str
    match: dict[str, str]
    options: dict[str, Any]
    times: int | None = 1
    skip: int = 0
    taken: int = 0


class Faults:
    """The faults that tests have ordered and that are not used up."""

    def __init__(self) -> None:
        self.active: dict[str, Fault] = {}

    def add(self, kind: str, match: dict[str, str], options: dict[str, Any], times: int | None, skip: int = 0) -> Fault:
        fault = Fault(new_id("ft"), kind, match, options, times, skip)
        self.active[fault.fault_id] = fault
        return fault

    def clear(self, fault_id: str | None = None) -> None:
        if fault_id is None:
            self.active.clear()
            return
        self.active.pop(fault_id, None)

    def find(self, kind: str, **names: str) -> Fault | None:
        """The first fault of this kind for these names, without using it up."""
        for fault in self.active.values():
            if fault.kind == kind and all(names.get(key) == value for key, value in fault.match.items()):
                return fault
        return None

    def take(self, kind: str, **names: str) -> Fault | None:
        """The fault to act out now; it is counted, and forgotten after its last time."""
        fault = self.find(kind, **names)
        if fault is None:
            return None
        if fault.skip > 0:
            fault.skip -= 1
            return None
        fault.taken += 1
        if fault.times is None:
            return fault
        fault.times -= 1
        if fault.times <= 0:
            self.active.pop(fault.fault_id, None)
        return fault


@dataclass
class Delays:
    """How long the stand-in's machines take, in seconds; tests change them through the admin door."""

    queue: float = 0.0
    boot: float = 0.0
    stop_grace: float = 30.0
    build: float = 0.0
    missed_heartbeats: float = 60.0
    background_commit: float = 5.0


@dataclass
class Options:
    """What the program was started with."""

    root: Path
    container_python: str
    container_path: list[str]
    real_images: Path | None = None


class World:
    """Everything the stand-in knows. `root` is the only folder it writes below."""

    new_id = staticmethod(new_id)

    def __init__(self, options: Options, rates: Rates) -> None:
        self.options = options
        self.root = options.root
        self.rates = rates
        self.clock = Clock()
        self.faults = Faults()
        self.delays = Delays()
        self.rpc_counts: Counter[str] = Counter()
        self.unimplemented: Counter[str] = Counter()
        self.workspaces: dict[str, Workspace] = {}
        self.http_url = ""
        self.url = ""
        self.servicer: Any = None
        self.blobs: Any = None
        self.crashes: list[str] = []
        # Apps, calls and containers that clients are told do not exist; what runs goes on.
        self.forgotten: set[str] = set()
        self._background: set[asyncio.Task] = set()
        self.started = self.clock.now()
        # By id. Each part fills its own; the values are dataclasses of that part's file.
        self.apps: dict[str, Any] = {}
        self.functions: dict[str, Any] = {}
        self.calls: dict[str, Any] = {}
        self.tasks: dict[str, Any] = {}
        self.images: dict[str, Any] = {}
        self.mounts: dict[str, Any] = {}
        self.dicts: dict[str, Any] = {}
        self.volumes: dict[str, Any] = {}
        self.secrets: dict[str, Any] = {}

    def background(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task:
        """Runs beside the requests until done; what it raises is printed and counted in `self.crashes`."""
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task) -> None:
        self._background.discard(task)
        if task.cancelled() or task.exception() is None:
            return
        self.note_crash(task.exception())

    def note_crash(self, error: BaseException) -> None:
        """A mistake of the stand-in's own: told on stderr and by /health."""
        self.crashes.append("".join(traceback.format_exception(error)))
        print(self.crashes[-1], file=sys.stderr, flush=True)

    async def end_background(self) -> None:
        """Cancels what still runs."""
        running = list(self._background)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def folder(self, *names: str) -> Path:
        """A folder below root, made when missing."""
        path = self.root.joinpath(*names)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def add_workspace(self, name: str) -> Workspace:
        """A new workspace with the environment `main`."""
        workspace = Workspace(name, new_id("ac"))
        self.workspaces[name] = workspace
        self.add_environment(workspace, "main", default=True)
        return workspace

    def add_environment(self, workspace: Workspace, name: str, *, default: bool = False) -> Environment:
        suffix = "" if default else name
        environment = Environment(name, new_id("en"), self.clock.now(), suffix, default)
        workspace.environments[name] = environment
        return environment

    def add_token(self, workspace: Workspace, *, user: str = "ada", expires: float | None = None) -> Token:
        """A new token that works at once."""
        token = Token(new_id("ak"), f"as-{MARKER}{new_id('')[-9:]}", f"{user}-laptop", user, self.clock.now(), expires)
        workspace.tokens[token.token_id] = token
        return token

    def environment(self, caller: Caller, name: str = "") -> Environment:
        """The environment a request means: the named one, the container's own, or the workspace's default."""
        if caller.workspace is None:
            raise refuse(Status.UNAUTHENTICATED, "Token missing")
        if not name and caller.environment is not None:
            return caller.environment
        for environment in caller.workspace.environments.values():
            if environment.name == name or (not name and environment.default):
                return environment
        raise refuse(Status.NOT_FOUND, f"Environment '{name}' not found")
