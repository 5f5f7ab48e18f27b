"""What a store keeps of a recording beside its signal: recordings/ID.json."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from jobkit.errors import Problem
from jobkit.files import write_json

from seizure.recording import Entry, Seizure
from seizure.store.settings import Settings

UNREADABLE = "A prepared recording cannot be read"
AGAIN = "prepare again: only what is damaged is prepared anew"


@dataclass(frozen=True)
class Source:
    """The EDF file that a signal was made of: `file` is its name, `bytes` and `mtime_ns` as they
    were. Without a time it is known by how its signal begins: `content`, see `Entry`."""

    file: str
    bytes: int
    mtime_ns: int | None
    content: str = ""

    @classmethod
    def of(cls, entry: Entry) -> Source:
        content = entry.more.get("content", "") if entry.mtime_ns is None else ""
        return cls(entry.edf.name, entry.bytes, entry.mtime_ns, content)


@dataclass(frozen=True)
class Stored:
    """A prepared recording. `id` to `more` as in `Entry`; `samples` a channel, at the store's rate;
    `seconds` of the recording. `centre`, `scale`: µV of each channel, so that µV = units * scale +
    centre (scale 0: a channel of zeros). `masked`: channels of the file that were flat or clipped.
    `interpolated`: those made from others. `checksum`: SHA-256 of the signal's file."""

    id: str
    patient: str
    split: str
    seconds: float
    rate: float
    seizures: tuple[Seizure, ...]
    missing: tuple[str, ...]
    more: dict[str, str]
    source: Source
    samples: int
    masked: tuple[str, ...]
    interpolated: tuple[str, ...]
    centre: tuple[float, ...]
    scale: tuple[float, ...]
    checksum: str

    @property
    def edf(self) -> Path:
        """Of the file that the signal was made of, its name."""
        return Path(self.source.file)

    def is_of(self, entry: Entry) -> bool:
        """Whether the signal was made of this file, as it is now."""
        return self.source == Source.of(entry)

    def with_entry(self, entry: Entry) -> Stored:
        """The same signal, with what an inventory says of it now."""
        return Stored(**{**vars(self), **_of(entry)})


def stored(
    entry: Entry, samples: int, masked: tuple[str, ...], interpolated: tuple[str, ...],
    centre: tuple[float, ...], scale: tuple[float, ...], checksum: str,
) -> Stored:  # fmt: skip
    return Stored(
        **_of(entry), samples=samples, masked=masked, interpolated=interpolated,
        centre=centre, scale=scale, checksum=checksum,
    )  # fmt: skip


def _of(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "patient": entry.patient,
        "split": entry.split,
        "seconds": entry.seconds,
        "rate": entry.rate,
        "seizures": entry.seizures,
        "missing": entry.missing,
        "more": dict(sorted(entry.more.items())),
        "source": Source.of(entry),
    }


def write(path: Path, recording: Stored) -> None:
    """Whole or not at all; the same recording gives the same bytes."""
    write_json(path, {"v": 1, **asdict(recording)})


def read(path: Path) -> Stored:
    """Problem where the file is no recording's."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found.pop("v") != 1:
            raise ValueError("it is of another version")
        found["seizures"] = tuple(Seizure(**one) for one in found["seizures"])
        found["source"] = Source(**found["source"])
        for name in ("missing", "masked", "interpolated", "centre", "scale"):
            found[name] = tuple(found[name])
        return Stored(**found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
        why = f"{path} is damaged ({e})"
        raise Problem(UNREADABLE, why, AGAIN) from e


def check_signal(path: Path, recording: Stored, settings: Settings) -> None:
    """Problem where the signal's file is not there or not as long as it was written. Its content:
    `verify`."""
    wanted = settings.channels * recording.samples * 2
    with contextlib.suppress(FileNotFoundError):
        if path.stat().st_size == wanted:
            return
    raise Problem(
        UNREADABLE, f"{path} is not there, or has not the {wanted} bytes it was written with", AGAIN
    )
