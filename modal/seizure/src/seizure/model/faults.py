"""What no model may do while it is trained or scores."""

from __future__ import annotations

from jobkit.errors import Problem


class ModelFault(Problem):
    """`word`: as a check of a person's own file would call it, one of `own.faults.WORDS`."""

    def __init__(self, word: str, what: str, why: str, hint: str | None = None) -> None:
        super().__init__(what, why, hint)
        self.word = word
