"""A container's log: a file of numbered lines, and the same lines in the preview."""

from __future__ import annotations

import os
import threading
import zlib
from collections.abc import Sequence
from pathlib import Path

from jobkit.cloud.output.preview import Preview

FILE = "log"
#: One container writes no more: a child that prints without end must not fill the disk.
MOST_BYTES = 256 << 20
#: What our own words may take beyond that.
_RESERVE = 1 << 16
_BLOCK = 1 << 20


def numbered(container: str, number: int, text: bytes) -> bytes:
    """A line as it is printed: name, number, CRC-32 of `NAME:NUMBER:TEXT`, the text, a newline."""
    # With name and number: a line spliced from two must not pass under a wrong number.
    place = b"%s:%d:" % (container.encode(), number)
    return place + b"%08x %s\n" % (zlib.crc32(place + text), text)


class Log:
    """Appends lines. Numbers count the lines of the file and go on with what is there."""

    def __init__(
        self, path: Path, container: str, preview: Preview, most: int = MOST_BYTES
    ) -> None:
        self._container = container
        self._preview = preview
        self._limit = self._most = most
        self._lock = threading.Lock()
        self.number, self._size, torn = _count(path)
        self._fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self.left_out = 0
        self._broken: OSError | None = None
        if torn:
            self.number += 1
            self._write(b"\n")

    def lines(self, texts: Sequence[bytes]) -> None:
        """UTF-8, without newlines. Beyond the limit they are counted, and no more."""
        self._add(texts, self._most)

    def say(self, text: str) -> None:
        """Our own words, which are heard even when a child has used up the limit."""
        self._add([line.encode() for line in text.split("\n")], self._most + _RESERVE)

    def _add(self, texts: Sequence[bytes], most: int) -> None:
        with self._lock:
            whole = b"".join(text + b"\n" for text in texts)
            if self._size + len(whole) > most:
                room, taken = most - self._size, 0
                while taken < len(texts) and len(texts[taken]) < room:
                    room -= len(texts[taken]) + 1
                    taken += 1
                self.left_out += len(texts) - taken
                texts = texts[:taken]
                whole = b"".join(text + b"\n" for text in texts)
                self._most = min(self._most, self._size + len(whole))  # nothing after a gap
            self._write(whole)
            for text in texts:
                self.number += 1
                self._preview.put(numbered(self._container, self.number, text))

    def _write(self, data: bytes) -> None:
        self._size += len(data)
        try:
            while data and self._broken is None:
                data = data[os.write(self._fd, data) :]
        except OSError as e:  # a full disk: the job's own files will say so
            self._broken = e
            self._preview.put(f"the log cannot be written: {e.strerror}\n".encode())

    def close(self) -> None:
        if self.left_out:
            left, self.left_out = self.left_out, 0
            self.say(
                f"the log is full ({self._limit >> 20} MiB): {left:,} more lines were left out"
            )
        os.close(self._fd)


def _count(path: Path) -> tuple[int, int, bool]:
    """(whole lines, bytes, whether the last line has no end)"""
    lines, size, last = 0, 0, b"\n"
    try:
        with open(path, "rb") as f:
            while block := f.read(_BLOCK):
                lines += block.count(b"\n")
                size += len(block)
                last = block[-1:]
    except FileNotFoundError:
        pass
    return lines, size, last != b"\n"
