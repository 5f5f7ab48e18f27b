"""A corpus as it lies in a folder: which recordings, of whom, and how its annotations are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from jobkit.errors import Refused

from seizure.annotations.rows import STRICT, Rules
from seizure.notices import Notice
from seizure.recording import Recording, Seizure

if TYPE_CHECKING:
    from seizure.edf.header import Header

Read = tuple[tuple[Seizure, ...], tuple[Notice, ...]]
Reader = Callable[[Recording, "Header", Rules], Read]

UNKNOWN = "unknown"


def _own_annotation(recording: Recording) -> tuple[Path, ...]:
    return () if recording.annotation is None else (recording.annotation,)


@dataclass(frozen=True)
class Corpus:
    """`family`: which people these are, the same for a corpus and for its BIDS version ("chb-mit").
    `sources`: the files that a recording's annotation is read from."""

    name: str
    layout: str
    folder: Path
    family: str
    version: str
    licence: str
    recordings: tuple[Recording, ...]
    reader: Reader = field(repr=False)
    synthetic: bool = False
    notices: tuple[Notice, ...] = ()
    sources: Callable[[Recording], tuple[Path, ...]] = field(default=_own_annotation, repr=False)

    def __post_init__(self) -> None:
        _check_ids(self.recordings)

    def seizures_of(self, recording: Recording, header: Header, rules: Rules = STRICT) -> Read:
        """Seizures of one recording, in order and apart; what was odd. `header`: of its EDF file.

        Refused by file and line; Undecided where `rules` may allow it; LeftOut where they drop
        it."""
        return self.reader(recording, header, rules)


def _check_ids(recordings: tuple[Recording, ...]) -> None:
    seen: dict[str, Recording] = {}
    for one in recordings:
        other = seen.setdefault(one.id, one)
        if other is not one:
            why = f"{other.edf} and {one.edf}"
            raise Refused(f"two recordings are called {one.id}", why, "rename one of them")


def open_corpus(folder: Path, layout: str | None = None, name: str | None = None) -> Corpus:
    """The corpus in a folder, recognised by what is there, or read as `layout`; no EDF is opened.

    `name`: what it is called, the folder's name if not given. Refused: no layout fits."""
    from seizure.corpora.layouts import LAYOUTS

    folder = folder.expanduser().resolve()
    if not folder.is_dir():
        why = "it is a file" if folder.exists() else "there is no such folder"
        raise Refused(f"{folder} cannot be opened", why, "name the folder of the recordings")
    if layout is not None and layout not in LAYOUTS:
        raise Refused(f'there is no layout "{layout}"', f"known are {', '.join(LAYOUTS)}")
    wanted = list(LAYOUTS) if layout is None else [layout]
    for key in wanted:
        one = LAYOUTS[key]
        if one.fits(folder):
            return one.read(folder, name or folder.name)
    raise Refused(
        f"{folder} holds no recordings that can be read",
        "looked for " + "; ".join(f"{LAYOUTS[key].looks_for} ({key})" for key in wanted),
        _inside(folder) or "name the folder that holds them",
    )


def _inside(folder: Path) -> str | None:
    """What to name instead, where a corpus lies one folder deeper."""
    from seizure.corpora.layouts import LAYOUTS
    from seizure.corpora.tree import folders_in

    for name in folders_in(folder)[:50]:
        for key, one in LAYOUTS.items():
            if key != "plain" and one.fits(folder / name):
                return f"{folder / name} looks like {key}: name that folder"
    return None
