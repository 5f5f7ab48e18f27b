"""A job's JSON, taken field by field: a JobError names what is missing, wrong or unknown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from jobkit.errors import JobError


class Fields:
    """Takes the fields of a JSON object one by one, and tells what was left over."""

    def __init__(self, value: object, key: str) -> None:
        if not isinstance(value, dict):
            raise JobError(key or "job", "must be an object")
        self._left = dict(value)
        self._key = key

    def path(self, name: str) -> str:
        return f"{self._key}.{name}" if self._key else name

    def take(self, name: str, default: Any = ...) -> Any:
        if name in self._left:
            return self._left.pop(name)
        if default is ...:
            raise JobError(self.path(name), "is missing")
        return default

    def whole(self, name: str, least: int, most: int, default: Any = ...) -> int:
        value = self.take(name, default)
        integral = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not integral or not least <= value <= most:
            raise JobError(self.path(name), f"must be a whole number from {least} to {most}")
        return int(value)

    def text(self, name: str, default: Any = ...) -> Any:
        value = self.take(name, default)
        if value is not None and not isinstance(value, str):
            raise JobError(self.path(name), "must be text")
        return value

    def items(self, name: str) -> list[Any]:
        value = self.take(name)
        if not isinstance(value, list) or not value:
            raise JobError(self.path(name), "must be a list with at least one entry")
        return value

    def __contains__(self, name: str) -> bool:
        return self._left.get(name) is not None

    def names(self) -> list[str]:
        """Of what was not taken yet."""
        return list(self._left)

    def done(self) -> None:
        for name in self._left:
            raise JobError(self.path(name), "is not known")


def read_object(path: Path) -> Any:
    """What a job's file holds; JobError when it cannot be read or is no JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as e:
        raise JobError("job", f"cannot be read: {e.strerror}") from e
    except (ValueError, RecursionError) as e:
        raise JobError("job", f"is not JSON: {e}") from e
