"""Volumes, v1 and v2: real bytes, commits that publish, and what containers see.

A volume's tree holds what is committed. Uploads to v1 name files whose bytes came by MountPutFile; uploads to v2 name blocks, of which the
missing ones are PUT over HTTP first. A container works in a view (volume_views.py); its commit is the difference between the view and the
snapshot that it began from, and where two wrote the same file, the last one wins.

Faults (world.faults), all by `volume`, the volume's name:
    volume_unknown   looked up or mounted, it is not there
    volume_put       a block's PUT: `status` answers this HTTP status, `drop_after` cuts the connection after so many bytes,
                     `seconds` waits first
    volume_get       a block's GET: the same
    commit_reload    a commit tells the container to reload, and is refused like a reload while it has files of the volume open
    volume_commit    a commit that a container asks for is refused: `status` (of gRPC, ABORTED unless given), `message`
    volume_stale     a container that asks for the volume anew goes on seeing what it saw
    volume_old       mounted in a container, it is as it was `commits` (1) commits ago, until the container asks for it anew
    volume_version   made, it has version 1 whatever was asked for
A limit in bytes/s for all transfers together: POST /volumes/speed {"put": N|null, "get": N|null}.
How many bytes were sent so far: GET /volumes/sent. What version a volume says it is: POST /volumes/version {"volume", "version"}.
"""

from __future__ import annotations

import asyncio
import hmac
import posixpath
import secrets as randomness
import time
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from google.protobuf import empty_pb2
from grpclib import Status
from modal_proto import api_pb2

from .volume_contents import BLOCK_SIZE, Block, BlockFile, Content, ContentStore, Segment, WholeFile
from .volume_transfer import Pace, receive, send_segment
from .volume_tree import File, Folder, Link, Node, Tree, TreeError, clean_path
from .volume_views import View, open_in
from .world import Caller, Environment, Workspace, World, new_id, refuse

V1 = api_pb2.VolumeFsVersion.VOLUME_FS_VERSION_V1
V2 = api_pb2.VolumeFsVersion.VOLUME_FS_VERSION_V2
V1_INODES = 500_000
V2_FOLDER_ENTRIES = 262_144
V2_FILE_BYTES = 1 << 40
LIST_BATCH = 1000
DEFAULT_PAGE = 100
TICKET_SECONDS = 6 * 3600
# Anonymous volumes go when their client has been silent for so long; it beats every five minutes.
EPHEMERAL_SECONDS = 15 * 60
OPEN_FILES = "there are open files preventing the operation"

STATUS_OF = {
    "missing": Status.NOT_FOUND,
    "exists": Status.ALREADY_EXISTS,
    "is_folder": Status.INVALID_ARGUMENT,
    "not_folder": Status.INVALID_ARGUMENT,
    "bad_path": Status.INVALID_ARGUMENT,
    "limit": Status.RESOURCE_EXHAUSTED,
}


@dataclass
class Volume:
    """A volume; `name` is empty for an ephemeral one. `sizes` is how many bytes it held from when on, for the bill."""

    volume_id: str
    name: str
    environment: Environment
    workspace: Workspace | None
    version: int
    created: float
    created_by: str
    store: ContentStore
    folder: Path
    tree: Tree = field(default_factory=Tree)
    # As it was before its newest commits.
    before: deque[Tree] = field(default_factory=lambda: deque(maxlen=20))
    commits: int = 0
    # Commits and reloads that open files prevented.
    refused: int = 0
    # Blocks that came but are in no file yet: they wait here for the upload to be resumed.
    arrived: dict[bytes, Block] = field(default_factory=dict)
    views: dict[str, list[View]] = field(default_factory=dict)
    sizes: list[tuple[float, int]] = field(default_factory=list)
    heard: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class PutTicket:
    """Leave to PUT one block."""

    volume: Volume
    digest: bytes
    at_most: int
    until: float


@dataclass
class GetTicket:
    """Leave to GET the parts of one file as it was when it was asked for; keeps the bytes alive."""

    volume: Volume
    content: Content
    segments: list[Segment]
    pad: bool
    until: float


