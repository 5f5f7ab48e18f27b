"""A record at Zenodo: its files with their checksums, its licence and its version.

https://developers.zenodo.org/#records: GET /api/records/ID answers
{"metadata": {"title", "version", "license": {"id"}},
 "files": [{"key", "size", "checksum": "md5:HEX", "links": {"self": URL}}]}.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jobkit import download
from jobkit.errors import Problem
from jobkit.files import read_json

_ADDRESS = re.compile(r"(https?://[^/\s]+)/records/(\d+)")


@dataclass(frozen=True)
class RecordFile:
    """`name`: no path. `bytes`, `md5`: what it must be."""

    name: str
    bytes: int
    md5: str
    url: str


@dataclass(frozen=True)
class Record:
    id: str
    url: str
    title: str
    licence: str
    version: str
    files: tuple[RecordFile, ...]

    @property
    def bytes(self) -> int:
        return sum(file.bytes for file in self.files)


def read_record(url: str, into: Path, log: Callable[[str], None]) -> Record:
    """Asks for the record at `url`, "https://zenodo.org/records/10259996".

    `into`: a folder for its answer. Problem when it cannot be asked, or its answer is no record."""
    found = _ADDRESS.fullmatch(url)
    if found is None:
        raise Problem(
            "The record cannot be found", f"{download.public(url)} is no address of a record",
            "one is like https://zenodo.org/records/10259996",
        )  # fmt: skip
    host, number = found[1], found[2]
    answer = into / "record.json"
    download.remove(answer)  # a record can change: a part of an old answer is of no use
    try:
        download.download(f"{host}/api/records/{number}", answer, lambda _d, _t: None, log)
    except Problem as e:
        if isinstance(e.__cause__, OSError) and e.__cause__.errno in download.DISK:
            raise
        who = urlsplit(host).hostname
        raise Problem(
            f"{who} could not be asked for the record {number}", e.why,
            "check the connection (proxies: http_proxy, https_proxy), then try again; or fetch its "
            "files with a browser and give their folder by --from FOLDER",
        ) from e  # fmt: skip
    return _parse(read_json(answer), url, number)


def _parse(answer: dict[str, Any] | None, url: str, number: str) -> Record:
    try:
        if answer is None:
            raise ValueError("it is no JSON object")
        metadata = answer["metadata"]
        files = tuple(_file(one) for one in answer["files"])
        if not files:
            raise ValueError("it has no files that anybody may fetch")
        licence = metadata.get("license") or {}
        return Record(
            id=number,
            url=url,
            title=str(metadata.get("title", "")),
            licence=str(licence.get("id", "") if isinstance(licence, dict) else licence),
            version=str(metadata.get("version") or ""),
            files=files,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as e:
        why = f"lacks {e}" if isinstance(e, KeyError) else str(e)
        raise Problem(
            f"What {download.public(url)} answers is no record", why,
            "open the address in a browser; its files can be given by --from FOLDER",
        ) from e  # fmt: skip


def _file(one: dict[str, Any]) -> RecordFile:
    name, size = one["key"], one["size"]
    kind, _, digest = str(one["checksum"]).partition(":")
    if not isinstance(name, str) or not re.fullmatch(r"[^/\\\x00]{1,255}", name) or name[0] == ".":
        raise ValueError(f"{name!r} is no name of a file")
    if type(size) is not int or size < 0:
        raise ValueError(f"{name} has the size {size!r}")
    if kind != "md5" or not re.fullmatch(r"[0-9a-f]{32}", digest):
        raise ValueError(f"{name} has the checksum {one['checksum']!r}, not md5:HEX")
    address = str(one["links"]["self"])
    if not re.match(r"https?://[^/\s]+", address):
        raise ValueError(f"{name} is at {address!r}")
    return RecordFile(name, size, digest, address)
