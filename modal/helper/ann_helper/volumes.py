"""Files of volumes."""

from __future__ import annotations

import asyncio
import base64
import os
import posixpath
import time
from contextlib import aclosing
from pathlib import Path
from typing import Any

import modal
from modal.volume import FileEntryType
from modal_proto import api_pb2

from .download import download
from .errors import BadRequest, NotFound, status_of
from .rpc import unary
from .values import count, text

_TYPES = {FileEntryType.FILE: "file", FileEntryType.DIRECTORY: "folder", FileEntryType.SYMLINK: "link"}
# Raw bytes in one message.
_CHUNK = 1 << 17
_AT_ONCE = 4
_TOLD_EVERY = 0.2

_known: dict[str, modal.Volume] = {}


async def _volume(name: str) -> modal.Volume:
    """Looked up once, and again after something was not found: the name may stand for another volume by now."""
    volume = _known.get(name)
    if volume is None:
        volume = modal.Volume.from_name(name)
        await volume.hydrate.aio()
        _known[name] = volume
    return volume


async def volumeList(given: dict[str, Any], _item: Any) -> list[dict[str, Any]]:  # noqa: N802 - the name on the wire
    entries = await _list(text(given, "volume"), text(given, "path", "/"), given.get("recursive") is True)
    return [
        {
            "path": entry.path.lstrip("/"),
            "type": _TYPES.get(entry.type, "other"),
            "bytes": entry.size,
            "modified": entry.mtime * 1000 if entry.mtime else None,
        }
        for entry in entries
    ]


async def _list(name: str, path: str, recursive: bool) -> list[Any]:
    for attempt in (1, 2):
        fresh = name not in _known
        volume = await _volume(name)
        try:
            return await volume.listdir.aio(path, recursive=recursive)
        except Exception as error:
            if status_of(error) != "NOT_FOUND":
                raise
            # Either the path is missing or the volume is another one by now.
            _known.pop(name, None)
            if fresh or attempt == 2:
                raise NotFound(f"{path} is not on the volume {name}") from error
    raise AssertionError


async def volumeRead(given: dict[str, Any], item: Any) -> dict[str, Any]:  # noqa: N802
    """A stretch of a file. Internal VolumeGetFile2: the public read_file has no offset."""
    name, path = text(given, "volume"), text(given, "path")
    offset, length = count(given, "offset"), count(given, "length")
    try:
        answer = await _locate(name, path, offset, length)
    except Exception as error:
        if offset == 0 or status_of(error) not in {"INVALID_ARGUMENT", "OUT_OF_RANGE", "FAILED_PRECONDITION"}:
            raise
        # How an offset behind the end is answered is not documented.
        entries = await _list(name, path, False)
        size = entries[0].size if entries else 0
        if offset < size:
            raise
        return {"size": size}
    left = min(answer.start + answer.len, answer.size) - offset
    if length:
        left = min(left, length)
    skip = max(0, offset - answer.start)
    for url in answer.get_urls:
        if left <= 0:
            break
        async with aclosing(download(url)) as pieces:
            async for piece in pieces:
                useful = piece[skip:]
                skip -= len(piece) - len(useful)
                useful = useful[: max(0, left)]
                left -= len(useful)
                for start in range(0, len(useful), _CHUNK):
                    await item({"data": base64.b64encode(useful[start : start + _CHUNK]).decode()})
    if left > 0:
        raise EOFError(f"{path}: {left} bytes did not come")
    return {"size": answer.size}


async def _locate(name: str, path: str, offset: int, length: int) -> api_pb2.VolumeGetFile2Response:
    for attempt in (1, 2):
        fresh = name not in _known
        volume = await _volume(name)
        request = api_pb2.VolumeGetFile2Request(volume_id=volume.object_id, path=path, start=offset, len=length)
        try:
            return await unary("VolumeGetFile2", request)
        except Exception as error:
            if status_of(error) != "NOT_FOUND":
                raise
            _known.pop(name, None)
            if fresh or attempt == 2:
                raise NotFound(f"{path} is not on the volume {name}") from error
    raise AssertionError


