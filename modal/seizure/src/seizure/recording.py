"""One recording and what was annotated in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

#: Splits, in the order in which they are told.
SPLITS = ("train", "dev", "test")


@dataclass(frozen=True, order=True)
class Seizure:
    """`start`, `end`: seconds from the recording's beginning, 0 <= start < end. `kind`: an event
    type of HED-SCORE, "sz" where it is not known: sz, sz-foc, sz-gen, sz-foc-ia, …"""

    start: float
    end: float
    kind: str = "sz"

    @property
    def seconds(self) -> float:
        return self.end - self.start


@dataclass(frozen=True)
class Recording:
    """An EDF file of a corpus, before it is opened. `id`: unique in its corpus, and a file name.
    `patient`: who it is of, unique in its corpus. `split`: the corpus' own, None where it has
    none."""

    id: str
    patient: str
    edf: Path
    annotation: Path | None
    split: str | None = None


@dataclass(frozen=True)
class Entry:
    """A recording as an inventory has it: header and annotations were read, no signal.

    `seconds`: of complete data records. `rate`: Hz of its EEG channels, the highest. `montages`:
    which can be made of it. `missing`: electrodes of the 19 that have to be interpolated. `bytes`
    and `mtime_ns`: of the EDF file when it was read; no time where none lasts, on a volume or in a
    bucket: there a file is known by its size and by `more["content"]`, how its signal begins."""

    id: str
    patient: str
    split: str
    edf: Path
    seconds: float
    rate: float
    montages: tuple[str, ...]
    seizures: tuple[Seizure, ...]
    missing: tuple[str, ...] = ()
    bytes: int = 0
    mtime_ns: int | None = 0
    more: dict[str, str] = field(default_factory=dict)
