"""What implementations.json and peers/peers.json say of an implementation: its parameters, what is
tried of them, and what that takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jobkit.errors import JobError

from annbench.cost import Cost

Params = dict[str, Any]


@dataclass(frozen=True)
class Whole:
    """A whole-number parameter."""

    default: int
    least: int
    most: int

    def read(self, value: object, key: str) -> int:
        """The value, or JobError naming the key."""
        whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
        if isinstance(value, bool) or not whole or not self.least <= value <= self.most:  # type: ignore[operator]
            raise JobError(key, f"must be a whole number from {self.least} to {self.most}")
        return int(value)  # type: ignore[call-overload,no-any-return]


@dataclass(frozen=True)
class Registered:
    """One implementation, as its entry has it."""

    title: str
    build_params: dict[str, Whole]
    search_params: dict[str, Whole]
    sweep: dict[str, dict[str, list[int]]]  # what is tried when nothing else is said
    cost: Cost


def fields_of(facts: dict[str, Any]) -> dict[str, Any]:
    """The fields of a Registered."""
    return {
        "title": facts["title"], "build_params": _whole(facts["build"]),
        "search_params": _whole(facts["search"]), "sweep": facts["sweep"],
        "cost": Cost(**facts["cost"]),
    }  # fmt: skip


def _whole(facts: dict[str, Any]) -> dict[str, Whole]:
    return {name: Whole(**limits) for name, limits in facts.items()}


def read_params(kinds: dict[str, Whole], given: object, key: str) -> Params:
    """Validated parameters with the defaults filled in; JobError names the offending key."""
    if not isinstance(given, dict):
        raise JobError(key, "must be an object of parameters")
    for name in given:
        if name not in kinds:
            known = ", ".join(kinds) or "none"
            raise JobError(f"{key}.{name}", f"is no parameter here (known: {known})")
    return {n: k.read(given.get(n, k.default), f"{key}.{n}") for n, k in kinds.items()}
