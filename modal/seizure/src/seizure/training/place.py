"""Where a training computes, and with what: device, precision, threads."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass

import torch
from jobkit import machine, memory
from jobkit.errors import Refused

from seizure.training.config import Training


@dataclass(frozen=True)
class Place:
    """`name`: "cpu", or the GPU's own. `threads`: of this process."""

    device: torch.device
    name: str
    precision: str
    threads: int

    def autocast(self) -> torch.autocast:
        """Forward passes go inside; weights and loss stay float32."""
        return torch.autocast(
            self.device.type, torch.bfloat16, enabled=self.precision == "bfloat16"
        )

    def synchronize(self) -> None:
        """Waits until what a GPU was told is done, so that a clock tells the truth."""
        if self.device.type == "cuda":
            torch.cuda.synchronize(self.device)


def place_of(training: Training, rank: int = 0) -> Place:
    """Sets the threads and the determinism of this process. Refused where there is no such device
    or precision."""
    device = _device(training, rank)
    threads = training.threads or max(1, machine.cores() // training.processes)
    torch.set_num_threads(threads)
    with contextlib.suppress(RuntimeError):  # it can be said once in a process' life
        torch.set_num_interop_threads(1)
    # cuBLAS is deterministic with a fixed workspace alone, read when it starts.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False
    torch.backends.cudnn.benchmark = False
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else "cpu"
    return Place(device, name, _precision(training, device), threads)


def kind_of(training: Training) -> str:
    """ "cpu" or "cuda"."""
    if training.device != "auto":
        return training.device
    return "cuda" if _gpus() >= training.processes else "cpu"


def _gpus() -> int:
    return torch.cuda.device_count() if torch.cuda.is_available() else 0


def _device(training: Training, rank: int) -> torch.device:
    if kind_of(training) == "cpu":
        return torch.device("cpu")
    count = _gpus()
    if count < training.processes:
        why = f"training.processes is {training.processes}, and torch finds {count} GPUs here"
        hint = "ann-tui train --config FILE --set training.device=cpu"
        raise Refused("There are not enough GPUs", why, hint)
    return torch.device("cuda", rank)


def _precision(training: Training, device: torch.device) -> str:
    has = device.type == "cpu" or torch.cuda.is_bf16_supported(including_emulation=False)
    if training.precision == "auto":
        return "bfloat16" if device.type == "cuda" and has else "float32"
    if training.precision == "bfloat16" and not has:
        raise Refused(
            "This GPU has no bfloat16", torch.cuda.get_device_name(device),
            "ann-tui train --config FILE --set training.precision=float32",
        )  # fmt: skip
    return training.precision


def memory_bytes(device: torch.device) -> int | None:
    """What this process holds now: of the GPU's memory, or of main memory. None where the system
    does not tell."""
    if device.type == "cuda":
        return int(torch.cuda.memory_reserved(device))
    with contextlib.suppress(OSError, ValueError, IndexError), open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return memory.peak()


def peak_bytes(device: torch.device) -> int | None:
    """The most that it held so far."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_reserved(device))
    return memory.peak()
