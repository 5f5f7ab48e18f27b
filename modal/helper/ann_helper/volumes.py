"""Files of volumes."""

from __future__ import annotations

import asyncio
import base64
import fcntl
import glob
import os
import posixpath
import time
from contextlib import aclosing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import modal
from modal.volume import FileEntryType
from modal_proto import api_pb2

from .download import DownloadError, download
from .errors import BadRequest, NotFound, is_contact, status_of
from .rpc import environment_name, unary
from .values import count, millis, text

_TYPES = {FileEntryType.FILE: "file", FileEntryType.DIRECTORY: "folder", FileEntryType.SYMLINK: "link"}
# Raw bytes in one message.
_CHUNK = 1 << 17
_AT_ONCE = 4
_TOLD_EVERY = 0.2
_PAGE = 100
# Files are fetched in such stretches: what was cut off goes on behind the last whole one.
_STRETCH = 32 << 20
_STRETCH_TRIES = 6
# A file that is another one than it was when its folder was listed is looked at again so often.
_CHANGE_TRIES = 5

_known: dict[str, modal.Volume] = {}


class AlreadyHere(Exception):
    """Another file has that name on this machine."""


class _Changed(Exception):
    """A file of a volume is another one than it was."""


async def _volume(name: str) -> modal.Volume:
    """Looked up once, and again after something was not found: the name may stand for another volume by now."""
    volume = _known.get(name)
    if volume is None:
        volume = modal.Volume.from_name(name)
        await volume.hydrate.aio()
        _known[name] = volume
    return volume


@dataclass(frozen=True)
class Found:
    """A volume of the environment."""

    id: str
    version: int


async def found_volume(name: str, create: int | None = None) -> Found:
    """By its name; made with that version when it is missing. Internal VolumeGetOrCreate: the public handle does not tell the version."""
    kind = api_pb2.OBJECT_CREATION_TYPE_CREATE_IF_MISSING if create else api_pb2.OBJECT_CREATION_TYPE_UNSPECIFIED
    request = api_pb2.VolumeGetOrCreateRequest(
        deployment_name=name, environment_name=environment_name(), object_creation_type=kind, version=create or 0
    )
    answer = await unary("VolumeGetOrCreate", request)
    # An earlier one of that name may have been deleted.
    _known.pop(name, None)
    return Found(answer.volume_id, answer.metadata.version or answer.version or 1)


async def entries_below(name: str, path: str) -> list[Any]:
    """Everything below a path of a volume, or the file that it is. Raises `NotFound`."""
    return await _list(name, path, True)


async def volumes(_given: dict[str, Any], _item: Any) -> list[dict[str, Any]]:
    """All of the environment, newest first. Internal VolumeList: the public list does not tell versions."""
    rows: list[Any] = []
    while True:
        page = api_pb2.ListPagination(max_objects=_PAGE, created_before=rows[-1].created_at if rows else 0)
        answer = await unary("VolumeList", api_pb2.VolumeListRequest(environment_name=environment_name(), pagination=page))
        rows.extend(answer.items)
        if len(answer.items) < _PAGE:
            break
    return [
        {
            "name": row.label,
            "id": row.volume_id,
            "version": row.metadata.version or 1,
            "created": millis(row.created_at),
            "createdBy": row.metadata.creation_info.created_by or None,
        }
        for row in rows
    ]


async def volumeCreate(given: dict[str, Any], _item: Any) -> None:  # noqa: N802
    version = given.get("version")
    if version not in (1, 2):
        raise BadRequest("version must be 1 or 2")
    await modal.Volume.objects.create.aio(text(given, "volume"), version=version)


async def volumeDelete(given: dict[str, Any], _item: Any) -> None:  # noqa: N802
    name = text(given, "volume")
    _known.pop(name, None)
    await modal.Volume.objects.delete.aio(name)


async def volumeRemove(given: dict[str, Any], _item: Any) -> None:  # noqa: N802
    """A file, or a folder with all that is in it."""
    name, path = text(given, "volume"), text(given, "path").strip("/")
    if not path:
        raise BadRequest("a path is needed; the whole volume is deleted otherwise")
    volume = await _volume(name)
    try:
        await volume.remove_file.aio(path, recursive=True)
    except Exception as error:
        if status_of(error) == "NOT_FOUND" or isinstance(error, FileNotFoundError):
            raise NotFound(f"{path} is not on the volume {name}") from error
        raise


