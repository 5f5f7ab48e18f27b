"""Memory that ran out, as a person can use it."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from jobkit import machine
from jobkit.errors import Problem

from seizure.model.own.faults import NO_MEMORY, cut
from seizure.training.config import Config
from seizure.training.place import Place, memory_bytes

TRAIN = "ann-tui train --config FILE"
#: GPUs at Modal whose memory is a reason to take them, and their GiB (configs/hardware.yaml).
_LARGE_GPUS = (("L40S", 48), ("A100-80GB", 80), ("H200", 141), ("B200", 192), ("B300", 288))


def ran_out(error: BaseException) -> bool:
    """Whether it says so, in any of the ways in which Python, torch and a GPU's libraries do."""
    if isinstance(error, MemoryError | torch.cuda.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(said in str(error) for said in NO_MEMORY)


@dataclass(frozen=True)
class Held:
    """Bytes: `used` when more was refused, of `total`; by all of a GPU's users, of main memory by
    this process. `said`: the refusal's own first line."""

    used: int | None
    total: int
    said: str


def held(place: Place, error: BaseException) -> Held:
    """To be asked while the error is handled: afterwards its memory is free."""
    said = first_line(error)
    if place.device.type == "cuda":
        free, there_are = torch.cuda.mem_get_info(place.device)
        return Held(there_are - free, there_are, said)
    return Held(memory_bytes(place.device), total(place), said)


def first_line(error: BaseException) -> str:
    return cut((str(error).splitlines() or [type(error).__name__])[0])


def why(config: Config, place: Place, found: Held) -> str:
    """ "256 windows of 60 s at a time with base in bfloat16 on NVIDIA L4: …" """
    windows, share = config.windows, config.windows.batch // config.training.processes
    where = "this machine's memory" if place.name == "cpu" else f"{place.name}'s memory"
    used = "" if found.used is None else f"{gib(found.used)} of "
    return (
        f"{share} windows of {windows.seconds} s at a time, {config.model.name} in "
        f"{place.precision}: {used}{gib(found.total)} GiB of {where} were in use when more was "
        f"refused: {found.said}"
    )


def total(place: Place) -> int:
    """Bytes of memory that there are where it computes."""
    if place.device.type == "cuda":
        return int(torch.cuda.mem_get_info(place.device)[1])
    return machine.memory_bytes()


def gib(size: int) -> str:
    return f"{size / 2**30:.1f}"


def more_memory(place: Place) -> str | None:
    """Where there is more of it, as it is typed; None where there is not."""
    there_are = total(place) / 2**30
    if place.device.type == "cpu":
        return f"{TRAIN} --target modal --memory {2 * math.ceil(there_are)}"
    # With room to spare: a driver and its tables take some of what a GPU is said to have.
    larger = next((name for name, most in _LARGE_GPUS if most > 1.1 * there_are), None)
    return larger and f"{TRAIN} --target modal --gpu {larger}"


@contextlib.contextmanager
def told(config: Config, place: Place, at: Callable[[], tuple[int, int]]) -> Iterator[None]:
    """Memory that runs out inside, long after the tries of before, becomes a Problem: it fitted, so
    that the same training may go on. `at`: the step that it is at then, and that of the checkpoint
    that is kept."""
    try:
        yield
    except Exception as e:
        if not ran_out(e):
            raise
        step, kept = at()
        there = f"the last checkpoint is of step {kept}" if kept else "there is no checkpoint yet"
        raise Problem(
            f"Memory ran out after step {step}", f"{why(config, place, held(place, e))}; {there}",
            resume=True,
        ) from e  # fmt: skip
