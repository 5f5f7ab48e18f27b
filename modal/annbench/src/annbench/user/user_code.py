"""What a job may say about user code: implementations that are not built in."""

from __future__ import annotations

import re
from collections.abc import Container
from pathlib import Path
from typing import Any

from jobkit.errors import JobError

SUFFIXES = (".cpp", ".cc", ".cxx", ".py")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,79}")
_PARAMETER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
#: What may be limited, and the most that can be said.
LIMITS = {
    "build_seconds": 86_400,
    "search_seconds": 86_400,
    "memory_bytes": 2**50,
    "output_bytes": 2**30,
}


def check_source(value: str, key: str) -> Path:
    """The path of an implementation's file, or JobError."""
    path = Path(value)
    if not path.is_absolute():
        raise JobError(key, "must be an absolute path")
    if path.suffix not in SUFFIXES:
        raise JobError(key, f"must end in {', '.join(SUFFIXES)}")
    if not path.is_file():
        raise JobError(key, f"there is no file {path}")
    return path


def check_name(name: str, taken: Container[str], key: str) -> str:
    if not _NAME.fullmatch(name) or ".." in name:
        raise JobError(key, "must be a name of letters, digits, '-', '_' and '.'")
    if name in taken:
        raise JobError(key, f"{name!r} is one that is built in: give yours another name")
    return name


def read_params(given: object, key: str) -> dict[str, Any]:
    """Any numbers: the implementation itself tells which names it knows."""
    if not isinstance(given, dict):
        raise JobError(key, "must be an object of parameters")
    for name, value in given.items():
        if not _PARAMETER.fullmatch(name):
            raise JobError(f"{key}.{name}", "is no name for a parameter")
        if isinstance(value, bool) or not isinstance(value, (int, float)) or abs(value) > 1e15:
            raise JobError(f"{key}.{name}", "must be a number")
    return given