class VolumeRpcs:
    """The RPCs of `modal volume`, `modal.Volume`, and what containers need."""

    world: World
    _put_tickets: dict[str, PutTicket]
    _get_tickets: dict[str, GetTicket]

    # ---- for the other parts

    async def open_volumes(self) -> None:
        self._put_tickets = {}
        self._get_tickets = {}
        self._put_key = randomness.token_bytes(32)
        self._pace = {"put": Pace(), "get": Pace()}

    def transfer_pace(self, direction: str) -> Pace:
        """The speed limit of all uploads ("put") or downloads ("get"), for the blob store too: `await pace.spend(bytes)`."""
        return self._pace[direction]

    async def volume_attach(self, volume_id: str, task_id: str, *, read_only: bool = False, sub_path: str = "") -> Path:
        """A container's own folder with the newest snapshot. A read-only one must be bound read-only: it shares bytes with the store."""
        volume = self._volume(volume_id)
        prefix = clean_path(sub_path)
        if prefix and not volume.tree.is_folder(prefix):
            with _refusing():
                volume.tree.make_folders(prefix, self.world.clock.now())
        views = volume.views.setdefault(task_id, [])
        view = View(volume.folder / "views" / f"{task_id}-{len(views)}", prefix, read_only=read_only)
        views.append(view)
        old = self.world.faults.take("volume_old", volume=volume.name) if volume.before else None
        tree = volume.before[-min(len(volume.before), int(old.options.get("commits", 1)))] if old else volume.tree
        await asyncio.to_thread(view.bring, view.inside(tree.nodes))
        return view.folder

    async def volume_publish(self, volume_id: str, task_id: str) -> None:
        """Commit what a container changed."""
        volume = self._volume(volume_id)
        async with volume.lock:
            for view in volume.views.get(task_id, []):
                await self._publish(volume, view)

    async def volume_refresh(self, volume_id: str, task_id: str) -> None:
        """Commit what a container changed, then bring what others committed. Refused while it has files of the volume open."""
        volume = self._volume(volume_id)
        async with volume.lock:
            for view in volume.views.get(task_id, []):
                if await asyncio.to_thread(open_in, view.folder, task_id):
                    volume.refused += 1
                    raise refuse(Status.FAILED_PRECONDITION, OPEN_FILES)
                await self._publish(volume, view)
                await asyncio.to_thread(view.bring, view.inside(volume.tree.nodes))

    async def volume_detach(self, volume_id: str, task_id: str) -> None:
        """Forget a container's tree, committed or not."""
        volume = self.world.volumes.get(volume_id)
        if volume is None:
            return
        async with volume.lock:
            for view in volume.views.pop(task_id, []):
                await asyncio.to_thread(view.drop)

    def volume_metadata(self, volume_id: str) -> api_pb2.VolumeMetadata:
        """What a container's app layout says of a volume."""
        return _metadata(self._volume(volume_id))

    def drop_volumes_of(self, environment: Environment) -> None:
        """Delete all volumes of an environment that is deleted."""
        for volume in [v for v in self.world.volumes.values() if v.environment is environment]:
            del self.world.volumes[volume.volume_id]

    def volume_byte_seconds(self, volume_id: str, since: float, until: float) -> float:
        """How many bytes a volume stored for how long within a span, for the bill."""
        sizes = self._volume(volume_id).sizes
        total = 0.0
        for index, (start, size) in enumerate(sizes):
            end = sizes[index + 1][0] if index + 1 < len(sizes) else until
            total += size * max(0.0, min(end, until) - max(start, since))
        return total

    # ---- volumes

    async def VolumeGetOrCreate(self, request, caller: Caller) -> api_pb2.VolumeGetOrCreateResponse:
        environment = self.world.environment(caller, request.environment_name)
        volume = self._get_or_create(request, caller, environment)
        return api_pb2.VolumeGetOrCreateResponse(volume_id=volume.volume_id, version=volume.version, metadata=_metadata(volume))

    async def VolumeGetById(self, request, caller: Caller) -> api_pb2.VolumeGetByIdResponse:
        volume = self._volume(request.volume_id, caller)
        return api_pb2.VolumeGetByIdResponse(volume_id=volume.volume_id, metadata=_metadata(volume))

    async def VolumeList(self, request, caller: Caller) -> api_pb2.VolumeListResponse:
        environment = self.world.environment(caller, request.environment_name)
        before = request.pagination.created_before or float("inf")
        limit = request.pagination.max_objects or DEFAULT_PAGE
        named = [v for v in self.world.volumes.values() if v.name and v.environment is environment and v.created < before]
        named.sort(key=lambda volume: volume.created, reverse=True)
        items = [
            api_pb2.VolumeListItem(label=v.name, volume_id=v.volume_id, created_at=v.created, metadata=_metadata(v)) for v in named[:limit]
        ]
        return api_pb2.VolumeListResponse(items=items, environment_name=environment.name)

    async def VolumeRename(self, request, caller: Caller) -> empty_pb2.Empty:
        volume = self._volume(request.volume_id, caller)
        if self._by_name(volume.environment, request.name) is not None:
            raise refuse(Status.ALREADY_EXISTS, f"Volume '{request.name}' already exists in environment '{volume.environment.name}'")
        volume.name = request.name
        return empty_pb2.Empty()

    async def VolumeDelete(self, request, caller: Caller) -> empty_pb2.Empty:
        volume = self._volume(request.volume_id, caller)
        del self.world.volumes[volume.volume_id]
        return empty_pb2.Empty()

    async def VolumeHeartbeat(self, request, caller: Caller) -> empty_pb2.Empty:
        self._volume(request.volume_id, caller).heard = self.world.clock.now()
        return empty_pb2.Empty()

    async def VolumeCommit(self, request, caller: Caller) -> api_pb2.VolumeCommitResponse:
        task_id = self._mounting_task(request.volume_id, caller, request.container_id)
        volume = self._volume(request.volume_id)
        fault = self.world.faults.take("volume_commit", volume=volume.name)
        if fault:
            raise refuse(Status[fault.options.get("status", "ABORTED")], fault.options.get("message", "could not commit the volume"))
        reload = self.world.faults.take("commit_reload", volume=volume.name) is not None
        if reload:
            for view in volume.views.get(task_id, []):
                if await asyncio.to_thread(open_in, view.folder, task_id):
                    volume.refused += 1
                    raise refuse(Status.FAILED_PRECONDITION, OPEN_FILES)
        await self.volume_publish(request.volume_id, task_id)
        # What others committed stays unseen until the container asks for it by reload.
        return api_pb2.VolumeCommitResponse(skip_reload=not reload)

    async def VolumeReload(self, request, caller: Caller) -> empty_pb2.Empty:
        if not self.world.faults.take("volume_stale", volume=self._volume(request.volume_id).name):
            await self.volume_refresh(request.volume_id, self._mounting_task(request.volume_id, caller))
        return empty_pb2.Empty()

    # ---- files

    async def VolumeListFiles(self, request, caller: Caller) -> AsyncIterator[api_pb2.VolumeListFilesResponse]:
        for batch in self._listing(request, caller):
            yield api_pb2.VolumeListFilesResponse(entries=batch)

    async def VolumeListFiles2(self, request, caller: Caller) -> AsyncIterator[api_pb2.VolumeListFiles2Response]:
        for batch in self._listing(request, caller):
            yield api_pb2.VolumeListFiles2Response(entries=batch)

    async def VolumeGetFile2(self, request, caller: Caller) -> api_pb2.VolumeGetFile2Response:
        volume = self._volume(request.volume_id, caller)
        with _refusing():
            content = volume.tree.file(clean_path(request.path)).content
        start = min(request.start, content.size)
        length = min(request.len or content.size, content.size - start)
        segments = list(content.segments(start, length))
        ticket = new_id("gt")
        self._forget_old(self._get_tickets)
        self._get_tickets[ticket] = GetTicket(volume, content, segments, not request.client_pads_blocks, time.monotonic() + TICKET_SECONDS)
        urls = [f"{self.world.http_url}/volume-file/{ticket}/{index}" for index in range(len(segments))]
        return api_pb2.VolumeGetFile2Response(get_urls=urls, size=content.size, start=start, len=length)

    async def VolumePutFiles(self, request, caller: Caller) -> empty_pb2.Empty:
        volume = self._volume(request.volume_id, caller)
        now = self.world.clock.now()
        contents = await asyncio.to_thread(self._adopt, volume, [file.sha256_hex for file in request.files])
        with _refusing():
            files = [
                (clean_path(file.filename), File(file.mode if file.HasField("mode") else 0o644, now, content))
                for file, content in zip(request.files, contents, strict=True)
            ]
            await self._add_files(volume, files, overwrite=not request.disallow_overwrite_existing_files)
        return empty_pb2.Empty()

    async def VolumePutFiles2(self, request, caller: Caller) -> api_pb2.VolumePutFiles2Response:
        volume = self._volume(request.volume_id, caller)
        overwrite = not request.disallow_overwrite_existing_files
        with _refusing():
            # A name that is taken is refused before anybody sends gigabytes.
            for file in request.files:
                self._may_put(volume, clean_path(file.path), file.size, overwrite=overwrite)
        missing = self._missing_blocks(volume, request.files)
        if missing:
            return api_pb2.VolumePutFiles2Response(missing_blocks=missing)
        now = self.world.clock.now()
        with _refusing():
            files = []
            for file in request.files:
                blocks = [self._block(volume, block.contents_sha256) for block in file.blocks]
                content = BlockFile([block for block in blocks if block], file.size)
                files.append((clean_path(file.path), File(file.mode if file.HasField("mode") else 0o644, now, content)))
            await self._add_files(volume, files, overwrite=overwrite)
        for file in request.files:
            for block in file.blocks:
                volume.arrived.pop(block.contents_sha256, None)
        return api_pb2.VolumePutFiles2Response()

    async def VolumeRemoveFile(self, request, caller: Caller) -> empty_pb2.Empty:
        volume = self._volume(request.volume_id, caller)
        with _refusing():
            volume.tree.remove(clean_path(request.path), recursive=request.recursive)
        self._committed(volume)
        return empty_pb2.Empty()

    async def VolumeRemoveFile2(self, request, caller: Caller) -> empty_pb2.Empty:
        return await self.VolumeRemoveFile(request, caller)

    async def VolumeCopyFiles(self, request, caller: Caller) -> empty_pb2.Empty:
        volume = self._volume(request.volume_id, caller)
        tree = volume.tree.copy()
        with _refusing():
            sources = [clean_path(path) for path in request.src_paths]
            into = request.dst_path.endswith("/")
            recursive = request.recursive
            tree.copy_paths(sources, clean_path(request.dst_path), into_folder=into, recursive=recursive, mtime=self.world.clock.now())
            self._check_limits(volume, tree)
        volume.tree = tree
        self._committed(volume)
        return empty_pb2.Empty()

    async def VolumeCopyFiles2(self, request, caller: Caller) -> empty_pb2.Empty:
        return await self.VolumeCopyFiles(request, caller)

    # ---- HTTP

    def http_routes(self) -> list[web.RouteDef]:
        return [web.put("/volume-block/{ticket}", self._put_block), web.get("/volume-file/{ticket}/{index}", self._get_part)]

    async def _put_block(self, request: web.Request) -> web.StreamResponse:
        ticket = self._put_tickets.get(request.match_info["ticket"])
        if ticket is None or ticket.until < time.monotonic():
            return web.Response(status=403, text="this upload URL is not valid")
        fault = self.world.faults.take("volume_put", volume=ticket.volume.name)
        options: dict[str, Any] = fault.options if fault else {}
        await asyncio.sleep(float(options.get("seconds", 0)))
        if options.get("status"):
            return web.Response(status=int(options["status"]), text=options.get("message", "error on demand"))
        drop_after = options.get("drop_after")
        pace = self._pace["put"]
        path = ticket.volume.store.fresh_path("block")
        try:
            received = await receive(request, path, pace, at_most=ticket.at_most, drop_after=drop_after)
            if isinstance(received, web.Response):
                return received
            if received.digest != ticket.digest:
                return web.Response(status=400, text="the bytes do not have the sha256 that was announced")
            ticket.volume.arrived[ticket.digest] = ticket.volume.store.keep_block(path, ticket.digest, received.length)
            path = None
        finally:
            if path is not None:
                path.unlink(missing_ok=True)
        return web.Response(body=self._put_response(ticket.volume, ticket.digest))

    async def _get_part(self, request: web.Request) -> web.StreamResponse:
        ticket = self._get_tickets.get(request.match_info["ticket"])
        index = request.match_info["index"]
        if ticket is None or ticket.until < time.monotonic() or not index.isdigit() or int(index) >= len(ticket.segments):
            return web.Response(status=403, text="this download URL is not valid")
        fault = self.world.faults.take("volume_get", volume=ticket.volume.name)
        options: dict[str, Any] = fault.options if fault else {}
        await asyncio.sleep(float(options.get("seconds", 0)))
        if options.get("status"):
            return web.Response(status=int(options["status"]), text=options.get("message", "error on demand"))
        return await send_segment(
            request,
            ticket.segments[int(index)],
            self._pace["get"],
            pad=ticket.pad,
            drop_after=options.get("drop_after"),
        )

    def admin_routes(self) -> list[web.RouteDef]:
        return [
            web.get("/volumes", self._admin_volumes),
            web.get("/volumes/sent", self._admin_sent),
            web.post("/volumes/speed", self._admin_speed),
            web.post("/volumes/version", self._admin_version),
        ]

    async def _admin_volumes(self, request: web.Request) -> web.Response:
        rows = [
            {
                "volume_id": volume.volume_id,
                "name": volume.name,
                "environment": volume.environment.name,
                "version": volume.version,
                "bytes": volume.tree.bytes(),
                "files": sum(isinstance(node, File) for node in volume.tree.nodes.values()),
                "commits": volume.commits,
                "refused": volume.refused,
                "blocks_waiting": len(volume.arrived),
                "mounted_by": sorted(volume.views),
            }
            for volume in self.world.volumes.values()
        ]
        return web.json_response(rows)

    async def _admin_sent(self, request: web.Request) -> web.Response:
        return web.json_response({direction: pace.passed for direction, pace in self._pace.items()})

    async def _admin_speed(self, request: web.Request) -> web.Response:
        for direction, speed in (await request.json()).items():
            self._pace[direction].speed = speed
        return web.json_response({direction: pace.speed for direction, pace in self._pace.items()})

    async def _admin_version(self, request: web.Request) -> web.Response:
        order = await request.json()
        found = [volume for volume in self.world.volumes.values() if volume.name == order["volume"]]
        for volume in found:
            volume.version = order["version"]
        return web.json_response({"volumes": len(found)})

    # ---- inside

    def _get_or_create(self, request, caller: Caller, environment: Environment) -> Volume:
        kind, name = request.object_creation_type, request.deployment_name
        if kind == api_pb2.OBJECT_CREATION_TYPE_EPHEMERAL:
            return self._add("", request.version, caller, environment)
        known = self._by_name(environment, name)
        if known is not None and self.world.faults.take("volume_unknown", volume=name):
            known = None
            kind = api_pb2.OBJECT_CREATION_TYPE_UNSPECIFIED
        if known is None:
            if kind == api_pb2.OBJECT_CREATION_TYPE_UNSPECIFIED:
                raise refuse(Status.NOT_FOUND, f"Volume '{name}' not found in environment '{environment.name}'")
            return self._add(name, request.version, caller, environment)
        if kind == api_pb2.OBJECT_CREATION_TYPE_CREATE_FAIL_IF_EXISTS:
            raise refuse(Status.ALREADY_EXISTS, f"Volume '{name}' already exists in environment '{environment.name}'")
        return known

    def _add(self, name: str, version: int, caller: Caller, environment: Environment) -> Volume:
        self._forget_ephemeral()
        if self.world.faults.take("volume_version", volume=name):
            version = V1
        volume_id = new_id("vo")
        folder = self.world.folder("volumes", volume_id)
        volume = Volume(
            volume_id,
            name,
            environment,
            caller.workspace,
            version or V1,
            self.world.clock.now(),
            caller.token.user if caller.token else "",
            ContentStore(folder),
            folder,
            heard=self.world.clock.now(),
        )
        self.world.volumes[volume_id] = volume
        return volume

    def _forget_ephemeral(self) -> None:
        long_ago = self.world.clock.now() - EPHEMERAL_SECONDS
        for volume in [v for v in self.world.volumes.values() if not v.name and v.heard < long_ago and not v.views]:
            del self.world.volumes[volume.volume_id]

    def _by_name(self, environment: Environment, name: str) -> Volume | None:
        return next((v for v in self.world.volumes.values() if v.name == name and v.environment is environment), None)

    def _volume(self, volume_id: str, caller: Caller | None = None) -> Volume:
        volume = self.world.volumes.get(volume_id)
        if volume is None or (caller is not None and volume.workspace is not caller.workspace):
            raise refuse(Status.NOT_FOUND, f"Volume with ID '{volume_id}' not found")
        return volume

    def _mounting_task(self, volume_id: str, caller: Caller, container_id: str = "") -> str:
        task_id = caller.task_id or container_id
        if task_id not in self._volume(volume_id).views:
            raise refuse(Status.NOT_FOUND, f"Volume {volume_id} is not mounted in this container")
        return task_id

    def _listing(self, request, caller: Caller) -> list[list[api_pb2.FileEntry]]:
        volume = self._volume(request.volume_id, caller)
        with _refusing():
            rows = volume.tree.listing(clean_path(request.path), recursive=request.recursive)
        if request.HasField("max_entries"):
            rows = rows[: request.max_entries]
        entries = [_entry(path, node) for path, node in rows]
        return [entries[start : start + LIST_BATCH] for start in range(0, len(entries), LIST_BATCH)]

    def _adopt(self, volume: Volume, digests: list[str]) -> list[WholeFile]:
        known: dict[str, WholeFile] = {}
        for digest in digests:
            if digest in known:
                continue
            path = self.world.servicer.stored_file(digest)
            if path is None:
                raise refuse(Status.FAILED_PRECONDITION, f"the file with sha256 {digest} was not uploaded")
            known[digest] = volume.store.adopt(path)
        return [known[digest] for digest in digests]

    def _may_put(self, volume: Volume, path: str, size: int, *, overwrite: bool) -> None:
        known = volume.tree.get(path)
        if path == "" or isinstance(known, Folder):
            raise TreeError("exists", f"/{path}: is a directory")
        if known is not None and not overwrite:
            raise TreeError("exists", f"/{path}: already exists")
        if size >= V2_FILE_BYTES:
            raise TreeError("limit", f"/{path}: file is larger than 1 TiB")
        above = posixpath.dirname(path)
        while above:
            if volume.tree.get(above) is not None and not volume.tree.is_folder(above):
                raise TreeError("not_folder", f"/{above}: not a directory")
            above = posixpath.dirname(above)

    async def _add_files(self, volume: Volume, files: list[tuple[str, File]], *, overwrite: bool) -> None:
        async with volume.lock:
            tree = volume.tree.copy()
            for path, file in files:
                tree.put(path, file, overwrite=overwrite)
            self._check_limits(volume, tree)
            volume.tree = tree
            self._committed(volume)

    def _check_limits(self, volume: Volume, tree: Tree) -> None:
        if volume.version == V1:
            if len(tree.nodes) > V1_INODES:
                raise TreeError("limit", f"Volume has reached its limit of {V1_INODES} inodes")
            return
        if len(tree.nodes) <= V2_FOLDER_ENTRIES:
            return
        entries: dict[str, int] = {}
        for path in tree.nodes:
            above = posixpath.dirname(path)
            entries[above] = entries.get(above, 0) + 1
            if entries[above] > V2_FOLDER_ENTRIES:
                raise TreeError("limit", f"/{above}: directory has reached its limit of {V2_FOLDER_ENTRIES} entries")

    def _missing_blocks(self, volume: Volume, files) -> list[api_pb2.VolumePutFiles2Response.MissingBlock]:
        missing = []
        asked: set[bytes] = set()
        self._forget_old(self._put_tickets)
        for file_index, file in enumerate(files):
            if len(file.blocks) != -(-file.size // BLOCK_SIZE):
                raise refuse(Status.INVALID_ARGUMENT, f"{file.path}: {len(file.blocks)} blocks cannot make {file.size} bytes")
            for block_index, block in enumerate(file.blocks):
                digest = block.contents_sha256
                if digest in asked:
                    continue
                if block.HasField("put_response") and not hmac.compare_digest(block.put_response, self._put_response(volume, digest)):
                    raise refuse(Status.INVALID_ARGUMENT, f"{file.path}: block {block_index} has a wrong put_response")
                if self._block(volume, digest) is not None:
                    continue
                asked.add(digest)
                ticket = new_id("pt")
                at_most = min(BLOCK_SIZE, file.size - block_index * BLOCK_SIZE)
                self._put_tickets[ticket] = PutTicket(volume, digest, at_most, time.monotonic() + TICKET_SECONDS)
                url = f"{self.world.http_url}/volume-block/{ticket}"
                missing.append(
                    api_pb2.VolumePutFiles2Response.MissingBlock(file_index=file_index, block_index=block_index, put_url=url)
                )
        return missing

    def _block(self, volume: Volume, digest: bytes) -> Block | None:
        return volume.arrived.get(digest) or volume.store.block(digest)

    def _put_response(self, volume: Volume, digest: bytes) -> bytes:
        return hmac.digest(self._put_key, volume.volume_id.encode() + digest, "sha256")

    def _forget_old(self, tickets: dict[str, Any]) -> None:
        now = time.monotonic()
        while tickets:
            oldest = next(iter(tickets))
            if tickets[oldest].until > now:
                return
            del tickets[oldest]

    async def _publish(self, volume: Volume, view: View) -> None:
        changes = await asyncio.to_thread(view.changes, volume.store)
        if not changes:
            return
        tree = volume.tree.copy()
        for path in sorted(changes.gone, reverse=True):
            _take_away(tree, view.outside(path))
        for path in sorted(changes.put):
            _put_over(tree, view.outside(path), changes.put[path])
        with _refusing():
            self._check_limits(volume, tree)
        volume.before.append(volume.tree)
        volume.tree = tree
        self._committed(volume)

    def _committed(self, volume: Volume) -> None:
        volume.commits += 1
        volume.sizes.append((self.world.clock.now(), volume.tree.bytes()))


class _refusing:
    """Turns a TreeError into the refusal that a client gets."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind, error, traceback) -> None:
        if isinstance(error, TreeError):
            raise refuse(STATUS_OF[error.kind], str(error)) from None


def _take_away(tree: Tree, path: str) -> None:
    """A deletion by a container. A folder in which others have put something meanwhile stays."""
    if isinstance(tree.get(path), Folder) and next(tree.below(path), None) is not None:
        return
    tree.discard(path)


def _put_over(tree: Tree, path: str, node: Node) -> None:
    """A container's node in place of whatever is there: the last writer wins."""
    above = posixpath.dirname(path)
    while above:
        if tree.get(above) is not None and not tree.is_folder(above):
            tree.discard(above)
        above = posixpath.dirname(above)
    if isinstance(tree.get(path), Folder) and not isinstance(node, Folder):
        tree.discard(path)
    tree.put(path, node)


def _metadata(volume: Volume) -> api_pb2.VolumeMetadata:
    return api_pb2.VolumeMetadata(
        version=volume.version,
        name=volume.name,
        creation_info=api_pb2.CreationInfo(created_at=volume.created, created_by=volume.created_by),
    )


def _entry(path: str, node: Node) -> api_pb2.FileEntry:
    kinds = {Folder: api_pb2.FileEntry.FileType.DIRECTORY, Link: api_pb2.FileEntry.FileType.SYMLINK}
    name = path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    size = node.content.size if isinstance(node, File) else 0
    return api_pb2.FileEntry(path=name, type=kinds.get(type(node), api_pb2.FileEntry.FileType.FILE), mtime=int(node.mtime), size=size)
