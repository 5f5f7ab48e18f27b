"""A file that many recordings share is read once, whichever thread comes first."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from jobkit.errors import Problem

Value = TypeVar("Value")


class Once(Generic[Value]):
    """`read(path)`, remembered; an error is raised each time anew."""

    def __init__(self, read: Callable[[Path], Value]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._known: dict[Path, Value | Problem] = {}

    def __call__(self, path: Path) -> Value:
        with self._lock:
            if path not in self._known:
                try:
                    self._known[path] = self._read(path)
                except Problem as e:
                    self._known[path] = e
            found = self._known[path]
        if isinstance(found, Problem):
            raise found
        return found
