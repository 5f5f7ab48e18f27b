"""What another start of a coordinator has to know: what was spent, and the calls that were made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jobkit.budget.account import Account
from jobkit.budget.ledger import Terms
from jobkit.cloud.container.container_start import container_start
from jobkit.files import read_json, write_json

_KINDS = ("budget", "calls", "machines", "given-up")


def names(attempt: int) -> list[str]:
    """The files of an attempt."""
    return [f"{kind}-{attempt}.json" for kind in _KINDS]


class Books:
    """Read from `folder` when there was an earlier start of the same attempt."""

    def __init__(self, folder: Path, attempt: int, budget: Mapping[str, Any] | None) -> None:
        self._account, self._calls, self._machines, self._given_up = (
            folder / name for name in names(attempt)
        )
        self.account = Account(Terms.read(budget), read_json(self._account), container_start())
        #: The platform's ids of tries, in the order in which they were asked for.
        self.calls: dict[str, str] = read_json(self._calls) or {}
        #: The machine that each of them was asked for on: a function of the app.
        self.machines: dict[str, str] = read_json(self._machines) or {}
        #: Tries that nobody found a machine for in time, and since when (Unix seconds).
        self.given_up: dict[str, float] = read_json(self._given_up) or {}

    def changes(self) -> int:
        """Grows with whatever is to be kept at once."""
        return self.account.changes + len(self.calls) + len(self.given_up)

    def write(self) -> None:
        kept = (
            (self._account, self.account.dump()),
            (self._calls, self.calls),
            (self._machines, self.machines),
            (self._given_up, self.given_up),
        )
        for path, value in kept:
            if value:
                write_json(path, dict(value))