async def volumeUsage(given: dict[str, Any], _item: Any) -> dict[str, Any]:  # noqa: N802
    """What is stored: of everything, and of each thing at the top. Modal tells no totals: every entry is listed and counted here."""
    name = text(given, "volume")
    try:
        entries = await _list(name, "/", True)
    except NotFound:
        entries = []
    tops: dict[str, dict[str, Any]] = {}
    for entry in entries:
        path = entry.path.strip("/")
        first, _, rest = path.partition("/")
        top = tops.setdefault(first, {"name": first, "folder": False, "files": 0, "bytes": 0})
        top["folder"] = top["folder"] or bool(rest) or entry.type == FileEntryType.DIRECTORY
        if entry.type == FileEntryType.FILE:
            top["files"] += 1
            top["bytes"] += entry.size
    return {
        "files": sum(top["files"] for top in tops.values()),
        "bytes": sum(top["bytes"] for top in tops.values()),
        "tops": sorted(tops.values(), key=lambda top: top["name"]),
    }


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
    """
    A folder or file of a volume into a local folder, the file perhaps by another name (`as`); what is there with the same size and time
    stays. Other files of these names are written over, unless `overwrite` is false. Each file appears whole; what was cut off is kept under
    a name with a leading dot and gone on with next time. Somebody may write there meanwhile: a file that changes is fetched as it then is,
    one that goes is left out.
    """
    name, path = text(given, "volume"), text(given, "path").strip("/")
    folder, called = Path(text(given, "folder")), given.get("as")
    if not folder.is_absolute():
        raise BadRequest("the folder must be absolute")
    listed = await _list(name, path or "/", True)
    targets = [
        (entry, folder / (called if called and _is_itself(path, entry.path) else _below(path, entry.path)))
        for entry in listed
        if entry.type in (FileEntryType.FILE, FileEntryType.DIRECTORY)
    ]
    files = [(entry, target) for entry, target in targets if entry.type == FileEntryType.FILE]
    if given.get("overwrite") is False:
        taken = [target for entry, target in files if os.path.lexists(target) and not _is_same(target, entry)]
        if taken:
            more = "" if len(taken) == 1 else f" and {len(taken) - 1} more"
            raise AlreadyHere(f"{taken[0]}{more} is another file than on the volume {name}")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for entry, target in targets:
        if entry.type == FileEntryType.DIRECTORY:
            target.mkdir(parents=True, exist_ok=True, mode=0o700)
    fetch = _Fetch(name, await _volume(name), files, given.get("verify") is True, item)
    return await fetch.run()


