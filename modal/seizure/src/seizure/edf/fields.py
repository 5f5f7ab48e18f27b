"""The fixed fields of an EDF header: where each lies, and their text and numbers read strictly.

Layout: Kemp et al. 1992, "A simple format for exchange of digitized polygraphic recordings",
doi 10.1016/0013-4694(92)90009-7; EDF+: Kemp & Olivan 2003, doi 10.1016/S1388-2457(03)00123-8."""

from __future__ import annotations

import re
from pathlib import Path

from jobkit.errors import Refused

from seizure.notices import Notice, refused

#: Bytes of the first part, and of each signal's description.
PART = 256

#: Name → where it begins, and its length. One of each in a file.
_FILE = (
    ("version", 8),
    ("patient", 80),
    ("recording", 80),
    ("start date", 8),
    ("start time", 8),
    ("bytes in the header", 8),
    ("reserved", 44),
    ("number of data records", 8),
    ("duration of a data record", 8),
    ("number of signals", 4),
)
#: One of each for every signal, all labels first, then all transducers, and so on.
_SIGNAL = (
    ("label", 16),
    ("transducer", 80),
    ("unit", 8),
    ("physical minimum", 8),
    ("physical maximum", 8),
    ("digital minimum", 8),
    ("digital maximum", 8),
    ("prefiltering", 80),
    ("samples in a data record", 8),
    ("reserved", 32),
)
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")


def _places(fields: tuple[tuple[str, int], ...]) -> dict[str, tuple[int, int]]:
    places, at = {}, 0
    for name, length in fields:
        places[name] = (at, length)
        at += length
    return places


_OF_FILE, _OF_SIGNAL = _places(_FILE), _places(_SIGNAL)


class Fields:
    """The header's bytes, asked field by field. `signals`: how many; 0 until it is known.

    What is odd about a field and was read all the same is collected in `notices`."""

    def __init__(self, path: Path, data: bytes) -> None:
        self.path = path
        self.data = data
        self.signals = 0
        self.notices: dict[str, Notice] = {}

    def refuse(self, name: str, signal: int | None, why: str) -> Refused:
        """The error that names the field by its first byte: "byte 236, number of data records:
        …"."""
        at, _ = self._place(name, signal)
        whose = "" if signal is None else f" of signal {signal + 1}"
        return refused(self.path, 0, f"byte {at}, {name}{whose}: {why}")

    def notice(self, kind: str, says: str) -> None:
        """Once for a kind, however many fields have it."""
        self.notices.setdefault(kind, Notice(kind, says, str(self.path)))

    def text(self, name: str, signal: int | None = None) -> str:
        """The field without the blanks and NULs it is filled up with."""
        at, length = self._place(name, signal)
        raw = self.data[at : at + length]
        if not raw.isascii():
            self.notice("not-ascii", "have header bytes that are not ASCII: read as Latin-1")
        return raw.decode("latin-1").strip(" \0\t\r\n")

    def number(self, name: str, signal: int | None = None) -> float:
        """Errors: Refused where it is no finite decimal number."""
        text = self.text(name, signal)
        if "," in text and "." not in text:
            text = text.replace(",", ".")
            self.notice("decimal-comma", "have a comma in the header's numbers: read as a point")
        if not _NUMBER.fullmatch(text):
            raise self.refuse(name, signal, f"{_shown(text)} is no number")
        value = float(text)
        if abs(value) == float("inf"):
            raise self.refuse(name, signal, f"{_shown(text)} is too large")
        return value

    def whole(self, name: str, signal: int | None = None) -> int:
        """Errors: Refused where it is no whole number."""
        value = self.number(name, signal)
        if abs(value) >= 1e9:
            raise self.refuse(name, signal, f"{value:g} is too large")
        if value != int(value):
            raise self.refuse(name, signal, f"{value:g} is no whole number")
        return int(value)

    def _place(self, name: str, signal: int | None) -> tuple[int, int]:
        if signal is None:
            return _OF_FILE[name]
        at, length = _OF_SIGNAL[name]
        return PART + at * self.signals + length * signal, length


def _shown(text: str) -> str:
    """As it can be printed in one line, whatever bytes it has."""
    return repr(text).encode("ascii", "backslashreplace").decode() if text else "an empty field"
