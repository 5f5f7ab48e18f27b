"""`check FILE.cpp`: the same file and runner, built with sanitizers, on a few rows."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from annbench.data.formats.hdf5 import Data
from annbench.user.compile import _digest, cache_folder, compile_file, find_compiler, here
from annbench.user.sandbox_process import Limits, environment
from annbench.user.session import Session, shared_rows
from annbench.user.verdict import Judged, Verdict

PLAIN = ("-O1", "-g", "-fno-omit-frame-pointer")
FLAGS = (*PLAIN, "-fsanitize=address,undefined")
ASAN_EXIT, UBSAN_EXIT = 86, 87
ROWS, QUERIES, DIM, K = 2000, 50, 20, 10

_ASAN = re.compile(r"ERROR: AddressSanitizer: (?P<what>.+)")
_UBSAN = re.compile(r"^(?P<file>[^\s:]+):(?P<line>\d+):\d+: runtime error: (?P<what>.+)$", re.M)
_FRAME = re.compile(r"^\s*#\d+ .*? (?P<file>/[^\s:]+):(?P<line>\d+)", re.M)


def _sample(metric: str) -> Data:
    from annbench._core import exact_neighbours

    rng = np.random.default_rng(7)
    train = rng.standard_normal((ROWS, DIM), dtype=np.float32)
    test = rng.standard_normal((QUERIES, DIM), dtype=np.float32)
    neighbors, distances = exact_neighbours(train, test, metric, K)
    return Data("check", "", metric, train, test, neighbors, distances)


def _runner() -> Path:
    """annrun linked with the same sanitizers: they have to be there from the start. It is not what
    is checked, so its own code goes without: that would take three times as long to compile."""
    compiler = find_compiler()
    sources = [here() / "runner" / name for name in ("main.cpp", "seal.cpp")]
    inputs = [*sources, *sorted((here() / "include").iterdir()),
              *sorted((here() / "runner").glob("*.hpp"))]  # fmt: skip
    key = _digest(repr((compiler.command, compiler.version, FLAGS)).encode(),
                  *(path.read_bytes() for path in inputs))[:32]  # fmt: skip
    product = cache_folder() / f"annrun-{key}"
    if product.exists():
        return product
    product.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(prefix="new-", dir=product.parent) as folder:
        out, objects = Path(folder) / "annrun", [f"{path.stem}.o" for path in sources]
        for arguments in (
            ["-std=c++20", *PLAIN, "-I", str(here() / "include"), "-c", *map(str, sources)],
            [*FLAGS, *objects, "-o", str(out), "-pthread", "-ldl"],
        ):
            done = subprocess.run(
                [*compiler.command, *arguments], capture_output=True, text=True, timeout=300,
                stdin=subprocess.DEVNULL, cwd=folder,
            )  # fmt: skip
            if done.returncode == 0:
                continue
            last = done.stderr.strip().splitlines()[-1:] or ["the compiler failed"]
            raise Judged(
                "compile-error", "The checking runner does not compile", last[0],
                "does this compiler have -fsanitize=address,undefined?",
            )  # fmt: skip
        os.replace(out, product)
    return product


def first_finding(text: str, source: Path) -> tuple[str, str] | None:
    """(what, where) of the first report of a sanitizer."""
    undefined, address = _UBSAN.search(text), _ASAN.search(text)
    if undefined and (not address or undefined.start() < address.start()):
        return undefined["what"], f"{undefined['file']}:{undefined['line']}"
    if not address:
        return None
    frames = [(m["file"], m["line"]) for m in _FRAME.finditer(text, address.end())]
    own = [f for f in frames if Path(f[0]).name == source.name] or frames
    where = f"{own[0][0]}:{own[0][1]}" if own else "unknown place"
    what = re.split(r" on (?:unknown )?address| \(", address["what"])[0]
    return what, where


def check(source: Path, log: Callable[[str], None]) -> Verdict:
    """ok, or the first thing that is wrong."""
    try:
        if source.suffix == ".py":
            raise Judged("wrong-interface", "There is nothing to check", "it is Python",
                         "check is for C++")  # fmt: skip
        log("compiling with -fsanitize=address,undefined")
        built = compile_file(source, FLAGS)
        runner = _runner()
        for metric in ("euclidean", "angular"):
            log(f"searching {ROWS} rows ({metric})")
            _search(source, built.path, runner, metric)
    except Judged as e:
        return e.keeping("nothing: this was only a check")
    return Verdict(
        "ok", "Nothing was found", "no wrong use of memory and no undefined behaviour showed up",
        "nothing: this was only a check",
    )  # fmt: skip


def _search(source: Path, library: Path, runner: Path, metric: str) -> None:
    data = _sample(metric)
    train = shared_rows(data.train)
    asan = f"exitcode={ASAN_EXIT}:detect_leaks=0:handle_abort=0:allocator_may_return_null=1"
    ubsan = f"halt_on_error=1:exitcode={UBSAN_EXIT}:print_stacktrace=0"
    os_env = {"ASAN_OPTIONS": asan, "UBSAN_OPTIONS": ubsan}
    session = Session(
        [str(runner)], {"library": library, "check": 1}, data, train, K, 1, 2, 42,
        Limits(memory_bytes=4 << 30, build_seconds=120, search_seconds=120, output_bytes=1 << 20),
        env={**environment(2), **os_env},
    )  # fmt: skip
    try:
        with session:
            session.load()
            session.build(lambda _seconds: None)
            session.point({}, 1, lambda *_: None)
    except Judged as e:
        text = session.child.tail(whole=True)
        found = first_finding(text, source)
        if found is None:
            raise
        what, where = found
        raise Judged("crashed", f"A sanitizer found: {what}", f"first at {where}",
                     "the whole report is above") from e  # fmt: skip