class _Fetch:
    def __init__(self, name: str, volume: Any, files: list[tuple[Any, Path]], verify: bool, item: Any) -> None:
        self._name = name
        self._volume = volume
        self._files = files
        self._verify = verify
        self._item = item
        self._done = self._kept = self._fetched = self._settled = 0
        self._total = sum(entry.size for entry, _ in files)
        # Bytes so far of the files that are under way; counted by the client's own thread.
        self._moving: dict[str, int] = {}
        self._current = ""

    async def run(self) -> dict[str, Any]:
        places = asyncio.Semaphore(_AT_ONCE)

        async def one(entry: Any, target: Path) -> None:
            async with places:
                await self._file(entry, target)

        telling = asyncio.create_task(self._tell())
        tasks = [asyncio.create_task(one(entry, target)) for entry, target in self._files]
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

    async def _file(self, entry: Any, target: Path) -> None:
        if not self._verify and _is_same(target, entry):
            self._kept += 1
        else:
            self._current = entry.path
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            fetched = await self._as_it_is(entry, target)
            if fetched is None:
                self._total -= entry.size
                return
            self._total += fetched.size - entry.size
            self._fetched += fetched.size
            entry = fetched
        self._settled += entry.size
        self._done += 1

    async def _as_it_is(self, entry: Any, target: Path) -> Any:
        """The entry that was fetched: another one where the file changed meanwhile, None where it is gone."""
        for _ in range(_CHANGE_TRIES):
            try:
                await self._copy(entry, target)
                return entry
            except _Changed:
                found = await self._now(entry.path)
                if found is None:
                    _drop_parts(target)
                    return None
                entry = found
        raise NotFound(f"{entry.path} changes faster than it can be fetched")

    async def _now(self, path: str) -> Any:
        try:
            found = await _list(self._name, path, False)
        except NotFound:
            return None
        return next((one for one in found if one.path.strip("/") == path.strip("/")), None)

    async def _copy(self, entry: Any, target: Path) -> None:
        """Stretch by stretch: what was cut off goes on where it stopped, as long as it is the same file there."""
        part = target.with_name(f".{target.name}.{entry.size}-{entry.mtime}.part")
        _drop_parts(target, part)
        try:
            with open(os.open(part, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                file.seek(0, os.SEEK_END)
                # A stretch that was being written is fetched again: its bytes may not have reached the disk.
                start = min(file.tell(), entry.size) // _STRETCH * _STRETCH
                file.seek(start)
                while start < entry.size:
                    length = min(_STRETCH, entry.size - start)
                    for piece in await self._stretch(entry, start, length):
                        file.write(piece)
                    file.flush()
                    os.fsync(file.fileno())
                    start += length
                    self._moving[entry.path] = start
                file.truncate(entry.size)
            os.utime(part, (time.time(), entry.mtime))
            part.replace(target)
        except BlockingIOError:
            raise BadRequest(f"another one is fetching {target}") from None
        finally:
            self._moving.pop(entry.path, None)

    async def _stretch(self, entry: Any, start: int, length: int) -> list[bytes]:
        """`length` bytes from `start`, in order; its blocks come side by side. Internal VolumeGetFile2: the public reader has no offset."""
        for attempt in range(_STRETCH_TRIES):
            self._moving[entry.path] = start
            try:
                request = api_pb2.VolumeGetFile2Request(volume_id=self._volume.object_id, path=entry.path, start=start, len=length)
                answer = await unary("VolumeGetFile2", request)
                if answer.size != entry.size:
                    raise _Changed(entry.path)
                pieces = await asyncio.gather(*(self._block(url, entry.path) for url in answer.get_urls))
                if sum(map(len, pieces)) != length:
                    raise EOFError(f"{entry.path}: {length} bytes were asked for, {sum(map(len, pieces))} came")
                return pieces
            except Exception as error:
                if status_of(error) == "NOT_FOUND":
                    raise _Changed(entry.path) from error
                if attempt == _STRETCH_TRIES - 1 or not (is_contact(error) or isinstance(error, (EOFError, DownloadError))):
                    raise
                await asyncio.sleep(0.5 * 2**attempt)
        raise AssertionError

    async def _block(self, url: str, relative: str) -> bytes:
        data = bytearray()
        async with aclosing(download(url)) as pieces:
            async for piece in pieces:
                data += piece
                self._moving[relative] += len(piece)
        return bytes(data)


def _drop_parts(target: Path, part: Path | None = None) -> None:
    """What is left of other states of the file than `part`, unless somebody is at it."""
    for other in target.parent.glob(f".{glob.escape(target.name)}.*.part"):
        if other == part:
            continue
        with suppress(OSError), other.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            other.unlink()


def _is_same(target: Path, entry: Any) -> bool:
    try:
        there = target.stat()
    except OSError:
        return False
    return there.st_size == entry.size and int(there.st_mtime) == int(entry.mtime)


def _is_itself(path: str, entry: str) -> bool:
    return posixpath.normpath(entry.lstrip("/")) == path


def _below(path: str, entry: str) -> str:
    """The entry's place below the folder that was asked for; its own name when it is that file itself."""
    whole = posixpath.normpath(entry.lstrip("/"))
    if _is_itself(path, entry):
        return posixpath.basename(whole)
    relative = posixpath.relpath(whole, path) if path else whole
    if relative.startswith("..") or posixpath.isabs(relative):
        raise NotFound(f"{entry} is not below {path}")
    return relative
