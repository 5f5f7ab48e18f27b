"""What comes from outside, checked; and the client's numbers in the units of the wire."""

from __future__ import annotations

from typing import Any

from .errors import BadRequest


def text(given: dict[str, Any], name: str, default: str | None = None) -> str:
    value = given.get(name, default)
    if not isinstance(value, str):
        raise BadRequest(f"{name} must be text")
    return value


def count(given: dict[str, Any], name: str) -> int:
    value = given.get(name, 0)
    if not isinstance(value, int) or value < 0:
        raise BadRequest(f"{name} must be a whole number from 0")
    return value


def millis(seconds: float) -> int | None:
    """Unix milliseconds; None for the 0 that stands for nothing."""
    return round(seconds * 1000) if seconds else None


def word(enum: Any, number: int, prefix: str) -> str:
    """TASK_STATE_LOADING_IMAGE as "loading image"; a number that this client does not know as "unknown"."""
    try:
        return enum.Name(number).removeprefix(prefix).lower().replace("_", " ")
    except ValueError:
        return "unknown"
