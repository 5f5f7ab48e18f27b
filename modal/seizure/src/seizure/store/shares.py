"""Who prepares what, where several containers prepare a dataset: always the same, for it follows
from the inventory alone."""

from __future__ import annotations

from collections.abc import Sequence

from seizure.recording import Entry

#: Of each dataset by name, the recordings.
Parted = dict[str, list[Entry]]


def shares(of: dict[str, Sequence[Entry]], count: int) -> list[Parted]:
    """`count` shares of the recordings of all datasets: the longest first, each to the share with
    the fewest seconds so far."""
    every = [(name, one) for name, entries in of.items() for one in entries]
    every.sort(key=lambda pair: (-pair[1].seconds, pair[0], pair[1].id))
    found: list[Parted] = [{name: [] for name in of} for _ in range(count)]
    load = [0.0] * count
    for name, one in every:
        least = load.index(min(load))
        found[least][name].append(one)
        load[least] += one.seconds
    return found
