"""Data that a part uses and makes: a copy on this container's disk, brought back as it grows."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from jobkit.cloud.container.copied import Copied
from jobkit.cloud.job_runner import JobRunner
from jobkit.cloud.pulse import insist
from jobkit.cloud.workload import Workload
from jobkit.errors import Problem
from jobkit.events.phase import Phase, bytes_tick
from jobkit.files import amount, as_problem

#: Files that are copied at a time: on a volume the waiting is what takes time.
_THREADS = 8
#: Of this container's disk, what has to stay free for what the job itself leaves.
_SPARE = 64 << 20


class Left(Exception):
    """The container was asked to leave while it copied."""


class OwnData:
    """`folder`: of the copy. `bring`: what is new of it is brought, and kept."""

    def __init__(self, folder: Path, bring: Callable[[], None]) -> None:
        self.folder = folder
        self.bring = bring


@contextlib.contextmanager
def own_data(
    workload: Workload, job: Mapping[str, Any], there: Path | None,
    keep: Callable[[], None] | None, runner: JobRunner, leaving: Callable[[], bool],
) -> Iterator[OwnData | None]:  # fmt: skip
    """The copy, or None for a workload that shares none. `keep`: None where data is only read; what
    is made then goes with the container. `leaving`: whether to give up copying.

    Errors: Left; Problem where there is no room, or a file is damaged there."""
    shared = None if there is None else workload.shared_data(job, there)
    if there is None or shared is None or not (shared.uses or shared.makes):
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="data-") as folder:
        own = Path(folder)
        copied = Copied(own, there, shared.uses, shared.makes)
        copy = _Copy(workload, job, own, there, copied, runner, leaving)
        try:
            copy.make()
        except OSError as e:
            raise as_problem(e, "The data could not be copied", own) from e
        bring = _bringing(copied, keep) if keep is not None else lambda: None
        try:
            yield OwnData(own, bring)
        finally:
            insist(bring, lambda told: runner.say(f"data is not kept: {told}"))


class _Copy:
    """Copying what is there, and looking whether it is what was written."""

    def __init__(
        self, workload: Workload, job: Mapping[str, Any], own: Path, there: Path, copied: Copied,
        runner: JobRunner, leaving: Callable[[], bool],
    ) -> None:  # fmt: skip
        self._workload, self._job = workload, job
        self._own, self._there = own, there
        self._copied, self._runner, self._leaving = copied, runner, leaving

    def make(self) -> None:
        names = self._copied.there()
        if not names:
            return
        sizes = {name: (self._there / name).stat().st_size for name in names}
        size = sum(sizes.values())
        self._require_room(size)
        begun = time.monotonic()
        with (
            self._runner.events() as events,
            Phase(events, "data", f"copying {amount(size)}") as phase,
        ):
            self._fetch(names, size, phase, f"copying {amount(size)}")
            took = time.monotonic() - begun
            events.log(f"{amount(size)} of data were there, fetched in {took:.1f} s")
            wrong = self._faulty(phase)
            if wrong:
                told = f"{wrong[0]}{f' and {len(wrong) - 1:,} more' if len(wrong) > 1 else ''}"
                events.warn(f"{told}: not what was written; copied once more")
                again = [Path(name) for name in wrong if (self._there / name).exists()]
                size = sum(sizes.get(name, 0) for name in again)
                self._fetch(again, size, phase, f"copying {amount(size)} once more")
                wrong = self._faulty(phase)
            if wrong:
                raise self._workload.beyond_repair(self._job, wrong)

    def _require_room(self, size: int) -> None:
        free = shutil.disk_usage(self._own).free
        if size + _SPARE <= free:
            return
        raise Problem(
            "The container's disk is too small for the data",
            f"{amount(size)} have to be copied to it, {amount(free)} are free",
            "take a smaller dataset, or fewer of them in one run",
        )

    def _fetch(self, names: Sequence[Path], size: int, phase: Phase, label: str) -> None:
        lock = threading.Lock()
        tick = bytes_tick(phase, label)
        done = 0

        def tell(count: int) -> None:
            nonlocal done
            if self._leaving():
                raise Left
            with lock:
                done += count
                tick(done, max(size, done))

        with ThreadPoolExecutor(_THREADS) as pool:
            try:
                for _ in pool.map(lambda name: self._copied.fetch_one(name, tell), names):
                    pass
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise

    def _faulty(self, phase: Phase) -> Sequence[str]:
        tick = bytes_tick(phase, "verifying")

        def tell(done: float, total: float) -> None:
            if self._leaving():
                raise Left
            tick(int(done), int(total))

        return self._workload.faulty(self._job, self._own, tell)


def _bringing(copied: Copied, keep: Callable[[], None]) -> Callable[[], None]:
    """Brings and keeps what is new, one call at a time. A `keep` that failed is owed when it is
    tried again, though nothing new came since."""
    owed = False
    lock = threading.Lock()

    def bring() -> None:
        nonlocal owed
        with lock:
            before, owed = owed, True
            owed = copied.bring() or before
            if owed:
                keep()
                owed = False

    return bring
