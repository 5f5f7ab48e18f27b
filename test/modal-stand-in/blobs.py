"""Blobs: bytes too large for a message, put and fetched over HTTP."""

from __future__ import annotations

import hashlib
from pathlib import Path

from aiohttp import web
from grpclib import Status
from modal_proto import api_pb2

from .world import Caller, World, new_id, refuse


class Blobs:
    """The blobs below `root/blobs`."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._folder = world.folder("blobs")

    def path(self, blob_id: str) -> Path:
        """Where a blob is or will be; refuses what is no blob id."""
        if not blob_id.startswith("bl-") or not blob_id[3:].isalnum():
            raise refuse(Status.NOT_FOUND, f"Blob {blob_id} not found")
        return self._folder / blob_id

    def read(self, blob_id: str) -> bytes:
        path = self.path(blob_id)
        if not path.exists():
            raise refuse(Status.NOT_FOUND, f"Blob {blob_id} not found")
        return path.read_bytes()

    def url(self, blob_id: str) -> str:
        return f"{self._world.http_url}/blob/{blob_id}"


class BlobRpcs:
    world: World

    async def BlobCreate(self, request: api_pb2.BlobCreateRequest, caller: Caller) -> api_pb2.BlobCreateResponse:
        blob_id = new_id("bl")
        url = self.world.blobs.url(blob_id)
        return api_pb2.BlobCreateResponse(
            blob_id=blob_id,
            upload_url=url,
            blob_ids=[blob_id],
            upload_urls=api_pb2.UploadUrlList(items=[url]),
        )

    async def BlobGet(self, request: api_pb2.BlobGetRequest, caller: Caller) -> api_pb2.BlobGetResponse:
        self.world.blobs.path(request.blob_id)
        return api_pb2.BlobGetResponse(download_url=self.world.blobs.url(request.blob_id))

    async def FunctionBlobGet(self, request: api_pb2.BlobGetRequest, caller: Caller) -> api_pb2.BlobGetResponse:
        return await self.BlobGet(request, caller)

    async def _put_blob(self, request: web.Request) -> web.Response:
        digest = hashlib.md5()
        path = self.world.blobs.path(request.match_info["blob_id"])
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            async for chunk in request.content.iter_chunked(1 << 20):
                digest.update(chunk)
                file.write(chunk)
        part.rename(path)
        return web.Response(headers={"ETag": f'"{digest.hexdigest()}"'})

    async def _get_blob(self, request: web.Request) -> web.StreamResponse:
        path = self.world.blobs.path(request.match_info["blob_id"])
        if not path.exists():
            return web.Response(status=404)
        return web.FileResponse(path)

    def http_routes(self) -> list[web.RouteDef]:
        return [web.put("/blob/{blob_id}", self._put_blob), web.get("/blob/{blob_id}", self._get_blob)]
