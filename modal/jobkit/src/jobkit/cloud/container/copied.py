"""A container's own folder, and its copy on a volume.

While a file of a volume is open, the volume cannot be reloaded, and a commit may ask for a reload.
So a job writes on the container's own disk; files of the volume are open only while they are
copied, by whoever is about to commit.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from jobkit.cloud.output.log import FILE
from jobkit.events.journal import JOURNAL

#: Files that only grow: of them, what is new is appended.
GROWING = (JOURNAL, FILE)
_BLOCK = 1 << 20

#: Size, time of the last change (ns), inode.
_Look = tuple[int, int, int]


class Copied:
    """`own` as a folder of this container, `there` as its copy on the volume. `only`: the files and
    folders that are copied, else all; of them everything but names with a leading dot. `makes`:
    those that are brought back, where these are others. Not for several threads at once."""

    def __init__(
        self, own: Path, there: Path, only: Sequence[str] | None = None,
        makes: Sequence[str] | None = None,
    ) -> None:  # fmt: skip
        self._own = own
        self._there = there
        self._only = only
        self._makes = only if makes is None else makes
        self._known: dict[Path, _Look] = {}

    def fetch(self) -> None:
        """What an earlier start has left there, into the own folder."""
        self._own.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name in self.there():
            self.fetch_one(name, lambda _bytes: None)

    def there(self) -> list[Path]:
        """Names of the files that are there to be fetched."""
        return self._files(self._there, self._only)

    def fetch_one(self, name: Path, tell: Callable[[int], None]) -> None:
        """Copies a file into the own folder; `tell(bytes)` of each piece, and it may raise. From
        any thread."""
        target = self._own / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(self._there / name, "rb") as source, open(target, "wb") as to:
            while block := source.read(_BLOCK):
                to.write(block)
                tell(len(block))
        self._known[name] = _look(target)

    def bring(self) -> bool:
        """Makes the copy the same again: what is new, what was changed, what is gone; in the order
        in which it was written, for what comes last may say that the rest is there. Whether there
        was any of it."""
        changed = False
        found = {
            name: look
            for name in self._files(self._own, self._makes)
            if (look := _look_if(self._own / name)) is not None
        }
        self._there.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, look in sorted(found.items(), key=lambda one: (one[1][1], one[0])):
            before = self._known.get(name)
            if before == look:
                continue
            grew = before is not None and look[2] == before[2] and look[0] >= before[0]
            if before is not None and grew and str(name) in GROWING:
                self._append(name, before[0], look[0])
            else:
                self._replace(name, look[0])
            self._known[name] = look
            changed = True
        gone = [name for name in self._known if name not in found and self._is_made(name)]
        for name in gone:
            (self._there / name).unlink(missing_ok=True)
            del self._known[name]
            changed = True
        return changed

    def _is_made(self, name: Path) -> bool:
        return self._makes is None or any(name.is_relative_to(one) for one in self._makes)

    def _files(self, folder: Path, only: Sequence[str] | None) -> list[Path]:
        places = [folder] if only is None else [folder / name for name in dict.fromkeys(only)]
        paths = (path for place in places for path in (place, *place.rglob("*")))
        found = (path.relative_to(folder) for path in paths if path.is_file())
        return sorted({name for name in found if not name.name.startswith(".")})

    def _append(self, name: Path, start: int, end: int) -> None:
        there = self._there / name
        now = _look_if(there)
        if now is None or now[0] != start:  # somebody else was at it
            self._replace(name, end)
            return
        with open(self._own / name, "rb") as source, open(there, "ab") as target:
            source.seek(start)
            _copy(source, target, end - start)

    def _replace(self, name: Path, size: int) -> None:
        there = self._there / name
        there.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        beside = there.with_name(f".{there.name}.{os.getpid()}")
        try:
            with open(self._own / name, "rb") as source, open(beside, "wb") as target:
                os.fchmod(target.fileno(), 0o600)
                # Whoever writes on meanwhile is heard next time.
                _copy(source, target, size)
            os.replace(beside, there)
        except FileNotFoundError:
            if (self._own / name).exists():
                raise
        finally:
            beside.unlink(missing_ok=True)


def _copy(source: IO[bytes], target: IO[bytes], left: int) -> None:
    while left > 0 and (block := source.read(min(_BLOCK, left))):
        target.write(block)
        left -= len(block)


def _look(path: Path) -> _Look:
    status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ino


def _look_if(path: Path) -> _Look | None:
    try:
        return _look(path)
    except FileNotFoundError:
        return None
