"""Checkpoints as a job names them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobkit.errors import JobError
from jobkit.fields import Fields

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


@dataclass(frozen=True)
class Chosen:
    """`name`: of the detector, and a folder's. `title`: for a person. `source`: where it is a
    person's own model, the Python file that may be run for it; a file in the checkpoint's folder is
    run only when it is named here."""

    name: str
    title: str
    folder: Path
    source: Path | None


def chosen_of(items: list[Any], key: str, taken: set[str]) -> tuple[Chosen, ...]:
    """Of a job's `checkpoints`. `taken`: names that other detectors have. JobError names what is
    wrong."""
    found = []
    names = set(taken)
    for i, item in enumerate(items):
        fields = Fields(item, f"{key}[{i}]")
        name, title = fields.text("name"), fields.text("title")
        if not name or not _NAME.fullmatch(name):
            raise JobError(fields.path("name"), "must be of lower-case letters, digits and '-'")
        if name in names:
            raise JobError(fields.path("name"), f"{name} is there twice")
        if not title or not title.isprintable():
            raise JobError(fields.path("title"), "must be a line of text")
        names.add(name)
        folder = _absolute(fields, "folder")
        source = _absolute(fields, "source") if "source" in fields else None
        fields.take("source", None)
        fields.done()
        found.append(Chosen(name, title, folder, source))
    return tuple(found)


def _absolute(fields: Fields, name: str) -> Path:
    value = fields.text(name)
    if not value or not Path(value).is_absolute():
        raise JobError(fields.path(name), "must be an absolute path")
    return Path(value)
