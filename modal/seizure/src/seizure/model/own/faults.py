"""What can be wrong with a model file of a person's own: one word, and what, why, where, a hint."""

from __future__ import annotations

import contextlib
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobkit.errors import Problem, Refused, StopRequested

#: Characters of a message of the person's code that are shown.
MOST = 500
#: What passes through a person's code and is not its doing.
NOT_ITS_DOING = (Problem, StopRequested)
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


def message_of(error: BaseException) -> str:
    """ "ValueError: width must be above 0", in one line that is not too long."""
    if isinstance(error, SystemExit):
        return f"it called sys.exit({cut(repr(error.code))})"
    said = ""
    with contextlib.suppress(Exception):  # the words of an exception may be the person's code too
        said = cut(" ".join(str(error.msg if isinstance(error, SyntaxError) else error).split()))
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


def cut(text: str) -> str:
    return text if len(text) <= MOST else f"{text[:MOST]}…"


def told(error: BaseException, source: Path) -> str:
    """ "ValueError: width must be above 0 (mine.py:12)" """
    line = line_of(error, source)
    return message_of(error) + (f" ({source.name}:{line})" if line else "")


def broke(error: BaseException, source: Path | None) -> Problem | None:
    """What is said of an error that came out of the person's file while it was used; None where it
    came from elsewhere. `source`: None where the model is ours."""
    if source is None or isinstance(error, NOT_ITS_DOING):
        return None
    line = line_of(error, source)
    why = f"{source.name}:{line}: {message_of(error)}"
    return Problem("Your model broke", why) if line else None


@contextlib.contextmanager
def blamed(source: Path | None) -> Iterator[None]:
    """Errors inside that came out of the person's file become a Problem with its line; `sys.exit`
    is such an error too, and not the end of the job."""
    try:
        yield
    except BaseException as e:
        if found := broke(e, source):
            raise found from e
        raise


#: How torch, cuBLAS and cuDNN tell that memory ran out: torch raises RuntimeError for that as for
#: all else.
NO_MEMORY = ("can't allocate memory", "not enough memory", "out of memory", "ALLOC_FAILED")


def crashed(error: BaseException, source: Path, doing: str) -> OwnFault:
    """An exception that the person's code raised, or let pass, while `doing`."""
    line, why = line_of(error, source), told(error, source)
    if isinstance(error, OwnFault):
        return error
    if isinstance(error, MemoryError) or any(said in why for said in NO_MEMORY):
        hint = "make it smaller, or the windows shorter (windows.seconds)"
        return OwnFault("too-large", f"{source.name} ran out of memory while {doing}", why, hint,
                        line)  # fmt: skip
    hint = f"the message is your code's own; look at line {line}" if line else None
    return OwnFault("crashed", f"{source.name} crashed while {doing}", why, hint, line)
