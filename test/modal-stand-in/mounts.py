"""Mounts: files of the person's machine, stored by their hash and laid into containers."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp
from grpclib import Status
from modal_proto import api_pb2

from .world import Caller, World, new_id, refuse


@dataclass
class Mount:
    """Files by their path in the container, which starts with a slash."""

    mount_id: str
    files: dict[str, api_pb2.MountFile]
    checksum: str


def _checksum(files: dict[str, api_pb2.MountFile]) -> str:
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{files[name].sha256_hex}\0".encode())
    return digest.hexdigest()


class MountRpcs:
    world: World

    def _file(self, sha256_hex: str) -> Path:
        if len(sha256_hex) != 64 or not all(letter in "0123456789abcdef" for letter in sha256_hex):
            raise refuse(Status.INVALID_ARGUMENT, f"{sha256_hex} is no sha256")
        return self.world.folder("files") / sha256_hex

    def stored_file(self, sha256_hex: str) -> Path | None:
        """The file of this hash, for whoever else stores files by their hash; None when it is not there."""
        path = self._file(sha256_hex)
        return path if path.exists() else None

    async def MountBatchedCheckExistence(self, request: Any, caller: Caller) -> api_pb2.MountBatchedCheckExistenceResponse:
        missing = [name for name in request.sha256_hex_hashes if not self._file(name).exists()]
        now = Timestamp(seconds=int(self.world.clock.now()))
        return api_pb2.MountBatchedCheckExistenceResponse(missing_sha256_hex_hashes=missing, checked_at=now)

    async def MountPutFile(self, request: api_pb2.MountPutFileRequest, caller: Caller) -> api_pb2.MountPutFileResponse:
        path = self._file(request.sha256_hex)
        which = request.WhichOneof("data_oneof")
        if which == "data_blob_id":
            part = path.with_suffix(".part")
            shutil.copyfile(self.world.blobs.path(request.data_blob_id), part)
            part.rename(path)
        elif which == "data":
            if hashlib.sha256(request.data).hexdigest() != request.sha256_hex:
                raise refuse(Status.INVALID_ARGUMENT, "data does not match its hash")
            path.write_bytes(request.data)
        return api_pb2.MountPutFileResponse(exists=path.exists())

    async def MountGetOrCreate(self, request: api_pb2.MountGetOrCreateRequest, caller: Caller) -> api_pb2.MountGetOrCreateResponse:
        if request.namespace == api_pb2.DEPLOYMENT_NAMESPACE_GLOBAL:
            mount = self._global_mount(request.deployment_name)
        else:
            mount = self._own_mount(request)
        return api_pb2.MountGetOrCreateResponse(
            mount_id=mount.mount_id, handle_metadata=api_pb2.MountHandleMetadata(content_checksum_sha256_hex=mount.checksum)
        )

    def _global_mount(self, name: str) -> Mount:
        """Modal's own mounts (the client, standalone Pythons): containers get their contents another way."""
        key = f"global:{name}"
        if key not in self.world.mounts:
            self.world.mounts[key] = Mount(new_id("mo"), {}, hashlib.sha256(name.encode()).hexdigest())
            self.world.mounts[self.world.mounts[key].mount_id] = self.world.mounts[key]
        return self.world.mounts[key]

    def _own_mount(self, request: api_pb2.MountGetOrCreateRequest) -> Mount:
        files = {}
        for file in request.files:
            if not self._file(file.sha256_hex).exists():
                raise refuse(Status.FAILED_PRECONDITION, f"{file.filename} was not uploaded")
            files[file.filename] = file
        mount = Mount(new_id("mo"), files, _checksum(files))
        self.world.mounts[mount.mount_id] = mount
        return mount

    def mount_metadata(self, mount_id: str) -> api_pb2.MountHandleMetadata:
        return api_pb2.MountHandleMetadata(content_checksum_sha256_hex=self.world.mounts[mount_id].checksum)

    def lay_mount(self, mount_id: str, into: Path) -> None:
        """Copies a mount's files below a container's root folder."""
        for name, file in self.world.mounts[mount_id].files.items():
            target = Path(os.path.normpath(into / name.lstrip("/")))
            if into not in target.parents:
                raise refuse(Status.INVALID_ARGUMENT, f"{name} leaves the container")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self._file(file.sha256_hex), target)
            target.chmod((file.mode & 0o777) or 0o644)
