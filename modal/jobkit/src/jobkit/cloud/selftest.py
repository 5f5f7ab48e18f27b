"""What the containers of a self-test have in common, whatever they try."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Place:
    """Where a container of the self-test is."""

    folder: Path  # the volume
    keep: Callable[[], None]
    reload: Callable[[], None]
    store: Callable[[str], Any]  # a dictionary by its name
    spawn: Callable[[dict[str, Any]], Any]  # another container, for an order; returns its call
    task: str
    holder: str  # of the input: the same when another container takes it up


def words(error: BaseException) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}"[:300]


def tried(act: Callable[[], object]) -> str | None:
    """None when it worked, else why not."""
    try:
        act()
    except Exception as e:
        return words(e)
    return None


def begun(place: Place, mailbox: str, key: str) -> dict[str, Any]:
    """The note about one order, where this start is written down as well: a container that is
    interrupted and the one that takes up its input have the same note."""
    store = place.store(mailbox)
    note: dict[str, Any] = store.get(key, None) or {"starts": []}
    note["starts"].append({"task": place.task, "input": place.holder})
    store.put(key, note)
    return note
