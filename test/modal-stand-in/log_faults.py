"""What can go wrong with a log stream on its way: slow, doubled, reordered, split, dropped.

Faults, each with `match` {"app": "ap-…"} or none; `times` counts deliveries (what is sent after one look at the book):
    logs_slow {"seconds": 0.2, "items": 20}   waits before each batch, and makes batches of at most so many items
    logs_doubled {"every": 3}                 every so-many-th batch is sent twice
    logs_reordered {"window": 4}              batches change places within a window
    logs_split {"pieces": 5}                  each text is sent in so many pieces, cut anywhere between characters
    logs_dropped {"entries": 3}               the first so many entries of a delivery are never sent on this stream
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

from modal_proto import api_pb2

from .world import World

Batch = api_pb2.TaskLogsBatch


def _like(batch: Batch, items: Iterable[api_pb2.TaskLogs], entry_id: str) -> Batch:
    other = Batch()
    other.CopyFrom(batch)
    del other.items[:]
    other.items.extend(items)
    other.entry_id = entry_id
    return other


def _smaller(batches: list[Batch], items: int) -> list[Batch]:
    """Batches of at most so many items. Only the last of a batch moves the reader's place."""
    found = []
    for batch in batches:
        for start in range(0, len(batch.items), items):
            last = start + items >= len(batch.items)
            found.append(_like(batch, batch.items[start : start + items], batch.entry_id if last else ""))
    return found


def _split_text(text: str, pieces: int, dice: random.Random) -> list[str]:
    if len(text) < 2:
        return [text]
    cuts = sorted({dice.randrange(1, len(text)) for _ in range(pieces - 1)})
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)])]


def _split(batches: list[Batch], pieces: int, dice: random.Random) -> list[Batch]:
    found = []
    for batch in batches:
        items = []
        for item in batch.items:
            for text in _split_text(item.data, pieces, dice):
                piece = api_pb2.TaskLogs()
                piece.CopyFrom(item)
                piece.data = text
                items.append(piece)
        for number, item in enumerate(items):
            found.append(_like(batch, [item], batch.entry_id if number == len(items) - 1 else ""))
    return found


def _drop(batches: list[Batch], entries: int) -> list[Batch]:
    found = []
    for batch in batches:
        kept = []
        for item in batch.items:
            if item.data and entries > 0:
                entries -= 1
                continue
            kept.append(item)
        found.append(_like(batch, kept, batch.entry_id))
    return found


def _reorder(batches: list[Batch], window: int, dice: random.Random) -> list[Batch]:
    found = []
    for start in range(0, len(batches), window):
        part = batches[start : start + window]
        dice.shuffle(part)
        found.extend(part)
    return found


def disturb(world: World, app_id: str, batches: list[Batch]) -> tuple[float, list[Batch]]:
    """What really arrives, and the seconds to wait before each batch."""

    def options(kind: str) -> dict[str, Any] | None:
        fault = world.faults.take(kind, app=app_id)
        return fault.options if fault else None

    if not batches:
        return 0, batches
    dice = random.Random(len(batches) + sum(len(batch.items) for batch in batches))
    dropped = options("logs_dropped")
    if dropped is not None:
        batches = _drop(batches, int(dropped.get("entries", 3)))
    split = options("logs_split")
    if split is not None:
        batches = _split(batches, int(split.get("pieces", 5)), dice)
    slow = options("logs_slow")
    if slow is not None:
        batches = _smaller(batches, int(slow.get("items", 20)))
    reordered = options("logs_reordered")
    if reordered is not None:
        batches = _reorder(batches, int(reordered.get("window", 4)), dice)
    doubled = options("logs_doubled")
    if doubled is not None:
        every = int(doubled.get("every", 3))
        batches = [batch for number, once in enumerate(batches) for batch in [once] * (2 if number % every == 0 else 1)]
    return (float(slow.get("seconds", 0.2)) if slow is not None else 0), batches
