"""
A folder or file of this machine onto a volume, such that it can be cut off anywhere and gone on with: what was hashed, what the store took
and what was committed stands in a manifest (manifest.py). Files are committed in batches, in the order of their names or in that which the
caller gave. Internal calls of Modal's: `batch_upload` of the public API tells no progress, hashes everything anew and knows no manifest.
"""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from modal_proto import api_pb2

from .errors import BadRequest, NotFound, status_of
from .manifest import Known, Manifest
from .put import PutRefused, put
from .rpc import blob, unary
from .tree import BLOCK_SIZE, Changed, Local, hash_blocks, hash_whole, one_below, read_block, scan
from .values import text
from .volumes import entries_below, found_volume

_TOLD_EVERY = 0.2
# Of one commit.
_BATCH_BYTES, _BATCH_FILES = 512 << 20, 1000
# Of which one file is hashed in one go, so that little is lost and much is told.
_STRETCH = 16
_HASHERS = 2
# In memory and on the line at once: what a cut may cost.
_MOVING_BYTES, _MOVING_BLOCKS = 64 << 20, 96
_WHOLE_FILES_AT_ONCE = 20
_INLINE = 4 << 20
# An address may have become too old, or the store may have lost a block again.
_ROUNDS = 6

Item = Callable[[Any], Awaitable[None]]


class AlreadyThere(Exception):
    """Another file has that name on the volume."""


class NotVerified(Exception):
    """What the volume lists is not what was sent."""


async def volumeUpload(given: dict[str, Any], item: Item) -> dict[str, Any]:  # noqa: N802 - the name on the wire
    name, into = text(given, "volume"), text(given, "path", "").strip("/")
    root, manifest = Path(text(given, "local")), Path(text(given, "manifest"))
    create = given.get("create")
    if not (root.is_absolute() and manifest.is_absolute()):
        raise BadRequest("paths must be absolute")
    if create not in (None, 1, 2):
        raise BadRequest("create must be 1 or 2")
    files = await asyncio.to_thread(_chosen, root, given.get("names"))
    called = given.get("as")
    if called is not None:
        if root.is_dir() or not isinstance(called, str) or called in ("", ".", "..") or "/" in called:
            raise BadRequest("only one file can go by another name, and that has no slash")
        files = [replace(files[0], name=called)]
    volume = await found_volume(name, create)
    book = Manifest(manifest, volume.id)
    try:
        upload = _Upload(volume.id, name, into, files, book, given.get("force") is True, item)
        return await (_run2(upload) if volume.version == 2 else _run1(upload))
    finally:
        book.close()


def _chosen(root: Path, names: Any) -> list[Local]:
    """All files, or those that were asked for in the order in which they were; these through links to folders, too."""
    if names is None:
        return scan(root)
    if not isinstance(names, list):
        raise BadRequest("names must be a list")
    try:
        return [one_below(root, str(name)) for name in names]
    except FileNotFoundError as error:
        raise BadRequest(f"{error.filename} does not exist") from None


