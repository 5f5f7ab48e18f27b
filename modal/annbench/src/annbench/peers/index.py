"""An index of a library that is not ours, in its child process: built there, asked from here."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from annbench.data.formats.hdf5 import Data
from annbench.implementations import Pass
from annbench.peers.registry import CHILD, Peer
from annbench.registered import Params
from annbench.user.answers import check_ids
from annbench.user.board import Board, SharedFile
from annbench.user.sandbox_process import Limits, SandboxProcess, environment

#: Loading a library may mean compiling it, as numba does.
LOAD_SECONDS = 600.0


@dataclass(frozen=True)
class Built:
    """What building came to. Bytes are those of the child, without the rows that it shares."""

    seconds: float
    cpu_seconds: float
    index_bytes: int  # by how much it had grown when it was built
    peak_bytes: int  # and by how much it ever had
    reported_bytes: int  # what the library says; 0 where it does not


class PeerIndex:
    """Is made in the main thread: the child dies with the thread that started it. Whatever goes
    wrong is raised as Judged, or KilledFromOutside."""

    def __init__(
        self, peer: Peer | None, adapter: Path, python: Path, data: Data, train: SharedFile, k: int,
        threads: int, build_threads: int, limits: Limits, said: Callable[[str], None] | None = None,
    ) -> None:  # fmt: skip
        """`peer`: None for an adapter of no library."""
        self._data, self._k, self._limits = data, k, limits
        self._build_threads = build_threads
        count, dim = data.test.shape
        self._file = SharedFile(count * dim * 4)
        self._queries = self._file.array((count, dim), np.float32)
        self._asked: int | None = None  # where the queries are that are in the file
        self._board = Board(count, k)
        self._searched = set(peer.search_params) if peer else set()
        self._params: Params = {}
        self._cpu = 0.0
        self.index_bytes = 0
        self.mode = ""
        most = max(threads, build_threads)
        self._child = SandboxProcess(
            [str(python), "-I", "-B", "-u", str(CHILD / "main.py")], self._board, train, self._file,
            {
                "adapter": adapter, "package": peer.library if peer else "", "parent": os.getpid(),
                "rows": len(data.train), "dim": dim, "queries": count, "k": k,
                "metric": data.distance,
            },
            limits, _environment(most, python.parent.parent), said,
        )  # fmt: skip
        try:
            [self.version] = self._child.ask("", "loading", LOAD_SECONDS)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Ends the child."""
        self._child.close()
        self._board.file.close()
        self._file.close()

    def tail(self) -> str:
        """The last that it printed."""
        return self._child.tail()

    def build(self, params: Params, seed: int, tick: Callable[[float], None]) -> Built:
        """Only afterwards does the child get to see a query. `tick(seconds so far)`."""
        self._set(params)
        before = self._child.private_bytes()
        self._child.peak_bytes = before
        seconds, cpu, reported = self._child.ask(
            f"build {self._build_threads} {seed}", "building", self._limits.build_seconds,
            lambda took, _done: tick(took),
        )  # fmt: skip
        after = self._child.private_bytes()
        self.index_bytes = max(0, after - before)
        peak = max(self._child.peak_bytes, after)
        return Built(
            float(seconds), float(cpu), self.index_bytes, max(0, peak - before), int(reported)
        )

    def search(
        self, queries: NDArray[np.float32], params: Params, threads: int,
        tick: Callable[[float], None],
    ) -> Pass:  # fmt: skip
        """All of these once. `queries`: the first of the data set, one array or slices of it; of
        `params` those of a search count. `tick(share that is done)`."""
        count = len(queries)
        if self._asked != queries.ctypes.data:
            self._queries[:count] = queries
            self._asked = queries.ctypes.data if count == len(self._data.test) else None
        wanted = {name: value for name, value in params.items() if name in self._searched}
        if wanted != self._params:
            self._set(wanted)
            self._params = wanted
        wall, cpu, self.mode = self._child.ask(
            f"pass {count} {threads}", "searching", self._limits.search_seconds,
            lambda _took, done: tick(min(1.0, done / count)),
        )  # fmt: skip
        self._cpu += float(cpu)
        ids = self._board.ids[:count].copy()
        check_ids(ids, len(self._data.train), np.arange(count), overrun=False)
        return ids, self._board.latencies[:count].copy(), float(wall), 0

    def processor_seconds(self) -> float:
        """Used for searching so far, as the child tells."""
        return self._cpu

    @contextlib.contextmanager
    def pinned(self, core: int | None) -> Iterator[bool]:
        """Keeps its threads on `core`. Says whether it does."""
        yield core is not None and self._child.pin(core) is not None

    def _set(self, params: Params) -> None:
        for name, value in params.items():
            self._child.ask(f"set {name} {value}", "setting parameters", 60.0)


def _environment(threads: int, folder: Path) -> dict[str, str]:
    """Threads that have nothing to do sleep instead of keeping a core busy."""
    return {
        **environment(threads), "NUMBA_NUM_THREADS": str(threads), "OMP_WAIT_POLICY": "passive",
        "KMP_BLOCKTIME": "0", "NUMBA_CACHE_DIR": str(folder / "numba"),
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }  # fmt: skip
