"""Every request passes here: counting, faults, who is asking, and then the handler of its RPC."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from grpclib import GRPCError, Status
from grpclib.exceptions import StreamTerminatedError
from grpclib.server import Stream
from h2.exceptions import ProtocolError

from .world import Caller, World, refuse

# File and class of each part; a file that is missing leaves its RPCs unimplemented.
PARTS = [
    ("hello", "HelloRpcs"),
    ("account", "AccountRpcs"),
    ("volumes", "VolumeRpcs"),
    ("secrets", "SecretRpcs"),
    ("buckets", "BucketRpcs"),
    ("apps", "AppRpcs"),
    ("mounts", "MountRpcs"),
    ("images", "ImageRpcs"),
    ("real_images", "RealImageRpcs"),
    ("functions", "FunctionRpcs"),
    ("calls", "CallRpcs"),
    ("containers", "ContainerRpcs"),
    ("tasks", "TaskRpcs"),
    ("logs", "LogRpcs"),
    ("dicts", "DictRpcs"),
    ("blobs", "BlobRpcs"),
    ("bill", "BillRpcs"),
    ("router", "RouterRpcs"),
]
# What a client may ask before it has a token.
OPEN = {"TokenFlowCreate", "TokenFlowWait"}
# What the spend limit refuses: whatever would start to cost.
SPENDING = {"AppCreate", "FunctionMap", "FunctionPutInputs", "FunctionRetryInputs", "FunctionAsyncInvoke"}
SPEND_LIMIT = "workspace billing cycle spend limit reached"
# Methods that each part has for itself.
SHARED_NAMES = {"http_routes", "admin_routes"}
REMEMBERED_REPLIES = 5000
LARGEST_REMEMBERED = 64 * 1024

# Tells for a request who sent it; for a container's door, always that container.
Identify = Callable[[World, Caller], None]


class Servicer:
    """All parts; a public method of any of them is found under its name. A part's private ones stay its own."""

    def __init__(self, world: World) -> None:
        self.parts: list[Any] = []
        self._names: dict[str, Any] = {}
        for file, name in PARTS:
            try:
                module = importlib.import_module(f".{file}", __package__)
            except ModuleNotFoundError as missing:
                if missing.name != f"{__package__}.{file}":
                    raise
                continue
            self._add(getattr(module, name)(), world)

    def _add(self, part: Any, world: World) -> None:
        part.world = world
        self.parts.append(part)
        for name in dir(type(part)):
            if name.startswith("_") or name in SHARED_NAMES:
                continue
            if name in self._names:
                raise TypeError(f"{type(self._names[name]).__name__} and {type(part).__name__} both have {name}")
            self._names[name] = part

    def __getattr__(self, name: str) -> Any:
        part = self.__dict__["_names"].get(name)
        if part is None:
            raise AttributeError(f"no part of the stand-in has {name}")
        return getattr(part, name)

    def starting_with(self, prefix: str) -> list[Any]:
        """The methods of all parts whose names begin so."""
        return [getattr(part, name) for name, part in self._names.items() if name.startswith(prefix)]


def compose(world: World) -> Servicer:
    """The one servicer of all parts; `world.servicer`."""
    world.servicer = Servicer(world)
    return world.servicer


def parts_missing() -> list[str]:
    """The files of PARTS that are not there."""
    return [file for file, _ in PARTS if importlib.util.find_spec(f".{file}", __package__) is None]


def from_person(world: World, caller: Caller) -> None:
    """Checks the token of a person's client."""
    for kind, text in (
        ("bad_token", "Token ID not found. Did you mistype it?"),
        ("expired_token", "Token has expired. Please create a new one with `modal token new`."),
    ):
        fault = world.faults.take(kind, rpc=caller.rpc)
        if fault:
            raise refuse(Status.UNAUTHENTICATED, fault.options.get("message", text))
    if caller.rpc in OPEN:
        return
    authenticate = getattr(world.servicer, "authenticate", None)
    if authenticate is None:
        caller.workspace = next(iter(world.workspaces.values()))
        return
    caller.workspace, caller.token = authenticate(caller.metadata)


class Reception:
    """Answers the requests of one door."""

    def __init__(self, world: World, side: str, identify: Identify) -> None:
        self.world = world
        self.side = side
        self.identify = identify
        self._replies: OrderedDict[tuple[str, str], Any] = OrderedDict()

    async def answer(self, name: str, streaming: bool, stream: Stream) -> None:
        request = await stream.recv_message()
        self.world.rpc_counts[name] += 1
        names = {"rpc": name, "side": self.side}
        caller = Caller(name, stream.metadata)
        delay = self.world.faults.take("delay", **names)
        if delay:
            await asyncio.sleep(float(delay.options.get("seconds", 1)))
        self.identify(self.world, caller)
        self._refuse_by_fault(names)
        handler = getattr(self.world.servicer, name, None)
        if handler is None:
            self.world.unimplemented[name] += 1
            raise refuse(Status.UNIMPLEMENTED, f"the stand-in does not know {name}")
        try:
            if streaming:
                async for item in handler(request, caller):
                    await stream.send_message(item)
                return
            reply = await self._once(handler, request, caller)
            lost = self.world.faults.take("lost_reply", **names)
            if lost:
                if lost.options.get("forget"):
                    self._replies.clear()
                raise refuse(Status.UNAVAILABLE, lost.options.get("message", "connection lost before the reply"))
            await stream.send_message(reply)
        except (StreamTerminatedError, ProtocolError):
            # The client has hung up.
            return
        except (GRPCError, asyncio.CancelledError, ConnectionError):
            raise
        except Exception as error:
            self.world.note_crash(error)
            raise refuse(Status.INTERNAL, f"{name}: {error!r}") from error

    def _refuse_by_fault(self, names: dict[str, str]) -> None:
        error = self.world.faults.take("error", **names)
        if error:
            status = Status[error.options.get("status", "UNAVAILABLE")]
            raise refuse(status, error.options.get("message", "error on demand"))
        if names["rpc"] in SPENDING:
            limit = self.world.faults.take("spend_limit", **names)
            if limit:
                raise refuse(Status.RESOURCE_EXHAUSTED, limit.options.get("message", SPEND_LIMIT))

    async def _once(self, handler: Any, request: Any, caller: Caller) -> Any:
        """A request sent again under the same idempotency key gets the reply it had: it takes effect once."""
        key = (caller.rpc, str(caller.metadata.get("x-idempotency-key", "")))
        if key in self._replies:
            return self._replies[key]
        reply = await handler(request, caller)
        if key[1] and reply.ByteSize() <= LARGEST_REMEMBERED:
            self._replies[key] = reply
            if len(self._replies) > REMEMBERED_REPLIES:
                self._replies.popitem(last=False)
        return reply