async def volumeFetch(given: dict[str, Any], item: Any) -> dict[str, Any]:  # noqa: N802
    """A folder or file of a volume into a local folder; what is there with the same size and time stays."""
    name, path = text(given, "volume"), text(given, "path").strip("/")
    folder = Path(text(given, "folder"))
    if not folder.is_absolute():
        raise BadRequest("the folder must be absolute")
    listed = await _list(name, path or "/", True)
    files = [entry for entry in listed if entry.type == FileEntryType.FILE]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fetch = _Fetch(await _volume(name), path, folder, files, given.get("verify") is True, item)
    return await fetch.run()


class _Fetch:
    def __init__(self, volume: Any, path: str, folder: Path, files: list[Any], verify: bool, item: Any) -> None:
        self._volume = volume
        self._folder = folder
        self._path = path
        self._files = files
        self._verify = verify
        self._item = item
        self._done = self._kept = self._fetched = self._settled = 0
        self._total = sum(entry.size for entry in files)
        # Bytes so far of the files that are under way; counted by the client's own thread.
        self._moving: dict[str, int] = {}
        self._current = ""

    async def run(self) -> dict[str, Any]:
        places = asyncio.Semaphore(_AT_ONCE)

        async def one(entry: Any) -> None:
            async with places:
                await self._file(entry)

        telling = asyncio.create_task(self._tell())
        tasks = [asyncio.create_task(one(entry)) for entry in self._files]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in (*tasks, telling):
                task.cancel()
            await asyncio.gather(*tasks, telling, return_exceptions=True)
        await self._item(self._progress())
        return {"files": self._done, "kept": self._kept, "bytes": self._fetched}

    def _progress(self) -> dict[str, Any]:
        return {
            "file": self._current,
            "files": {"done": self._done, "total": len(self._files)},
            "bytes": {"done": self._settled + sum(list(self._moving.values())), "total": self._total},
        }

    async def _tell(self) -> None:
        before: Any = None
        while True:
            now = self._progress()
            if now != before:
                await self._item(now)
                before = now
            await asyncio.sleep(_TOLD_EVERY)

    async def _file(self, entry: Any) -> None:
        relative = _below(self._path, entry.path)
        target = self._folder / relative
        if not self._verify and _is_same(target, entry):
            self._kept += 1
        else:
            self._current = relative
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            await self._copy(entry, target, relative)
            self._fetched += entry.size
        self._settled += entry.size
        self._done += 1

    async def _copy(self, entry: Any, target: Path, relative: str) -> None:
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        self._moving[relative] = 0

        def advance(advance: int = 0, **_rest: Any) -> None:
            self._moving[relative] += advance

        try:
            with part.open("wb") as file:
                os.chmod(part, 0o600)
                await self._volume.read_file_into_fileobj.aio(entry.path, file, progress_cb=advance)
                file.flush()
                os.fsync(file.fileno())
            # Should it have grown since it was listed, its time on the volume tells so next time.
            os.utime(part, (time.time(), entry.mtime))
            part.replace(target)
        finally:
            del self._moving[relative]
            part.unlink(missing_ok=True)


def _is_same(target: Path, entry: Any) -> bool:
    try:
        there = target.stat()
    except OSError:
        return False
    return there.st_size == entry.size and int(there.st_mtime) == int(entry.mtime)


def _below(path: str, entry: str) -> str:
    """The entry's place below the folder that was asked for; its own name when it is that file itself."""
    whole = posixpath.normpath(entry.lstrip("/"))
    if whole == path:
        return posixpath.basename(whole)
    relative = posixpath.relpath(whole, path) if path else whole
    if relative.startswith("..") or posixpath.isabs(relative):
        raise NotFound(f"{entry} is not below {path}")
    return relative
