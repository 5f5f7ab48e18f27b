"""Life and death of the stand-in: arguments, doors, the line that says where it listens, and the end."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import ctypes
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from modal_proto import api_pb2

from .admin import AdminDoor
from .blobs import Blobs
from .rates import read_rates
from .service import Reception, compose, from_person
from .web import WebDoor, own_routes
from .wire import Door
from .world import Options, World

PR_SET_PDEATHSIG = 1
WORKSPACE = "acme"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="modal-stand-in", description="A control plane that the real modal client talks to.")
    parser.add_argument("--port", type=int, default=0, help="of the gRPC server; 0 takes a free one")
    parser.add_argument("--root", type=Path, help="the only folder written to; a temporary one unless given")
    parser.add_argument("--container-python", default=sys.executable, help="the Python that containers run")
    parser.add_argument("--container-path", default="", help="folders for the containers' PYTHONPATH, DIR[:DIR]")
    parser.add_argument("--real-images", type=Path, help="execute image builds in a Debian root kept in this folder")
    return parser.parse_args()


def _die_with_parent() -> int:
    """SIGTERM when the parent ends; the parent's pid."""
    parent = os.getppid()
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    return parent


async def _stdin_closed(stop: asyncio.Event) -> None:
    """Sets `stop` when stdin, if it is a pipe or a socket, comes to its end."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    try:
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    except (ValueError, OSError):
        return
    while await reader.read(4096):
        pass
    stop.set()


class StandIn:
    """The running program: its world and its doors."""

    def __init__(self, options: Options) -> None:
        self.world = World(options, read_rates())
        self.world.blobs = Blobs(self.world)
        compose(self.world)
        reception = Reception(self.world, "client", from_person)
        self.door = Door([(api_pb2.DESCRIPTOR, "ModalClient", reception.answer)])
        self.store = WebDoor(own_routes(self.world.servicer, "http_routes"))
        self.admin = AdminDoor(self)

    async def open(self, port: int) -> dict[str, str]:
        """Opens every door; what the first line on stdout says."""
        world = self.world
        workspace = world.add_workspace(WORKSPACE)
        token = world.add_token(workspace)
        await self.store.prepare()
        await self.store.open()
        world.http_url = self.store.url
        await self._each("open_")
        await self.door.open(port)
        world.url = f"http://127.0.0.1:{self.door.port}"
        await self.admin.open()
        return {
            "url": world.url,
            "admin": self.admin.url,
            "root": str(world.root),
            "token_id": token.token_id,
            "token_secret": token.token_secret,
            "workspace": workspace.name,
        }

    async def _each(self, prefix: str) -> None:
        for method in self.world.servicer.starting_with(prefix):
            await method()

    def cut(self) -> int:
        """Drops every connection of clients; how many there were."""
        self.store.cut()
        return self.door.cut() + self.world.servicer.cut_router()

    async def outage(self, seconds: float) -> None:
        """Nobody listens for this long; then everything is back on the same ports."""
        self.door.shut()
        await self.store.shut()
        await asyncio.sleep(seconds)
        for app in self.world.apps.values():
            app.hear()
        await self.store.open()
        await self.door.open()

    async def close(self) -> None:
        await self._each("close_")
        await self.world.end_background()
        self.door.shut()
        await self.admin.close()
        await self.store.close()


async def _run(arguments: argparse.Namespace, root: Path) -> None:
    parent = _die_with_parent()
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    folders = [folder for folder in arguments.container_path.split(":") if folder]
    options = Options(root, arguments.container_python, folders, arguments.real_images)
    stand_in = StandIn(options)
    try:
        print(json.dumps(await stand_in.open(arguments.port)), flush=True)
        watching = asyncio.create_task(_stdin_closed(stop))
        while not stop.is_set() and os.getppid() == parent:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(stop.wait(), 1)
        watching.cancel()
    finally:
        await stand_in.close()


def main() -> None:
    """The program. Ends on SIGTERM, SIGINT, SIGHUP, the end of stdin, or the death of its parent."""
    # A client that hangs up in the middle is the everyday of a test, and no news.
    logging.getLogger("grpclib.server").setLevel(logging.CRITICAL)
    logging.getLogger("asyncio").setLevel(logging.ERROR)
    arguments = _arguments()
    root = (arguments.root or Path(tempfile.mkdtemp(prefix="modal-stand-in-"))).resolve()
    root.mkdir(parents=True, exist_ok=True)
    try:
        asyncio.run(_run(arguments, root))
    finally:
        if arguments.root is None:
            shutil.rmtree(root, ignore_errors=True)
