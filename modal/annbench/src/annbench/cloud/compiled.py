"""Compiled user code, kept for all containers and runs: named by a hash of source,
headers, compiler, flags and instruction set (user/compile.py)."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from jobkit.cloud.workload import Before, Part
from jobkit.events import Events

from annbench.cloud.parts import dataset_of, source_of, spec_of
from annbench.user import judge
from annbench.user.compile import CompileError, compile_file, prune
from annbench.user.verdict import Verdict

#: Where the program looks for compiled files (user/compile.py).
CACHE = "ANNBENCH_CACHE"


def before(parts: Sequence[Part]) -> Before | None:
    """Files that several of the parts would compile at once."""
    sources = [source for source, theirs in _by_source(parts).items() if len(theirs) > 1]
    if not sources:
        return None
    return Before("compile", ", ".join(Path(source).stem for source in sources), sources)


def after(
    answer: Mapping[str, dict[str, Any]], parts: Sequence[Part], events: Events
) -> dict[str, dict[str, Any]]:
    """Tells what `compile_all` found; the verdicts of parts whose file does not compile."""
    decided: dict[str, dict[str, Any]] = {}
    for source, told in answer.items():
        theirs = _by_source(parts)[source]
        judge.log_compiler(events, told["log"])
        name = spec_of(theirs[0]).name
        if "error" not in told:
            how = "already compiled" if told["cached"] else f"compiled in {told['seconds']:.1f} s"
            events.log(f"{name}: {how}")
            continue
        error = told["error"]
        verdict = Verdict("compile-error", error["what"], error["why"], hint=error["hint"])
        for part in theirs:
            decided[part.name] = judge.say(events, name, dataset_of(part), verdict)
    return decided


def _by_source(parts: Sequence[Part]) -> dict[str, list[Part]]:
    found: dict[str, list[Part]] = {}
    for part in parts:
        source = source_of(part)
        if source is not None and source.suffix != ".py":
            found.setdefault(str(source), []).append(part)
    return found


@contextlib.contextmanager
def taken(
    job: Mapping[str, Any], shared: Path, volume: AbstractContextManager[Any]
) -> Iterator[dict[str, str]]:
    """The environment of a part's program: with what is compiled already in a folder of its own, and
    what it compiles there shared afterwards. `volume` is entered while `shared` is used."""
    theirs = job["implementations"][0].get("source") is not None
    with tempfile.TemporaryDirectory(prefix="annbench-compiled-") as cache:
        if theirs:
            with volume:
                take(shared, Path(cache))
        yield {CACHE: cache}
        if theirs:
            with volume:
                give(Path(cache), shared)


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