class _Upload:
    """What is to be done, how far it is, and who is told."""

    def __init__(
        self, volume_id: str, volume: str, into: str, files: Sequence[Local], book: Manifest, force: bool, item: Item
    ) -> None:  # fmt: skip
        self.volume_id = volume_id
        self.volume = volume
        self.into = into
        self.files = files
        self.book = book
        self.force = force
        self._item = item
        self.total = sum(file.size for file in files)
        self.stage = "compare"
        self.current = ""
        self.hashed = self.sent = self.there = 0
        # Bytes settled and files settled: sent, or there already.
        self.settled = self.done = 0
        # Under way, by whatever key.
        self.moving: dict[Any, int] = {}

    def remote(self, file: Local) -> str:
        return posixpath.join(self.into, file.name)

    async def run(self, send: Callable[[list[Local]], Awaitable[None]]) -> dict[str, Any]:
        telling = asyncio.create_task(self._tell())
        try:
            left = await self._left()
            self.stage = "send"
            await send(left)
            self.stage = "verify"
            await self._verify()
        finally:
            telling.cancel()
            await asyncio.gather(telling, return_exceptions=True)
        await self._item(self.progress())
        kept = len(self.files) - len(left)
        return {"files": len(self.files), "kept": kept, "bytes": self.total, "sent": self.sent, "there": self.there}

    def progress(self) -> dict[str, Any]:
        moving = sum(self.moving.values())
        return {
            "stage": self.stage,
            "file": self.current,
            "files": {"done": self.done, "total": len(self.files)},
            "bytes": {"done": min(self.total, self.settled + moving), "total": self.total},
            "hashed": self.hashed,
            "sent": self.sent + moving,
            "there": self.there,
        }

    async def _tell(self) -> None:
        before: Any = None
        while True:
            now = self.progress()
            if now != before:
                await self._item(now)
                before = now
            await asyncio.sleep(_TOLD_EVERY)

    def settle(self, file: Local, credited: int, there: int) -> None:
        """A file is done: `credited` of its bytes counted before, `there` of them were not sent."""
        self.done += 1
        self.settled += file.size - credited
        self.there += there

    async def _listed(self) -> dict[str, int]:
        """Sizes by path of what the volume has below the place."""
        try:
            entries = await entries_below(self.volume, self.into or "/")
        except NotFound:
            return {}
        return {entry.path.lstrip("/"): entry.size for entry in entries}

    async def _left(self) -> list[Local]:
        """Without what was committed before and is still there. Raises `AlreadyThere` for what is not ours to write over."""
        listed = await self._listed()
        left, taken = [], []
        for file in self.files:
            self.book.known(file.name, file.size, file.mtime)
            ours, there = self.book.is_kept(file.name), listed.get(self.remote(file))
            if ours and there == file.size:
                self.settle(file, 0, file.size)
                continue
            if there is not None and not ours:
                taken.append(self.remote(file))
            left.append(file)
        if taken and not self.force:
            more = "" if len(taken) == 1 else f" and {len(taken) - 1} more"
            raise AlreadyThere(f"{taken[0]}{more} is on the volume {self.volume} already, from elsewhere")
        return left

    async def _verify(self) -> None:
        listed = await self._listed()
        for file in self.files:
            there = listed.get(self.remote(file))
            if there != file.size:
                found = "is not listed" if there is None else f"has {there} bytes there, {file.size} here"
                raise NotVerified(f"{self.remote(file)} {found}")


def _batches(files: Sequence[Local]) -> Iterator[list[Local]]:
    batch: list[Local] = []
    size = 0
    for file in files:
        if batch and (size + file.size > _BATCH_BYTES or len(batch) >= _BATCH_FILES):
            yield batch
            batch, size = [], 0
        batch.append(file)
        size += file.size
    if batch:
        yield batch


def _check_same(files: Sequence[Local], book: Manifest) -> None:
    for file in files:
        if not file.is_same():
            book.forget(file.name)
            raise Changed(f"{file.path} changed while it was uploaded")


async def _ahead(
    batches: Iterator[list[Local]], ready: Callable[[list[Local]], Awaitable[None]], send: Callable[[list[Local]], Awaitable[None]]
) -> None:  # fmt: skip
    """The next batch is made ready while one is sent."""

    async def following() -> list[Local] | None:
        batch = next(batches, None)
        if batch is not None:
            await ready(batch)
        return batch

    coming = asyncio.create_task(following())
    try:
        while (batch := await coming) is not None:
            coming = asyncio.create_task(following())
            await send(batch)
    finally:
        coming.cancel()
        await asyncio.gather(coming, return_exceptions=True)


# ---- version 2: blocks


async def _run2(upload: _Upload) -> dict[str, Any]:
    sender = _Blocks(upload)
    return await upload.run(lambda left: _ahead(_batches(left), sender.hash, sender.send))


@dataclass(frozen=True)
class _Missing:
    file: Local
    index: int
    digest: bytes
    url: str


