"""What an answer of a child has to be."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annbench.user.board import UNWRITTEN
from annbench.user.verdict import Judged


def check_ids(ids: NDArray[np.int32], rows: int, order: NDArray[np.intp], overrun: bool) -> None:
    """k different rows a query; -1 only at the end, where nothing more was found."""
    k = ids.shape[1]
    what = "It returned an impossible answer"
    hint = f"write exactly {k} different row numbers from 0 to {rows - 1}"
    if overrun:
        raise Judged("bad-ids", what, f"it wrote more than k={k} ids", hint)

    def judge(wrong: NDArray[np.bool_], why: str) -> None:
        if wrong.any():
            at = int(np.argmax(wrong))
            shown = ["-" if x == UNWRITTEN else str(x) for x in ids[at].tolist()]
            raise Judged("bad-ids", what, f"query {order[at]}: {why}: [{', '.join(shown)}]", hint)

    judge((ids == UNWRITTEN).any(axis=1), f"fewer than k={k} ids")
    judge(((ids < -1) | (ids >= rows)).any(axis=1), f"an id outside 0..{rows - 1}")
    missing = ids < 0
    judge((missing[:, :-1] & ~missing[:, 1:]).any(axis=1), "a row behind a missing one (-1)")
    ordered = np.sort(ids, axis=1)
    twice = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)
    judge(twice.any(axis=1), "the same id twice")
