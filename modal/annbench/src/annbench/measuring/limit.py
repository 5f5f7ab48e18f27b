"""What random reads give on this machine, that the bytes a search reads are held against."""

from __future__ import annotations

from typing import Any

from annbench import _core
from annbench.measuring import affinity

#: A graph reads links and codes of about so many bytes, each at a place of its own.
ITEM = 128
#: No larger set is asked: it takes thirteen passes over it, about 0.4 s of one so large. Of more,
#: memory gives less, so that a larger index is said to be farther from the limit than it is.
MOST = 128 << 20


def random_reads(index_bytes: int) -> float:
    """Bytes a second that one core reads at random places of as many bytes as an index has, or of
    `MOST`."""
    return float(_core.random_bandwidth(min(index_bytes, MOST), ITEM))


def of_indexes(indexes: list[Any], core: int | None) -> dict[Any, float]:
    """The same for each of these, once, on the core that they are searched on."""
    with affinity.pinned(core):
        return {index: random_reads(index.index_bytes) for index in dict.fromkeys(indexes)}