class _Blocks:
    def __init__(self, upload: _Upload) -> None:
        self._upload = upload
        self._book = upload.book
        self._hashers = asyncio.Semaphore(_HASHERS)
        self._room = _Room(_MOVING_BYTES, _MOVING_BLOCKS)

    async def hash(self, batch: list[Local]) -> None:
        small = [file for file in batch if file.blocks <= 1]
        groups = [small[start : start + 64] for start in range(0, len(small), 64)]
        await _all([*(self._hash_small(group) for group in groups), *(self._hash_file(file) for file in batch if file.blocks > 1)])

    def _known(self, file: Local) -> Known:
        return self._book.known(file.name, file.size, file.mtime)

    async def _hash_small(self, files: list[Local]) -> None:
        unknown = [file for file in files if len(self._known(file).blocks) < file.blocks]
        async with self._hashers:
            found = await asyncio.to_thread(lambda: [hash_blocks(file, 0, file.blocks) for file in unknown])
        for file, blocks in zip(unknown, found, strict=True):
            self._book.hashed(file.name, self._known(file), blocks)
        self._upload.hashed += sum(file.size for file in files)

    async def _hash_file(self, file: Local) -> None:
        known = self._known(file)
        async with self._hashers:
            while len(known.blocks) < file.blocks:
                first = len(known.blocks)
                end = min(first + _STRETCH, file.blocks)
                self._book.hashed(file.name, known, await asyncio.to_thread(hash_blocks, file, first, end))
        self._upload.hashed += file.size

    async def send(self, batch: list[Local]) -> None:
        """Until the volume has them all."""
        upload = self._upload
        # Bytes of each file that count as done before it is committed.
        credit: dict[str, int] = {}
        for _ in range(_ROUNDS):
            _check_same(batch, self._book)
            upload.current = batch[-1].name
            # Said before: should we die right after the commit, they are ours all the same.
            self._book.keep([file.name for file in batch])
            missing = await self._announce(batch)
            if not missing:
                for file in batch:
                    upload.settle(file, credit.get(file.name, 0), 0 if credit else file.size)
                return
            if not credit:
                self._credit_there(batch, missing, credit)
            await _all([self._put(one, credit) for one in missing])
        raise NotVerified(f"after {_ROUNDS} rounds the volume still misses blocks of {batch[0].name}")

    def _credit_there(self, batch: list[Local], missing: list[_Missing], credit: dict[str, int]) -> None:
        """Blocks that need not be sent."""
        credit.update((file.name, file.size) for file in batch)
        for one in missing:
            credit[one.file.name] -= _block_bytes(one)
        self._upload.settled += sum(credit.values())
        self._upload.there += sum(credit.values())

    async def _announce(self, batch: list[Local]) -> list[_Missing]:
        """Commits the files, unless blocks are missing."""
        blocks = [self._known(file).blocks for file in batch]

        def request() -> api_pb2.VolumePutFiles2Request:
            answers = self._book.answers
            return api_pb2.VolumePutFiles2Request(
                volume_id=self._upload.volume_id,
                files=[
                    api_pb2.VolumePutFiles2Request.File(
                        path=self._upload.remote(file),
                        mode=file.mode,
                        size=file.size,
                        blocks=[
                            api_pb2.VolumePutFiles2Request.Block(contents_sha256=digest, put_response=answers.get(digest))
                            for digest in digests
                        ],
                    )
                    for file, digests in zip(batch, blocks, strict=True)
                ],
            )

        try:
            answer = await unary("VolumePutFiles2", request())
        except Exception as error:
            if not self._book.answers or status_of(error) not in {"INVALID_ARGUMENT", "FAILED_PRECONDITION", "PERMISSION_DENIED"}:
                raise
            # Answers of an earlier time may not count any more; without them it says what is missing.
            self._book.forget_answers()
            answer = await unary("VolumePutFiles2", request())
        return [
            _Missing(batch[one.file_index], one.block_index, blocks[one.file_index][one.block_index], one.put_url)
            for one in answer.missing_blocks
        ]

    async def _put(self, one: _Missing, credit: dict[str, int]) -> None:
        upload, key, size = self._upload, object(), _block_bytes(one)
        async with self._room.of(size):
            data = await asyncio.to_thread(read_block, one.file, one.index)
            upload.current = one.file.name

            def told(count: int) -> None:
                upload.moving[key] = count

            try:
                answer = await put(one.url, data, told)
            except PutRefused as error:
                # 403 and the like: the address is too old; the next round brings another.
                if error.status == 400:
                    _check_same([one.file], self._book)
                if error.status not in (401, 403, 404, 410):
                    raise
                return
            finally:
                upload.moving.pop(key, None)
        self._book.put(one.digest, answer)
        credit[one.file.name] += size
        upload.sent += len(data)
        upload.settled += size


def _block_bytes(one: _Missing) -> int:
    return min(BLOCK_SIZE, one.file.size - one.index * BLOCK_SIZE)


class _Room:
    """So many bytes and so many blocks at once, in the order in which they were asked for."""

    def __init__(self, most_bytes: int, most: int) -> None:
        self._bytes = most_bytes
        self._count = asyncio.Semaphore(most)
        self._some = asyncio.Condition()

    def of(self, size: int) -> _Place:
        return _Place(self, size)

    async def enter(self, size: int) -> None:
        await self._count.acquire()
        async with self._some:
            await self._some.wait_for(lambda: self._bytes >= size)
            self._bytes -= size

    async def leave(self, size: int) -> None:
        self._count.release()
        async with self._some:
            self._bytes += size
            self._some.notify_all()


