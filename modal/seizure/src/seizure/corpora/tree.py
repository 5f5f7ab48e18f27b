"""The EDF files below a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jobkit.files import as_problem

#: Deeper than any layout here; a link that leads back up ends there.
DEEPEST = 8


@dataclass(frozen=True)
class Found:
    """`parts`: folders and file name below the root. `beside`: all names in the same folder."""

    path: Path
    parts: tuple[str, ...]
    beside: frozenset[str]

    @property
    def stem(self) -> str:
        return self.path.stem

    def sibling(self, name: str) -> Path | None:
        """A file of that name in the same folder, if it is there."""
        return self.path.with_name(name) if name in self.beside else None


def edf_files(root: Path) -> list[Found]:
    """All, in the order of their names; hidden files and folders are passed over."""
    return sorted(_walk(root, (), {os.path.realpath(root)}), key=lambda one: one.parts)


def has_edf(root: Path) -> bool:
    """Whether there is any; looks no further than the first."""
    return any(True for _ in _walk(root, (), {os.path.realpath(root)}))


def names_in(folder: Path) -> list[str]:
    """Names of what is not hidden in a folder; none if it cannot be read."""
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))
    except OSError:
        return []


def folders_in(folder: Path) -> list[str]:
    """Names of its folders."""
    return [name for name in names_in(folder) if (folder / name).is_dir()]


def _walk(folder: Path, parts: tuple[str, ...], seen: set[str]) -> Iterator[Found]:
    try:
        with os.scandir(folder) as entries:
            here = [entry for entry in entries if not entry.name.startswith(".")]
    except OSError as e:
        raise as_problem(e, f"{folder} cannot be read") from None
    beside = frozenset(entry.name for entry in here)
    for entry in here:
        if entry.name.lower().endswith(".edf") and not entry.is_dir():
            yield Found(folder / entry.name, (*parts, entry.name), beside)
        elif len(parts) < DEEPEST and entry.is_dir():
            if entry.is_symlink():
                real = os.path.realpath(entry.path)
                if real in seen:
                    continue
                seen.add(real)
            yield from _walk(folder / entry.name, (*parts, entry.name), seen)
