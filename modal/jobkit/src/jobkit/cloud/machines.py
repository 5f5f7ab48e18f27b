"""The containers that a run may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jobkit.cloud.workload import PREPARE, WORK, Part


@dataclass(frozen=True)
class Machine:
    """`function`: of the app, that runs on it. `label`: "A100-80GB". `rate`: dollars an hour of the
    whole container; None: as the budget's terms say."""

    function: str
    label: str
    rate: float | None = None


@dataclass(frozen=True)
class Machines:
    """`work`: the one that was asked for first, then those that will do instead. `places`: so many
    at once. `patience`: seconds without a machine after which the next of them is asked for.
    `each`: none will do instead of another, and a part that is for one of them goes without."""

    work: tuple[Machine, ...]
    prepare: Machine
    work_places: int
    prepare_places: int
    patience: float
    each: bool = False

    @classmethod
    def read(cls, launch: Mapping[str, Any]) -> Machines:
        """Of a launch file; one that names none has containers of one kind."""
        given = launch.get("machines") or {}
        work = tuple(
            Machine(function(WORK, at), str(one.get("label") or ""), one.get("rate"))
            for at, one in enumerate(given.get("work") or [{}])
        )
        preparer = given.get("prepare") or {}
        return cls(
            work=work,
            prepare=Machine(PREPARE, str(preparer.get("label") or ""), preparer.get("rate")),
            work_places=int(launch["containers"]),
            prepare_places=int(preparer.get("containers", 1)),
            patience=float(given.get("patience", float("inf"))),
            each=bool(given.get("each")),
        )

    def choices(self, part: Part) -> tuple[Machine, ...]:
        """Those that will do for a part, the first choice first."""
        if part.machine == WORK:
            return self.work
        if part.machine == PREPARE:
            return (self.prepare,)
        number = int(part.machine.removeprefix(f"{WORK}_"))
        return (self.work[number - 1],)

    def places(self, part: Part) -> int:
        return self.prepare_places if part.machine == PREPARE else self.work_places


def function(kind: str, number: int) -> str:
    """The app's function of the machine with this number, from 0: "work", "work_2", …"""
    return kind if number == 0 else f"{kind}_{number + 1}"
