"""A container as Modal sees it: a task of a function, with the process that really runs."""

from __future__ import annotations

import asyncio
import codecs
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from modal_proto import api_pb2

from .bell import Bell
from .functions import GPUS, Function
from .wire import Door
from .world import new_id

LEAST_CORES = 0.125
LEAST_MIB = 128


def new_task_id() -> str:
    """A V at the end would mark the task of a sandbox."""
    while (task_id := new_id("ta")).endswith("V"):
        pass
    return task_id


@dataclass(eq=False)
class Task:
    """A container. Times in unix seconds, 0 for not yet; `idle_since` on the monotonic clock.

    enqueued: asked for. assigned: has a machine; from here on it costs. started: its process runs. finished: its process has ended.
    """

    task_id: str
    function: Function
    folder: Path
    enqueued: float
    assigned: float = 0
    started: float = 0
    finished: float = 0
    process: asyncio.subprocess.Process | None = None
    door: Door | None = None
    env: dict[str, str] = field(default_factory=dict)
    volumes: list[api_pb2.VolumeMount] = field(default_factory=list)
    inputs: dict[str, Any] = field(default_factory=dict)
    inputs_taken: int = 0
    ready: bool = False
    # It will take no more inputs: told to stop, or idle for too long.
    leaving: bool = False
    reason: int = 0
    exit_code: int | None = None
    result: api_pb2.GenericResult | None = None
    killed: bool = False
    idle_since: float = field(default_factory=time.monotonic)
    cancelled: set[str] = field(default_factory=set)
    cancel_bell: Bell = field(default_factory=Bell)
    abort: asyncio.Event = field(default_factory=asyncio.Event)
    done: asyncio.Event = field(default_factory=asyncio.Event)
    pipes: dict[int, tuple[int, codecs.IncrementalDecoder]] = field(default_factory=dict)

    @property
    def app(self) -> Any:
        return self.function.app

    @property
    def resources(self) -> api_pb2.Resources:
        return self.function.definition.resources

    @property
    def cores(self) -> float:
        return max(LEAST_CORES, self.resources.milli_cpu / 1000)

    @property
    def gib(self) -> float:
        return max(LEAST_MIB, self.resources.memory_mb) / 1024

    @property
    def gpu(self) -> str:
        """The name the GPU is priced under, or nothing."""
        asked = self.resources.gpu_config.gpu_type
        return GPUS.get(asked, asked)

    @property
    def gpu_count(self) -> int:
        return (self.resources.gpu_config.count or 1) if self.gpu else 0

    @property
    def pid(self) -> int | None:
        """The container's first process, as this machine counts; None before it runs."""
        try:
            return int((self.folder / "pid").read_text())
        except (OSError, ValueError):
            return None
