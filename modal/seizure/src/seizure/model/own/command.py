"""`check-model FILE`: the check of a model file, for a person."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jobkit.errors import Refused

from seizure.model.own.check import Limits, check
from seizure.model.own.faults import Verdict
from seizure.store.settings import RATES


def check_model(
    source: Path, options: str, channels: list[int], rate: int, seconds: int,
    limit: float | None, said: Callable[[str], None],
) -> Verdict:  # fmt: skip
    """`options`: JSON; `limit`: seconds of each step. Refused for what cannot be asked."""
    what = "The check cannot be made so"
    if not source.is_file():
        raise Refused(f"There is no file {source}", f"it would be {source.absolute()}")
    for name, value, least, most in (
        ("--rate", rate, *RATES), ("--seconds", seconds, 1, 300),
        *(("--channels", one, 1, 1024) for one in channels),
    ):  # fmt: skip
        if not least <= value <= most:
            raise Refused(what, f"{name} is a whole number from {least} to {most}")
    if limit is not None and not limit > 0:
        raise Refused(what, "--limit is a number of seconds above 0")
    limits = Limits() if limit is None else Limits(seconds=limit)
    return check(source, _object(options), tuple(channels), rate, seconds, said, limits)


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as e:
        raise Refused("--options cannot be read", f"it is no JSON: {e}") from e
    if not isinstance(value, dict):
        raise Refused("--options cannot be read", "it has to be an object of names and values")
    return value
