"""Builds and searches with a library that is not ours, in a process and an environment of its own.

Knows the standard library and numpy. Rows and queries are memory that is shared with the harness,
which also reads the answers there (annbench/user/board.py). Commands come by the line:

    load                    the library; says its version
    set NAME VALUE          a parameter: of the build before it, of the search after
    build THREADS SEED      says seconds, CPU seconds, and what the library says its index takes
    pass COUNT THREADS      the first COUNT queries; says seconds, CPU seconds, and how it asked

An adapter (adapters/*.py) is one class `Adapter(dim, metric, k)` with
`build(rows, params, threads, seed)`, optionally `set(params)`, and either
`batch(queries, k, threads)`, one call of the library for all queries that returns ids [m, k], or
`one(query, k)`, which returns the ids of one. `bytes()` is optional. What was not found is -1.
"""

from __future__ import annotations

import ctypes
import gc
import importlib.metadata
import importlib.util
import mmap
import os
import signal
import sys
import traceback
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

BOARD_BYTES, UNWRITTEN = 4096, -(2**31)  # as in board.py
#: Of a query that was answered together with others.
NO_TIME = float("nan")


def _die_with_parent(parent: int) -> None:
    """A process that stands still while it is not asked would not see its pipe close."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)  # PR_SET_PDEATHSIG
        if os.getppid() != parent:
            os._exit(0)


def _give_back() -> None:
    """What was needed for the build only is no part of the index."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _map(options: dict[str, str], name: str, shape: tuple[int, int]) -> np.ndarray:
    """What is shared, as arrays that may be written to, in private: some libraries want that."""
    size = shape[0] * shape[1] * 4
    held = mmap.mmap(int(options[name]), max(size, 1), access=mmap.ACCESS_COPY)
    return np.frombuffer(held, np.float32, size // 4).reshape(shape)


def _load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"adapter_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Adapter


class Runner:
    """One index."""

    def __init__(self, options: dict[str, str]) -> None:
        self._options = options
        queries, dim, self._k = (int(options[n]) for n in ("queries", "dim", "k"))
        self._dim = dim
        self._rows = _map(options, "train-file", (int(options["rows"]), dim))
        self._queries = _map(options, "queries-file", (queries, dim))
        ids = (queries * self._k * 4 + 63) // 64 * 64
        board = mmap.mmap(int(options["board"]), BOARD_BYTES + ids + queries * 8)
        self._done = np.frombuffer(board, np.uint64, 1)
        self._ids = np.frombuffer(board, np.int32, queries * self._k, BOARD_BYTES)
        self._ids = self._ids.reshape(queries, self._k)
        self._times = np.frombuffer(board, np.float64, queries, BOARD_BYTES + ids)
        self._index: Any = None
        self._params: dict[str, int] = {}

    def load(self) -> str:
        kind = _load(Path(self._options["adapter"]))
        self._index = kind(self._dim, self._options["metric"], self._k)
        package = self._options["package"]
        return importlib.metadata.version(package) if package else "-"

    def set(self, name: str, value: int) -> None:
        self._params[name] = value

    def build(self, threads: int, seed: int) -> str:
        index = self._index
        params, self._params = self._params, {}
        start, cpu = perf_counter(), process_time()
        index.build(self._rows, params, threads, seed)
        took, cpu = perf_counter() - start, process_time() - cpu
        _give_back()
        gc.freeze()  # what was built is not looked through again and again while searching
        told = getattr(index, "bytes", lambda: 0)()
        return f"{took:.9f} {cpu:.9f} {int(told)}"

    def search(self, count: int, threads: int) -> str:
        if self._params:
            self._index.set(self._params)
            self._params = {}
        self._done[0] = 0
        asked = self._queries[:count]
        batch = getattr(self._index, "batch", None)
        if batch is None:
            ids, took, cpu, how = self._one_by_one(asked)
        else:
            start, cpu = perf_counter(), process_time()
            ids = batch(asked, self._k, threads)
            took, cpu, how = perf_counter() - start, process_time() - cpu, "batch"
            self._times[:count] = NO_TIME
        self._keep(ids, count)
        self._done[0] = count
        return f"{took:.9f} {cpu:.9f} {how}"

    def _one_by_one(self, asked: np.ndarray) -> tuple[list[Any], float, float, str]:
        one, k, times, clock = self._index.one, self._k, self._times, perf_counter
        found, cpu, start = [], process_time(), clock()
        for number, query in enumerate(asked):
            begun = clock()
            found.append(one(query, k))
            times[number] = clock() - begun
        return found, clock() - start, process_time() - cpu, "single"

    def _keep(self, found: Any, count: int) -> None:
        """Answers for the harness, which checks them; what is no row number at all becomes one that
        cannot be."""
        self._ids[:count] = -1
        for at, ids in enumerate(found):
            few = np.asarray(ids)[: self._k]
            impossible = (few < -1) | (few >= 2**31) | (few != np.floor(few))
            self._ids[at, : len(few)] = np.where(impossible, UNWRITTEN, few)


def main() -> None:
    options = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=True))
    _die_with_parent(int(options["parent"]))
    sys.path.insert(0, str(Path(__file__).parent))  # vectors.py
    commands = os.fdopen(int(options["commands"]), "r")

    def say(text: str) -> None:
        line = " ".join(text.split()).encode("utf-8", "replace")[:4000]
        os.write(int(options["replies"]), line + b"\n")

    try:
        runner = Runner(options)
        say(f"ok {runner.load()}")
        for line in commands:
            words = line.split()
            if words[0] == "set":
                runner.set(words[1], int(words[2]))
                say("ok")
            elif words[0] == "build":
                say(f"ok {runner.build(int(words[1]), int(words[2]))}")
            else:
                say(f"ok {runner.search(int(words[1]), int(words[2]))}")
    except MemoryError as e:
        say(f"error out-of-memory {e}")
    except SystemExit as e:
        say(f"error exited sys.exit({e.code!r}) was called")
    except BaseException as e:
        traceback.print_exc()
        say(f"error crashed {type(e).__name__}: {e}")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
