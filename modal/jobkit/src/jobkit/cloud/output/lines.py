"""From pieces of bytes to lines of sound UTF-8, however long a line is."""

from __future__ import annotations

#: A longer line of text is broken.
LONGEST = 16 << 10
#: Events are never broken up to here; a longer one is no event of ours.
LONGEST_EVENT = 1 << 20
EVENT = b'{"v":'


class Lines:
    """`add()` returns the lines that a piece completes, without newline and carriage return."""

    def __init__(self) -> None:
        self._rest = b""

    def add(self, piece: bytes) -> list[bytes]:
        *whole, self._rest = (self._rest + piece).split(b"\n")
        found = [part for line in whole for part in _broken(line)]
        while len(self._rest) > _longest(self._rest):
            part, self._rest = _cut(self._rest, _longest(self._rest))
            found.append(_sound(part))
        return found

    def end(self) -> list[bytes]:
        """What is left when no more comes."""
        rest, self._rest = self._rest, b""
        return _broken(rest) if rest else []


def _longest(line: bytes) -> int:
    return LONGEST_EVENT if line.startswith(EVENT) else LONGEST


def _broken(line: bytes) -> list[bytes]:
    parts = []
    while len(line) > _longest(line):
        part, line = _cut(line, _longest(line))
        parts.append(_sound(part))
    return [*parts, _sound(line.removesuffix(b"\r"))]


def _cut(line: bytes, at: int) -> tuple[bytes, bytes]:
    """Never amid a character."""
    for back in range(4):
        if line[at - back] & 0xC0 != 0x80:
            return line[: at - back], line[at - back :]
    return line[:at], line[at:]


def _sound(line: bytes) -> bytes:
    """Bytes that are no UTF-8 would not survive the way to whoever reads the preview."""
    return line.decode("utf-8", "replace").encode()
