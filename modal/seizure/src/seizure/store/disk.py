"""What a store needs of the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from jobkit.errors import Problem
from jobkit.files import amount

from seizure.recording import Entry
from seizure.store.record import WHILE_MADE
from seizure.store.settings import Settings

#: A recording's JSON, a block of its directory and what a file's last block wastes.
BESIDE = 8192


def signal_bytes(seconds: float, settings: Settings) -> int:
    """Of a signal's file."""
    return int(seconds * settings.rate) * settings.channels * 2


def store_bytes(entries: Iterable[Entry], settings: Settings) -> int:
    """Of a whole store of these recordings."""
    return sum(signal_bytes(one.seconds, settings) + BESIDE for one in entries)


def require_space(
    folder: Path, entries: Sequence[Entry], settings: Settings, workers: int, dataset: str,
    far: bool = False,
) -> None:  # fmt: skip
    """Problem where the disk has not enough left for these recordings, and for what `workers` of
    them need while they are made: copies of their files as well where those are `far`."""
    largest = sorted((signal_bytes(one.seconds, settings) for one in entries), reverse=True)
    copies = sorted((one.bytes for one in entries), reverse=True) if far else []
    needed = store_bytes(entries, settings) + WHILE_MADE * sum(largest[:workers])
    needed += sum(copies[:workers])
    free = shutil.disk_usage(folder).free
    hint = "free some space (ann-tui runs prune, ann-tui datasets rm), then prepare again; "
    if far:
        hint = "prepare with more containers (--containers); "
    if free < needed:
        raise Problem(
            f"The disk is too full to prepare {dataset}",
            f"{amount(needed)} are needed in {folder}, {amount(free)} are free",
            f"{hint}what was prepared is kept",
        )
