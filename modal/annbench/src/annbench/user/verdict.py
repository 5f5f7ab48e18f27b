"""What is said of an implementation in the end: one word, and what, why, what was kept, a hint."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

#: Every word there is.
WORDS = (
    "ok", "compile-error", "wrong-interface", "crashed", "exited", "timeout", "out-of-memory",
    "too-much-output", "too-many-threads", "wrote-files", "forbidden-call", "bad-ids",
    "remembers-queries",
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


class Judged(Exception):
    """Ends the judging of one implementation; the job goes on."""

    def __init__(self, word: str, what: str, why: str, hint: str | None = None) -> None:
        super().__init__(f"{word}: {what}: {why}")
        assert word in WORDS, word
        self.verdict = Verdict(word, what, why, hint=hint)

    def keeping(self, kept: str) -> Verdict:
        """The verdict, with what was kept."""
        return replace(self.verdict, kept=kept)