@dataclass(frozen=True)
class _Place:
    room: _Room
    size: int

    async def __aenter__(self) -> None:
        await self.room.enter(self.size)

    async def __aexit__(self, *_: object) -> None:
        await self.room.leave(self.size)


# ---- version 1: whole files


async def _run1(upload: _Upload) -> dict[str, Any]:
    sender = _Whole(upload)
    return await upload.run(lambda left: _ahead(_batches(left), sender.hash, sender.send))


class _Whole:
    def __init__(self, upload: _Upload) -> None:
        self._upload = upload
        self._book = upload.book
        self._hashers = asyncio.Semaphore(_HASHERS)
        self._places = asyncio.Semaphore(_WHOLE_FILES_AT_ONCE)

    def _known(self, file: Local) -> Known:
        return self._book.known(file.name, file.size, file.mtime)

    async def hash(self, batch: list[Local]) -> None:
        await _all([self._hash_file(file) for file in batch])

    async def _hash_file(self, file: Local) -> None:
        async with self._hashers:
            known = self._known(file)
            if known.sha256 is None:
                self._book.hashed_whole(file.name, known, await asyncio.to_thread(hash_whole, file))
            self._upload.hashed += file.size

    async def send(self, batch: list[Local]) -> None:
        upload = self._upload
        missing = await self._missing([self._known(file).sha256 or "" for file in batch])
        sent = await _all([self._file(file, self._known(file).sha256 in missing) for file in batch])
        _check_same(batch, self._book)
        self._book.keep([file.name for file in batch])
        files = [
            api_pb2.MountFile(filename=upload.remote(file), sha256_hex=self._known(file).sha256 or "", mode=file.mode) for file in batch
        ]
        await unary("VolumePutFiles", api_pb2.VolumePutFilesRequest(volume_id=upload.volume_id, files=files))
        for file, was_sent in zip(batch, sent, strict=True):
            upload.moving.pop(file.name, None)
            upload.settle(file, 0, 0 if was_sent else file.size)
            upload.sent += file.size if was_sent else 0

    async def _missing(self, digests: list[str]) -> set[str]:
        """Which of them Modal does not have."""
        try:
            request = api_pb2.MountBatchedCheckExistenceRequest(sha256_hex_hashes=digests)
            return set((await unary("MountBatchedCheckExistence", request)).missing_sha256_hex_hashes)
        except Exception as error:
            if not isinstance(error, AttributeError) and status_of(error) != "UNIMPLEMENTED":
                raise
            # Clients of before know no such question.
            places = asyncio.Semaphore(_WHOLE_FILES_AT_ONCE)

            async def is_there(digest: str) -> bool:
                async with places:
                    return bool((await unary("MountPutFile", api_pb2.MountPutFileRequest(sha256_hex=digest))).exists)

            return {digest for digest, there in zip(digests, await _all([is_there(one) for one in digests]), strict=True) if not there}

    async def _file(self, file: Local, missing: bool) -> bool:
        """Whether it had to be sent."""
        if not missing:
            return False
        async with self._places:
            digest = self._known(file).sha256 or ""
            self._upload.current = file.name
            if file.size < _INLINE:
                data = await asyncio.to_thread(file.path.read_bytes)
                request = api_pb2.MountPutFileRequest(data=data, sha256_hex=digest)
            else:
                request = api_pb2.MountPutFileRequest(data_blob_id=await self._blob(file, digest), sha256_hex=digest)
            for _ in range(600):
                if (await unary("MountPutFile", request)).exists:
                    self._upload.moving[file.name] = file.size
                    return True
                await asyncio.sleep(1)
            raise NotVerified(f"{file.name} was sent, and Modal does not have it after ten minutes")

    async def _blob(self, file: Local, digest: str) -> str:
        moving = self._upload.moving

        def told(advance: int = 0, reset: bool = False, **_rest: Any) -> None:
            moving[file.name] = 0 if reset else moving.get(file.name, 0) + advance

        pause = 1.0
        for left in (3, 2, 1, 0):
            moving[file.name] = 0
            try:
                return await blob(file.path, digest, told)
            except Exception:
                _check_same([file], self._book)
                if left == 0:
                    raise
                await asyncio.sleep(pause)
                pause *= 3
        raise AssertionError


async def _all(works: Sequence[Awaitable[Any]]) -> list[Any]:
    """All of them; the first error ends the others."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
