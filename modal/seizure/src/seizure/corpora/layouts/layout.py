"""What a layout is, and what several of them need."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from seizure.corpora.corpus import UNKNOWN, Corpus
from seizure.corpora.tree import Found
from seizure.notices import Notice

_VERSION = re.compile(r"v?\d+\.\d+\.\d+", re.ASCII)
#: Seconds by which the length that an annotation gives may differ from the file's.
LENGTH_SLACK = 1.0


@dataclass(frozen=True)
class Layout:
    """`looks_for`: in words, for a person whose folder did not fit. `read(folder, name)`."""

    looks_for: str
    fits: Callable[[Path], bool]
    read: Callable[[Path, str], Corpus]


def version_of(folder: Path) -> str:
    """A version in the folder's path, the nearest first: ".../tusz/v2.0.3/edf" has v2.0.3."""
    for part in [folder.name, *(parent.name for parent in folder.parents)][:4]:
        if found := re.search(r"(?<![\d.])" + _VERSION.pattern + r"(?![\d.])", part, re.ASCII):
            return found[0]
    return UNKNOWN


def elsewhere(files: Iterable[Found]) -> list[Notice]:
    """EDF files that lie where the layout has none."""
    says = "lie outside the corpus' own folders: not used"
    return [Notice("outside", says, str(one.path)) for one in files]


def other_length(said: float | None, seconds: float, file: Path, line: int = 0) -> list[Notice]:
    """Told where an annotation gives another length than the file has. Nothing for None."""
    if said is None or abs(said - seconds) <= LENGTH_SLACK:
        return []
    says = "give another length for the recording than its EDF file has: the file's holds"
    return [Notice("other-length", says, str(file), line)]
