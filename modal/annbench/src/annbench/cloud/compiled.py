"""Compiled files of a person's own, kept for all containers and runs: named by a hash of source,
headers, compiler, flags and instruction set (user/compile.py)."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from annbench.user.compile import CompileError, compile_file, prune
from annbench.user.verdict import Verdict


def take(shared: Path, cache: Path) -> None:
    """Into this container's own folder: what is run must not change under it."""
    _copy(shared, cache)


def give(cache: Path, shared: Path) -> None:
    """What is new, for others."""
    with contextlib.suppress(OSError):  # then they compile it themselves
        shared.mkdir(parents=True, exist_ok=True, mode=0o700)
        _copy(cache, shared)
        prune(shared)


def _copy(source: Path, target: Path) -> None:
    for record in source.glob("*.json"):
        product = record.with_suffix(".so")
        if (target / record.name).exists() or not product.exists():
            continue
        for path in (product, record):  # the record makes it count
            beside = target / f".{path.name}.{os.getpid()}"
            try:
                shutil.copyfile(path, beside)
                os.replace(beside, target / path.name)
            finally:
                beside.unlink(missing_ok=True)


def compile_all(sources: Sequence[str], shared: Path) -> dict[str, dict[str, Any]]:
    """Compiles each file once, for the instruction set of this machine. Of each: `log`, and either
    `seconds` and `cached` or `error` (what, why, hint)."""
    found: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(prefix="annbench-compiled-") as folder:
        cache = Path(folder)
        take(shared, cache)
        for source in sources:
            try:
                built = compile_file(Path(source), cache=cache)
            except CompileError as e:
                verdict = e.verdict
                error = {"what": verdict.what, "why": verdict.why, "hint": verdict.hint}
                found[source] = {"error": error, "log": e.log}
                continue
            found[source] = {"seconds": built.seconds, "cached": built.cached, "log": built.log}
        give(cache, shared)
    return found


def as_verdict(error: dict[str, Any]) -> Verdict:
    """Of what `compile_all()` says of a file that does not compile."""
    return Verdict("compile-error", error["what"], error["why"], hint=error["hint"])
