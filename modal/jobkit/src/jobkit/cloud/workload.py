"""What a job on several containers asks of the workload that it runs. Everything else about such a
job is in here, and the same for all workloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from jobkit.errors import Problem
from jobkit.events import Events
from jobkit.program import Program

#: Below a run's folder: what is known of each part.
PARTS = "parts"
#: What a worker leaves at its end, however it ended.
OUTCOME = "outcome.json"


#: Kinds of containers that a part can be for: what the run was asked to be done on, or the cheap
#: one (no GPU) that has ready what the others need. "work_2" is the second of those that will do
#: for the run, and no other (`machines.py`).
WORK, PREPARE = "work", "prepare"


@dataclass(frozen=True)
class Part:
    """What one container does. `job` is a whole job of its own, as the program takes it. `needs`:
    what has to be there before, by name (data sets). `machine`: which kind of container. `stage`:
    a part begins when all parts of earlier stages are done."""

    name: str
    label: str
    job: dict[str, Any]
    needs: tuple[str, ...] = ()
    machine: str = WORK
    stage: int = 0


@dataclass(frozen=True)
class Preparation:
    """Something that parts need and that is not there: `arguments` of the program have it ready."""

    name: str
    label: str  # "The data set tiny"
    arguments: tuple[str, ...]


@dataclass(frozen=True)
class Shared:
    """Files and folders below the folder of data, for later runs as well: what a part `uses`, and
    those in which it leaves what it `makes`."""

    uses: Sequence[str] = ()
    makes: Sequence[str] = ()


@dataclass(frozen=True)
class Before:
    """What is done once, on a container like those of the parts, before several of them would do it
    each: a phase with its label, and an order that `Workload.carry_out` understands."""

    phase: str
    label: str
    order: list[str]


class Workload(Protocol):
    """A benchmark, a training…"""

    @property
    def program(self) -> Program: ...

    @property
    def phase(self) -> str:
        """What the containers do, as a phase: "measure"."""
        ...

    @property
    def result(self) -> str:
        """The file of a result, in a part's folder and in the run's."""
        ...

    @property
    def apart(self) -> bool:
        """Whether parts have nothing to do with each other: those that failed are warned of, and
        `verdict` alone says whether the run did."""
        ...

    # In the coordinator

    def job(self, given: Mapping[str, Any], run: Path, data: Path) -> dict[str, Any]:
        """The launch file's job as containers see it: its files below `run`, its data in `data`.
        JobError when it is none."""
        ...

    def split(self, job: dict[str, Any]) -> list[Part]:
        """The parts w1…wN, in the order in which one machine would do them; JobError when the
        job is wrong."""
        ...

    def prepare(self, job: dict[str, Any], names: Sequence[str], data: Path) -> list[Preparation]:
        """What is needed by name and is not there yet."""
        ...

    def before(self, parts: Sequence[Part]) -> Before | None:
        """What is to be done once before these parts, or None."""
        ...

    def after(
        self, answer: dict[str, Any], parts: Sequence[Part], events: Events
    ) -> dict[str, dict[str, Any]]:
        """What `carry_out` answered is told, and decides parts that need not be run any more: by
        name, a verdict of each."""
        ...

    def merge(
        self, run: Path, parts: Sequence[Part], data: Path, seconds: float,
        decided: Mapping[str, dict[str, Any]],
    ) -> list[dict[str, Any]]:  # fmt: skip
        """Writes the run's result from what its parts have, finished or not; returns what was
        judged. Files appear whole. `decided`: verdicts of parts that were not run."""
        ...

    def verdict(self, parts: Sequence[Part], judged: Sequence[dict[str, Any]]) -> Problem | None:
        """Why the run failed though no part did, or though some did where they are `apart`; None
        where it did not. `judged`: what `merge` returned."""
        ...

    # In another container

    def carry_out(self, order: Sequence[str], shared: Path) -> dict[str, Any]:
        """Does what `before` ordered; what comes of it goes into `shared`, which all containers of
        all runs see."""
        ...

    # In coordinator and worker

    def is_done(self, part: Path) -> bool:
        """Whether a part's folder has the result of the whole part."""
        ...

    # In a worker

    def shared_data(self, job: Mapping[str, Any], data: Path) -> Shared:
        """What a part uses and makes of the folder `data`, which other containers see as well. It
        works on a copy on its own disk, which the program is told by `--data`; what is new or
        otherwise in what it makes is brought back, now and then and when the program has ended."""
        ...

    def faulty(
        self, job: Mapping[str, Any], data: Path, tell: Callable[[float, float], None]
    ) -> Sequence[str]:
        """Names of copied files that are not as they were written, as far as they tell by
        themselves. `tell(bytes read, of all)`, and it may raise. They are copied once more."""
        ...

    def beyond_repair(self, job: Mapping[str, Any], names: Sequence[str]) -> Problem:
        """Why the part cannot be done: the second copy of these is faulty as well."""
        ...

    def at_work(
        self, job: Mapping[str, Any], shared: Path, volume: AbstractContextManager[Any]
    ) -> AbstractContextManager[dict[str, str]]:
        """Around the program's run of a part: gives the environment that it needs besides. `volume`
        is entered around every use of `shared`."""
        ...


class Plain:
    """What a workload answers that needs nothing ready, does nothing before its parts and judges
    nothing: to be inherited from by one that implements the rest."""

    apart = False

    def job(self, given: Mapping[str, Any], run: Path, data: Path) -> dict[str, Any]:
        return dict(given)

    def prepare(self, job: dict[str, Any], names: Sequence[str], data: Path) -> list[Preparation]:
        return []

    def before(self, parts: Sequence[Part]) -> Before | None:
        return None

    def after(
        self, answer: dict[str, Any], parts: Sequence[Part], events: Events
    ) -> dict[str, dict[str, Any]]:
        return {}

    def verdict(self, parts: Sequence[Part], judged: Sequence[dict[str, Any]]) -> Problem | None:
        return None

    def carry_out(self, order: Sequence[str], shared: Path) -> dict[str, Any]:
        return {}

    def shared_data(self, job: Mapping[str, Any], data: Path) -> Shared:
        return Shared()

    def faulty(
        self, job: Mapping[str, Any], data: Path, tell: Callable[[float, float], None]
    ) -> Sequence[str]:
        return ()

    def beyond_repair(self, job: Mapping[str, Any], names: Sequence[str]) -> Problem:
        return Problem("What was copied is damaged", ", ".join(names))

    def at_work(
        self, job: Mapping[str, Any], shared: Path, volume: AbstractContextManager[Any]
    ) -> AbstractContextManager[dict[str, str]]:
        return nullcontext({})
