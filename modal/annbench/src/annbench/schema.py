"""The event schema (`event-schema.json`, shared with the other side) and its checker.

Kinds: string, number, integer (3.0 is one; a boolean never is a number), boolean, object, array,
`a|b` = one of these words; a trailing `?` means the field may be absent, not that it may be null.
Fields beyond the schema are allowed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

SCHEMA: dict[str, Any] = json.loads(
    files("annbench").joinpath("event-schema.json").read_text(encoding="utf-8")
)
VERSION: int = SCHEMA["version"]

Verdict = Literal["ok", "unknown", "log", "bad"]


@dataclass(frozen=True)
class Classified:
    """What a line is: an event, an event of an unknown type, log text, or a broken event."""

    verdict: Verdict
    event: dict[str, Any] | None = None
    at: str | None = None


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_integer(value: object) -> bool:
    return _is_number(value) and (isinstance(value, int) or float(value).is_integer())  # type: ignore[arg-type]


_KINDS = {
    "string": lambda v: isinstance(v, str),
    "number": _is_number,
    "integer": _is_integer,
    "boolean": lambda v: isinstance(v, bool),
    "object": lambda v: isinstance(v, dict),
    "array": lambda v: isinstance(v, list),
}


def _matches(value: object, kind: str) -> bool:
    check = _KINDS.get(kind)
    return check(value) if check else isinstance(value, str) and value in kind.split("|")


def first_fault(fields: dict[str, str], event: dict[str, Any]) -> str | None:
    """The first field of `event` that is missing or of the wrong kind, or None."""
    for name, kind in fields.items():
        optional = kind.endswith("?")
        if name not in event:
            if not optional:
                return name
        elif not _matches(event[name], kind.rstrip("?")):
            return name
    return None


def check(event: dict[str, Any]) -> Classified:
    """Judges an object that carries all fields of the envelope."""
    at = first_fault(SCHEMA["envelope"], event)
    if at is None and event["v"] != VERSION:
        at = "v"
    if at is not None:
        return Classified("bad", event, at)
    fields = SCHEMA["types"].get(event["type"])
    if fields is None:
        return Classified("unknown", event)
    at = first_fault(fields, event)
    return Classified("ok", event) if at is None else Classified("bad", event, at)


def classify(line: str) -> Classified:
    """Judges one line of a stream. What is not an object with a whole envelope is log text."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return Classified("log")
    if not isinstance(value, dict) or any(name not in value for name in SCHEMA["envelope"]):
        return Classified("log")
    return check(value)
