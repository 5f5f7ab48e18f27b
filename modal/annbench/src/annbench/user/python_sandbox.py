"""Runs an implementation written as a Python class, in a process of its own; speaks as annrun does.

The file holds one class with `fit(X)` and `query(q, k)`. It may have a constructor that takes
`metric` and build parameters by name, and `set_query_arguments(...)` or `set(name, value)`.

The walls go up before numpy is loaded: threads that it starts are within them too.
"""

from __future__ import annotations

import ctypes
import gc
import importlib.util
import inspect
import mmap
import os
import sys
import traceback
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

BOARD_BYTES, UNWRITTEN = 4096, -(2**31)  # as in board.py, which needs numpy
#: Between what is said and the hint.
HINT = " | "
#: Packages that are called otherwise than their modules.
PACKAGES = {"faiss": "faiss-cpu", "sklearn": "scikit-learn", "ngtpy": "ngt", "svs": "scalable-vs",
            "cv2": "opencv-python-headless", "yaml": "PyYAML"}  # fmt: skip
#: What numpy itself may take, beside the memory that the implementation may.
FOR_NUMPY = 256 << 20

class Refused(Exception):
    def __init__(self, word: str, text: str) -> None:
        super().__init__(text)
        self.word = word


def _load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise Refused("wrong-interface", f"{path.name} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    sys.path.insert(0, str(path.parent))
    spec.loader.exec_module(module)
    return module


def _find_class(module: ModuleType) -> type:
    found = [
        value for value in vars(module).values()
        if inspect.isclass(value) and value.__module__ == module.__name__
        and callable(getattr(value, "fit", None)) and callable(getattr(value, "query", None))
        and not inspect.isabstract(value)
    ]  # fmt: skip
    if not found:
        raise Refused("wrong-interface", "there is no class with fit(X) and query(q, k) in it")
    return found[-1]


def _make(kind: type, metric: str, params: dict[str, float]) -> Any:
    wanted = inspect.signature(kind).parameters
    anything = any(p.kind is p.VAR_KEYWORD for p in wanted.values())
    given: dict[str, Any] = {"metric": metric, **params}
    for name in params:
        if name not in wanted and not anything:
            raise Refused("wrong-interface", f"its constructor knows no parameter {name}")
    return kind(**{n: v for n, v in given.items() if n in wanted or (anything and n != "metric")})


def _map_board(options: dict[str, str]) -> mmap.mmap:
    queries, k = int(options["queries"]), int(options["k"])
    ids = (queries * k * 4 + 63) // 64 * 64
    return mmap.mmap(int(options["board"]), BOARD_BYTES + ids + queries * 8)


class Runner:
    def __init__(self, options: dict[str, str], board: mmap.mmap, library: ctypes.CDLL) -> None:
        import numpy as np

        self._np, self._library = np, library
        self._options, self.board = options, board
        self._k, dim = int(options["k"]), int(options["dim"])
        rows, queries = int(options["rows"]), int(options["queries"])
        self._train = self._map("train-file", rows * dim * 4).reshape(rows, dim)
        self._queries = self._map("queries-file", queries * dim * 4).reshape(queries, dim)
        offset = len(board) - queries * 8
        self._counts = np.frombuffer(self.board, np.uint64, 2)
        self._overrun = np.frombuffer(self.board, np.int32, 1, 48)
        self._ids = np.frombuffer(self.board, np.int32, queries * self._k, BOARD_BYTES)
        self._ids = self._ids.reshape(queries, self._k)
        self._times = np.frombuffer(self.board, np.float64, queries, offset)
        self._kind: type | None = None
        self._index: Any = None
        self._params: dict[str, float] = {}

    def _map(self, name: str, size: int) -> np.ndarray:
        fd = int(self._options[name])
        held = mmap.mmap(fd, max(size, 1), prot=mmap.PROT_READ, flags=mmap.MAP_SHARED)
        os.close(fd)
        return self._np.frombuffer(held, self._np.float32, size // 4)

    def load(self) -> str:
        self._kind = _find_class(_load(Path(self._options["source"])))
        return self._kind.__name__

    def set(self, name: str, value: float) -> None:
        if value.is_integer():
            value = int(value)
        own = getattr(self._index, "set", None)
        if self._index is not None and callable(own):
            if own(name, value) is False:
                raise Refused("wrong-interface", f"it knows no parameter {name}")
        elif self._index is not None and not hasattr(self._index, "set_query_arguments"):
            raise Refused("wrong-interface", f"it has no set_query_arguments to take {name}")
        else:
            self._params[name] = value

    def build(self) -> float:
        assert self._kind is not None
        begun = perf_counter()
        self._index = _make(self._kind, self._options["metric"], self._params)
        self._params = {}
        self._index.fit(self._train)
        took = perf_counter() - begun
        gc.collect()
        gc.freeze()  # what was built is not looked through again and again while searching
        # From here on it shows whether the rows are still looked at.
        rows = self._train
        self._library.annrun_watch(ctypes.c_void_p(rows.ctypes.data), ctypes.c_uint64(rows.nbytes))
        return took

    def search(self, first: int, count: int) -> float:
        if self._params:
            self._index.set_query_arguments(*self._params.values())
            self._params = {}
        query, k, clock = self._index.query, self._k, perf_counter
        self._counts[:] = 0
        self._overrun[0] = 0
        self._ids[first : first + count] = UNWRITTEN
        start = clock()
        for number in range(count):
            self._counts[1] = number
            vector = self._queries[first + number]
            begun = clock()
            found = query(vector, k)
            self._times[first + number] = clock() - begun
            self._keep(first + number, found)
            self._counts[0] = number + 1
        return clock() - start

    def _keep(self, at: int, found: Any) -> None:
        np = self._np
        ids = np.asarray(found)
        if ids.ndim != 1 or (ids.size and ids.dtype.kind not in "iu"):
            what = f"{type(found).__name__} of shape {ids.shape} and kind {ids.dtype}"
            raise Refused("wrong-interface", f"query() returned {what}, not a list of row numbers")
        if len(ids) > self._k:
            self._overrun[0] = 1
        few = ids[: self._k]
        if few.size and (few.min() < -(2**31) + 1 or few.max() >= 2**31):
            few = np.where((few < 0) | (few >= 2**31), -2, few)
        self._ids[at, : len(few)] = few


def _seal(board: mmap.mmap, options: dict[str, str]) -> ctypes.CDLL:
    library = ctypes.CDLL(options["seal-library"])
    at = ctypes.c_void_p(ctypes.addressof(ctypes.c_char.from_buffer(board)))
    library.annrun_note_faults(at)
    memory, cpu = (
        ctypes.c_uint64(int(options["memory"]) + FOR_NUMPY),
        ctypes.c_uint64(int(options["cpu-seconds"])),
    )
    failed = library.annrun_limit(at, memory, cpu)
    if failed:
        raise OSError(failed, os.strerror(failed))
    if int(options["seal"]):
        names = [os.fsencode(name) for name in options["readable"].split("\n")]
        library.annrun_seal(at, (ctypes.c_char_p * (len(names) + 1))(*names, None))
    return library


def _missing(error: ModuleNotFoundError, source: Path) -> str:
    """What a file lacks, and how this environment gets it."""
    name = (error.name or str(error)).split(".")[0]
    package = PACKAGES.get(name, name)
    return f"{_why(error, source)}{HINT}{sys.executable} -m pip install {package}"


def _why(error: BaseException, source: Path) -> str:
    """The error, with the line of the author's file that led to it."""
    place = ""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if Path(frame.filename) == source:
            place = f" ({source.name}:{frame.lineno})"
            break
    if isinstance(error, SyntaxError) and error.lineno:
        place = f" ({Path(error.filename or '').name}:{error.lineno})"
    return f"{type(error).__name__}: {error}{place}"


def main() -> None:
    options = dict(zip(sys.argv[1::2], sys.argv[2::2], strict=False))
    source = Path(options["source"])
    commands = os.fdopen(int(options["commands"]), "r")
    replies = int(options["replies"])

    def say(text: str) -> None:
        os.write(replies, " ".join(text.split()).encode("utf-8", "replace")[:4000] + b"\n")

    try:
        board = _map_board(options)
        runner = Runner(options, board, _seal(board, options))
        say(f"ok {runner.load()}")
        for line in commands:
            match line.split():
                case ["set", name, value]:
                    runner.set(name, float(value))
                    say("ok")
                case ["build", _threads]:
                    say(f"ok {runner.build():.9f} 0")
                case ["pass", first, count, _threads]:
                    say(f"ok {runner.search(int(first), int(count)):.9f} python")
                case _:
                    raise Refused("internal", f"what is this? {line}")
    except Refused as e:
        say(f"error {e.word} {e}")
    except MemoryError as e:
        say(f"error out-of-memory {_why(e, source)}")
    except SystemExit as e:
        say(f"error exited sys.exit({e.code!r}) was called")
    except ModuleNotFoundError as e:
        traceback.print_exc()
        say(f"error lacks-module {_missing(e, source)}")
    except SyntaxError as e:
        say(f"error compile-error {_why(e, source)}")
    except BaseException as e:
        traceback.print_exc()
        say(f"error crashed {_why(e, source)}")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
