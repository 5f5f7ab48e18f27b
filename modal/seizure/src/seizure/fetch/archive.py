"""Unpacking a ZIP archive file by file: each appears whole and checked, or not at all, so that what
was interrupted goes on."""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from jobkit.errors import Problem, Refused
from jobkit.files import BLOCK

#: What archivers of some systems add to every folder.
_LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db")
_CAN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


@dataclass(frozen=True)
class Member:
    """A file of an archive. `path`: where it goes, relative."""

    info: zipfile.ZipInfo
    path: PurePosixPath

    @property
    def bytes(self) -> int:
        return self.info.file_size


def open_archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except zipfile.BadZipFile as e:
        raise Problem(f"{path.name} is no ZIP archive", str(e)) from e


def members(archive: zipfile.ZipFile, name: str) -> tuple[Member, ...]:
    """The archive's files, without a folder that they all share.

    Refused: one would go elsewhere, is something else than a file, or takes another's place."""
    found = [_member(info, name) for info in archive.infolist() if not _is_litter(info)]
    found = [one for one in found if one is not None]
    tops = {one.path.parts[0] for one in found}
    if len(tops) == 1 and all(len(one.path.parts) > 1 for one in found):
        found = [Member(one.info, PurePosixPath(*one.path.parts[1:])) for one in found]
    seen: set[str] = set()
    for one in found:
        # Two names that differ in case only are one file on some disks.
        key = str(one.path).casefold()
        if key in seen:
            raise _unsafe(name, one.info.filename, "it is there twice")
        seen.add(key)
    return tuple(found)


def _is_litter(info: zipfile.ZipInfo) -> bool:
    return info.is_dir() or any(part in _LITTER for part in PurePosixPath(info.filename).parts)


def _member(info: zipfile.ZipInfo, name: str) -> Member:
    path = PurePosixPath(info.filename)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if path.is_absolute() or ".." in path.parts or not path.parts:
        raise _unsafe(name, info.filename, "it would go outside of the dataset's folder")
    if "\\" in info.filename or ":" in path.parts[0] or "\x00" in info.orig_filename:
        raise _unsafe(name, info.filename, "its name is a path of another system")
    if kind not in (0, stat.S_IFREG):
        raise _unsafe(name, info.filename, "it is a link or a device, not a file")
    if info.flag_bits & 1:
        raise _unsafe(name, info.filename, "it is encrypted")
    if info.compress_type not in _CAN:
        raise _unsafe(name, info.filename, f"it is compressed by method {info.compress_type}")
    return Member(info, path)


def _unsafe(name: str, member: str, why: str) -> Refused:
    return Refused(f"{name} cannot be unpacked", f"{member!r}: {why}")


def missing(wanted: Sequence[Member], folder: Path) -> tuple[Member, ...]:
    """Those that are not in `folder` yet, of the right size: what is there was put there whole."""
    return tuple(one for one in wanted if not _is_there(one, folder))


def _is_there(one: Member, folder: Path) -> bool:
    path = folder / one.path
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size == one.bytes and _crc(path) == one.info.CRC


def _crc(path: Path) -> int:
    value = 0
    with open(path, "rb") as f:
        while block := f.read(BLOCK):
            value = zlib.crc32(block, value)
    return value


def unpack(
    archive: zipfile.ZipFile, wanted: Sequence[Member], folder: Path, tick: Callable[[int], None]
) -> None:
    """Puts each file into `folder`, which nobody else writes to. `tick(bytes so far)`.

    Problem: a checksum is not the archive's; what was unpacked before stays."""
    done = 0
    for one in wanted:
        path = folder / one.path
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = path.with_name(f".{path.name}.part")
        try:
            with archive.open(one.info) as source, open(beside, "wb") as f:
                while block := source.read(BLOCK):
                    f.write(block)
                    done += len(block)
                    tick(done)
            os.replace(beside, path)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as e:
            raise Problem(
                f"{Path(archive.filename or '').name} is damaged", f"{one.info.filename}: {e}"
            ) from e
        finally:
            beside.unlink(missing_ok=True)
