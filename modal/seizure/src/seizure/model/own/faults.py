"""What can be wrong with a model file of a person's own: one word, and what, why, where, a hint."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobkit.errors import Refused

#: Every word there is.
WORDS = (
    "ok", "unreadable", "syntax-error", "missing-module", "crashed", "hangs", "no-class",
    "bad-options", "too-large", "wrong-shape", "not-finite", "no-gradient", "not-deterministic",
    "changes-input", "not-savable",
)  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """`line`: of the person's file, where one is to blame. `notes`: what is no fault and worth
    knowing."""

    model: str
    word: str
    what: str
    why: str
    hint: str | None = None
    line: int | None = None
    parameters: int | None = None
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """For a person."""
        hint = [f"  hint: {self.hint}"] if self.hint else []
        notes = [f"  note: {note}" for note in self.notes]
        return [f"{self.word}: {self.what}", f"  why: {self.why}", *notes, *hint]

    def fields(self) -> dict[str, Any]:
        """For an event or a file."""
        given = {
            "model": self.model, "verdict": self.word, "what": self.what, "why": self.why,
            "hint": self.hint, "line": self.line, "parameters": self.parameters,
            "notes": list(self.notes) or None,
        }  # fmt: skip
        return {name: value for name, value in given.items() if value is not None}


class OwnFault(Refused):
    """A model file that cannot be used; `word` is one of WORDS."""

    def __init__(
        self, word: str, what: str, why: str, hint: str | None = None, line: int | None = None
    ) -> None:
        super().__init__(what, why, hint)
        assert word in WORDS, word
        self.word = word
        self.line = line

    def fields(self) -> dict[str, Any]:
        """What makes it again: a child tells its parent."""
        return {"word": self.word, "what": self.what, "why": self.why, "hint": self.hint,
                "line": self.line}  # fmt: skip

    def verdict(self, model: str) -> Verdict:
        return Verdict(model, self.word, self.what, self.why, self.hint, self.line)


def line_of(error: BaseException, source: Path) -> int | None:
    """The line of the person's file that led to the error: the innermost one."""
    if isinstance(error, SyntaxError) and error.filename == str(source):
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    return next((f.lineno for f in reversed(frames) if f.filename == str(source)), None)


def told(error: BaseException, source: Path) -> str:
    """ "ValueError: width must be above 0 (mine.py:12)" """
    line = line_of(error, source)
    said = str(error.msg if isinstance(error, SyntaxError) else error).strip()
    first = " ".join(said.split())[:500]
    place = f" ({source.name}:{line})" if line else ""
    return f"{type(error).__name__}: {first}{place}" if first else f"{type(error).__name__}{place}"


#: How torch tells that memory ran out: it raises RuntimeError for that as for all else.
_NO_MEMORY = ("can't allocate memory", "not enough memory", "out of memory")


def crashed(error: BaseException, source: Path, doing: str) -> OwnFault:
    """An exception that the person's code raised, or let pass, while `doing`."""
    line, why = line_of(error, source), told(error, source)
    if isinstance(error, OwnFault):
        return error
    if isinstance(error, MemoryError) or any(said in str(error) for said in _NO_MEMORY):
        hint = "make it smaller, or the windows shorter (windows.seconds)"
        return OwnFault("too-large", f"{source.name} ran out of memory while {doing}", why, hint,
                        line)  # fmt: skip
    if isinstance(error, SystemExit):
        why = f"it called sys.exit({error.code!r})" + (f" ({source.name}:{line})" if line else "")
    hint = f"the message is your code's own; look at line {line}" if line else None
    return OwnFault("crashed", f"{source.name} crashed while {doing}", why, hint, line)
