"""Blocks cut anew into pieces that see what is beside them, so that a filter leaves no seam."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

Array = np.ndarray


def around(blocks: Iterable[Array], reach: int, step: int) -> Iterator[Array]:
    """Pieces [C, reach + n + reach] of the signal that `blocks` [C, any] make up: n is `step`, in
    the last piece 1 to `step`, and `reach` samples stand on both sides. Beyond the signal's ends it
    is continued by its own reflection through the end point (2 x_0 - x_k), so that neither an
    offset nor a drift is a step there.

    At most one block and 2 * (reach + step) samples are held. A signal without samples gives no
    piece."""
    held: Array | None = None
    parts: list[Array] = []
    waiting = 0
    source = iter(blocks)
    ended = False
    while not ended:
        block = next(source, None)
        if block is None:
            ended = True
        else:
            parts.append(block)
            waiting += block.shape[1]
        # One sample more than is given out: a reflection needs it.
        have = waiting + (0 if held is None else held.shape[1])
        if not ended and have < 2 * reach + step + 1:
            continue
        if waiting:
            joined = np.concatenate(parts, axis=1, dtype=np.float64)
            parts, waiting = [], 0
            if held is None:
                held = _continued(joined, reach, 0) if not ended else joined
                if ended:
                    held = _continued(joined, reach, reach)
                    yield from _pieces(held, reach, step)
                    return
            else:
                held = np.concatenate([held, joined], axis=1)
        if held is None:
            return
        while held.shape[1] >= 2 * reach + step + 1:
            yield held[:, : 2 * reach + step]
            held = held[:, step:]
    assert held is not None
    yield from _pieces(_continued(held, 0, reach), reach, step)


def _continued(signal: Array, before: int, after: int) -> Array:
    return np.pad(signal, ((0, 0), (before, after)), mode="reflect", reflect_type="odd")


def _pieces(signal: Array, reach: int, step: int) -> Iterator[Array]:
    for start in range(0, signal.shape[1] - 2 * reach, step):
        yield signal[:, start : start + step + 2 * reach]
