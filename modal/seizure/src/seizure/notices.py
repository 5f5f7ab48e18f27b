"""What is odd about data and still can be used: counted by kind, told once, the first place
named."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jobkit.errors import Refused


@dataclass(frozen=True)
class Notice:
    """One oddity. `kind` groups: "interpolated", "bad-date"; `says`: in words, for any number of
    files ("lack Fz and Pz: interpolated"); `file` and `line`: where it was met (line 0: the whole
    file)."""

    kind: str
    says: str
    file: str
    line: int = 0

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file


@dataclass(frozen=True)
class Counted:
    """All notices of one kind."""

    kind: str
    says: str
    count: int
    first: str  # place


def count(notices: Iterable[Notice]) -> tuple[Counted, ...]:
    """By kind, the most frequent first."""
    kinds: dict[str, list[Notice]] = {}
    for notice in notices:
        kinds.setdefault(notice.kind, []).append(notice)
    found = [Counted(k, v[0].says, len(v), v[0].place) for k, v in kinds.items()]
    return tuple(sorted(found, key=lambda one: (-one.count, one.kind)))


def refused(file: Path | str, line: int, why: str, hint: str | None = None) -> Refused:
    """A file that cannot be used, by its place: "chb01-summary.txt:12". Exit code 2."""
    place = f"{file}:{line}" if line else str(file)
    return Refused(f"{place} cannot be used", why, hint)
