"""
What is known of an upload, so that going on with it neither hashes nor sends anything twice. Lines of JSON, appended as things become true:

    {"file": "a/b", "size": 1, "mtime": 2, "from": 0, "blocks": ["<sha256>", …]}   blocks `from`… of that file
    {"file": "a/b", "size": 1, "mtime": 2, "sha256": "…"}                          the file as a whole
    {"put": "<sha256>", "answer": "<base64>"}                                      the store took a block, and said so
    {"kept": ["a/b", …], "on": "vo-…"}                                             committed to that volume, or about to be

A file that has another size or time by now is not known. A torn last line counts as never written.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Known:
    """Of one file: its blocks as far as they were hashed, and the hash of all of it."""

    size: int
    mtime: int
    blocks: list[bytes] = field(default_factory=list)
    sha256: str | None = None


class Manifest:
    def __init__(self, path: Path, volume_id: str) -> None:
        self._path = path
        self._volume_id = volume_id
        self._files: dict[str, Known] = {}
        self._kept: set[str] = set()
        self.answers: dict[bytes, bytes] = {}
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._load()
        self._rewrite()
        self._out = path.open("ab")

    def close(self) -> None:
        self._out.close()

    def known(self, name: str, size: int, mtime: int) -> Known:
        """What is known of the file as it is now; filled further by `hashed`."""
        found = self._files.get(name)
        if found is None or (found.size, found.mtime) != (size, mtime):
            found = self._files[name] = Known(size, mtime)
            self._kept.discard(name)
        return found

    def is_kept(self, name: str) -> bool:
        """Whether this volume was given the file as it is now (ask `known` first)."""
        return name in self._kept

    def hashed(self, name: str, known: Known, blocks: list[bytes]) -> None:
        start = len(known.blocks)
        known.blocks.extend(blocks)
        self._append(_blocks_line(name, known, start))

    def hashed_whole(self, name: str, known: Known, sha256: str) -> None:
        known.sha256 = sha256
        self._append(_whole_line(name, known))

    def put(self, digest: bytes, answer: bytes) -> None:
        self.answers[digest] = answer
        self._append(_put_line(digest, answer))

    def keep(self, names: list[str]) -> None:
        for name in names:
            known = self._files[name]
            if not known.blocks and known.sha256 is None:
                # Empty: without a line of its own it would be unknown next time.
                self._append(_blocks_line(name, known, 0))
        self._kept.update(names)
        self._append({"kept": names, "on": self._volume_id})

    def forget(self, name: str) -> None:
        """The file changed while it was read."""
        self._files.pop(name, None)
        self._kept.discard(name)

    def forget_answers(self) -> None:
        self.answers.clear()

    # ---- the file

    def _append(self, line: dict[str, Any]) -> None:
        self._out.write(_encoded(line))
        self._out.flush()

    def _load(self) -> None:
        try:
            text = self._path.read_bytes()
        except FileNotFoundError:
            return
        for line in text.splitlines():
            try:
                self._take(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError):
                continue

    def _take(self, line: dict[str, Any]) -> None:
        if "put" in line:
            self.answers[bytes.fromhex(line["put"])] = base64.b64decode(line["answer"])
        elif "kept" in line:
            if line["on"] == self._volume_id:
                self._kept.update(line["kept"])
        elif "sha256" in line:
            self.known(line["file"], line["size"], line["mtime"]).sha256 = line["sha256"]
        else:
            known = self.known(line["file"], line["size"], line["mtime"])
            if line["from"] == len(known.blocks):
                known.blocks.extend(bytes.fromhex(block) for block in line["blocks"])

    def _rewrite(self) -> None:
        """Without what came twice, and without the answers that have served."""
        waiting = {block for name, known in self._files.items() if name not in self._kept for block in known.blocks}
        self.answers = {digest: answer for digest, answer in self.answers.items() if digest in waiting}
        beside = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            for name, known in self._files.items():
                if known.blocks or (name in self._kept and known.sha256 is None):
                    out.write(_encoded(_blocks_line(name, known, 0)))
                if known.sha256 is not None:
                    out.write(_encoded(_whole_line(name, known)))
            for digest, answer in self.answers.items():
                out.write(_encoded(_put_line(digest, answer)))
            if self._kept:
                out.write(_encoded({"kept": sorted(self._kept), "on": self._volume_id}))
        beside.replace(self._path)


def _blocks_line(name: str, known: Known, start: int) -> dict[str, Any]:
    blocks = [block.hex() for block in known.blocks[start:]]
    return {"file": name, "size": known.size, "mtime": known.mtime, "from": start, "blocks": blocks}


def _whole_line(name: str, known: Known) -> dict[str, Any]:
    return {"file": name, "size": known.size, "mtime": known.mtime, "sha256": known.sha256}


def _put_line(digest: bytes, answer: bytes) -> dict[str, Any]:
    return {"put": digest.hex(), "answer": base64.b64encode(answer).decode()}


def _encoded(line: dict[str, Any]) -> bytes:
    return json.dumps(line, separators=(",", ":")).encode() + b"\n"
