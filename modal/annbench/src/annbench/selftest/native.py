"""native.cpp, compiled as user code is, and loaded."""

from __future__ import annotations

import ctypes
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from annbench.user.compile import compile_file, here


@contextmanager
def native() -> Iterator[ctypes.CDLL]:
    with tempfile.TemporaryDirectory(prefix="annbench-selftest-") as folder:
        built = compile_file(here() / "selftest" / "native.cpp", cache=Path(folder))
        library = ctypes.CDLL(str(built.path))
        library.selftest_now.restype = ctypes.c_int64
        library.selftest_work.restype = ctypes.c_double
        library.selftest_work.argtypes = [ctypes.c_int64, ctypes.POINTER(ctypes.c_uint64)]
        yield library
