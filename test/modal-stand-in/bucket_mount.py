"""A bucket as a folder: filled from the bucket, and whatever is written there goes to the bucket when the file is closed.

More lenient than Mountpoint for S3, which Modal uses: files may be written at any place, renamed and overwritten. Closing is told by
inotify; where there is none, the bucket gets everything at the end.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import shutil
import struct
from pathlib import Path
from typing import Any

CLOSE_WRITE, MOVED_FROM, MOVED_TO, CREATE, DELETE = 0x8, 0x40, 0x80, 0x100, 0x200
WATCHED = CLOSE_WRITE | MOVED_FROM | MOVED_TO | CREATE | DELETE
NONBLOCK = 0o4000
EVENT = struct.Struct("iIII")


class BucketMount:
    """One bucket (below `prefix`) in one folder. `client` is a boto3 S3 client with the container's credentials."""

    def __init__(self, client: Any, bucket: str, prefix: str, folder: Path, *, read_only: bool) -> None:
        self.folder = folder
        self._client = client
        self._bucket = bucket
        self._prefix = prefix
        self._read_only = read_only
        self._known: dict[str, tuple[int, int]] = {}
        self._watches: dict[int, str] = {}
        self._inotify = -1
        self._busy = asyncio.Lock()
        self._tasks: set[asyncio.Task] = set()
        # What could not be written to the bucket, by path.
        self.failed: dict[str, str] = {}

    async def fill(self) -> None:
        """Makes the folder what the bucket is; then watches it. Raises botocore's errors when the bucket may not be read."""
        await asyncio.to_thread(self._download)
        if not self._read_only:
            self._watch()

    async def close(self) -> None:
        """Writes what is not in the bucket yet, and deletes the folder."""
        if self._inotify >= 0:
            asyncio.get_running_loop().remove_reader(self._inotify)
            os.close(self._inotify)
            self._inotify = -1
        if self._tasks:
            await asyncio.wait(set(self._tasks))
        if not self._read_only:
            await self._sync()
        await asyncio.to_thread(shutil.rmtree, self.folder, True)

    def _download(self) -> None:
        self.folder.mkdir(parents=True)
        for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix):
            for item in page.get("Contents", []):
                path = item["Key"][len(self._prefix) :]
                target = Path(os.path.normpath(self.folder / path))
                # Keys that are no path below the folder cannot be shown as a file; Mountpoint leaves them out too.
                if not path or self.folder not in target.parents:
                    continue
                if path.endswith("/"):
                    target.mkdir(parents=True, exist_ok=True)
                    continue
                target.parent.mkdir(parents=True, exist_ok=True)
                self._client.download_file(self._bucket, item["Key"], str(target))
                self._known[path] = _stamp(target)

    def _watch(self) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        if not hasattr(libc, "inotify_init1"):
            return
        self._inotify = libc.inotify_init1(NONBLOCK)
        if self._inotify < 0:
            return
        self._libc = libc
        self._watch_folder("")
        asyncio.get_running_loop().add_reader(self._inotify, self._told)

    def _watch_folder(self, path: str) -> None:
        here = self.folder / path
        watch = self._libc.inotify_add_watch(self._inotify, os.fsencode(here), WATCHED)
        if watch < 0:
            return
        self._watches[watch] = path
        for entry in os.scandir(here):
            if entry.is_dir(follow_symlinks=False):
                self._watch_folder(f"{path}/{entry.name}" if path else entry.name)

    def _told(self) -> None:
        """Something happened below: the whole folder is compared, which is little work for what a test mounts."""
        with contextlib.suppress(BlockingIOError):
            data = os.read(self._inotify, 65536)
            closed = False
            while data:
                watch, mask, _, length = EVENT.unpack_from(data)
                name = data[EVENT.size : EVENT.size + length].rstrip(b"\0").decode(errors="surrogateescape")
                data = data[EVENT.size + length :]
                above = self._watches.get(watch, "")
                path = self.folder / above / name
                if mask & (CREATE | MOVED_TO) and path.is_dir():
                    self._watch_folder(f"{above}/{name}" if above else name)
                closed = closed or bool(mask & ~CREATE)
            if closed:
                task = asyncio.get_running_loop().create_task(self._sync())
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def _sync(self) -> None:
        async with self._busy:
            await asyncio.to_thread(self._compare)

    def _compare(self) -> None:
        found: dict[str, tuple[int, int]] = {}
        for here, _, names in os.walk(self.folder):
            for name in names:
                file = Path(here) / name
                with contextlib.suppress(FileNotFoundError):
                    found[str(file.relative_to(self.folder))] = _stamp(file)
        for path in sorted(found):
            if self._known.get(path) != found[path]:
                self._send(path, self._client.upload_file, str(self.folder / path), self._bucket, self._prefix + path)
        for path in sorted(set(self._known) - set(found)):
            self._send(path, lambda key: self._client.delete_object(Bucket=self._bucket, Key=key), self._prefix + path)
        self._known = found

    def _send(self, path: str, act: Any, *arguments: str) -> None:
        try:
            act(*arguments)
        except Exception as error:  # boto3 has no one class for its errors
            self.failed[path] = str(error)


def _stamp(file: Path) -> tuple[int, int]:
    status = file.stat()
    return status.st_mtime_ns, status.st_size
