"""Event schemas and their checker: the types that every job has (`event-schema.json` here) and
those that a workload adds (a file of the same form beside its own code). The other side reads both
files.

Kinds: string, number, integer (3.0 is one; a boolean never is a number), boolean, object, array,
`a|b` = one of these words; a trailing `?` means the field may be absent, not that it may be null.
Fields beyond the schema are allowed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

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


def first_fault(fields: Mapping[str, str], event: dict[str, Any]) -> str | None:
    """The first field of `event` that is missing or of the wrong kind, or None."""
    for name, kind in fields.items():
        optional = kind.endswith("?")
        if name not in event:
            if not optional:
                return name
        elif not _matches(event[name], kind.rstrip("?")):
            return name
    return None


@dataclass(frozen=True)
class Schema:
    """The event types of a job. `keep`: types worth keeping at once, which another attempt finds
    again in the journal."""

    version: int
    envelope: Mapping[str, str]
    types: Mapping[str, Mapping[str, str]]
    keep: tuple[str, ...] = ()

    def plus(self, added: Mapping[str, Any]) -> Schema:
        """With the types of a workload. ValueError when it is of another version, or changes a type
        that is there."""
        twice = self.types.keys() & added["types"].keys()
        if added["version"] != self.version or twice:
            raise ValueError(f"event schema: version {added['version']}, {sorted(twice)} twice")
        keep = (*self.keep, *added.get("keep", []))
        return Schema(self.version, self.envelope, {**self.types, **added["types"]}, keep)

    def check(self, event: dict[str, Any]) -> Classified:
        """Judges an object that carries all fields of the envelope."""
        at = first_fault(self.envelope, event)
        if at is None and event["v"] != self.version:
            at = "v"
        if at is not None:
            return Classified("bad", event, at)
        fields = self.types.get(event["type"])
        if fields is None:
            return Classified("unknown", event)
        at = first_fault(fields, event)
        return Classified("ok", event) if at is None else Classified("bad", event, at)

    def classify(self, line: str) -> Classified:
        """Judges one line of a stream. What is not an object with a whole envelope is log text."""
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            return Classified("log")
        if not isinstance(value, dict) or any(name not in value for name in self.envelope):
            return Classified("log")
        return self.check(value)


def read_schema(package: str) -> dict[str, Any]:
    """The `event-schema.json` of a package."""
    text = files(package).joinpath("event-schema.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


#: The types that every job has.
COMMON = Schema(**read_schema("jobkit.events"))
