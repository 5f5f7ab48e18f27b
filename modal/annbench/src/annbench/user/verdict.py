"""What is said of an implementation in the end: one word, and what, why, what was kept, a hint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from jobkit.errors import Problem

#: Every word there is.
WORDS = (
    "ok", "compile-error", "wrong-interface", "crashed", "exited", "timeout", "out-of-memory",
    "too-much-output", "too-many-threads", "wrote-files", "forbidden-call", "bad-ids",
    "remembers-queries", "dishonest-clock", "not-installed",
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    word: str
    what: str
    why: str
    kept: str = "nothing was measured before"
    hint: str | None = None

    def lines(self) -> str:
        """For a person."""
        hint = [f"  hint: {self.hint}"] if self.hint else []
        return "\n".join(
            [f"{self.word}: {self.what}", f"  why: {self.why}", f"  kept: {self.kept}", *hint]
        )

    def fields(self) -> dict[str, Any]:
        """For an event or a file."""
        fields = {"verdict": self.word, "what": self.what, "why": self.why, "kept": self.kept}
        return {**fields, "hint": self.hint} if self.hint else fields


#: Those after which no point of an implementation counts, also those from before.
WORTHLESS = ("remembers-queries", "dishonest-clock")


class Judged(Exception):
    """Ends the judging of one implementation; the job goes on."""

    def __init__(self, word: str, what: str, why: str, hint: str | None = None) -> None:
        super().__init__(f"{word}: {what}: {why}")
        assert word in WORDS, word
        self.verdict = Verdict(word, what, why, hint=hint)

    def keeping(self, kept: str) -> Verdict:
        """The verdict, with what was kept."""
        return replace(self.verdict, kept=kept)


def all_failed(verdicts: Sequence[dict[str, Any]]) -> Problem | None:
    """What failed a job that had nothing but user code, if none of it was ok."""
    bad = [v for v in verdicts if v["verdict"] != "ok"]
    if not bad or len(bad) < len(verdicts):
        return None
    first = bad[0]
    if len(bad) == 1:
        return Problem(f"{first['implementation']}: {first['what']}",
                       f"{first['verdict']}: {first['why']}", first.get("hint"))  # fmt: skip
    told = ", ".join(f"{v['implementation']}: {v['verdict']}" for v in bad)
    return Problem("Every implementation failed", told, "each verdict says what to do")
