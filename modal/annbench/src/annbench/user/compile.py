"""From one C++ file to a shared object: cached, limited in time, errors told by file and line."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from functools import cache
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from jobkit import machine
from jobkit.files import exclusive, write_json

from annbench.user import walls
from annbench.user.verdict import Judged

SECONDS = 300
#: A file that the compiler writes is at most so large.
MOST_FILE = 512 << 20
#: At most so much of what a compiler says is read.
MOST_OUTPUT = 1 << 20
#: So many compiled files are kept.
KEPT = 64

_DIAGNOSTIC = re.compile(
    r"^(?P<file>[^:\n]+):(?P<line>\d+):(?:(?P<column>\d+):)? (?:fatal )?[eE]rror: (?P<text>.*)$"
)
_LINKER = re.compile(r"(?P<text>undefined (?:reference|symbol).*|.*ld(?:\.\w+)?: .*)$")
_NO_MEMORY = re.compile(
    r"out of memory|annot allocate memory|memory exhausted|std::bad_alloc|insufficient memory"
)
#: What an assembler reads other files by, in what a compiler wrote for it.
_READS_A_FILE = re.compile(rb"^\s*\.(?:incbin|include|macro|irpc?|altmacro)\b", re.MULTILINE)
_BESIDE = re.compile(rb'^\s*#\s*include\s*"', re.MULTILINE)
_OLD_INTERFACE = re.compile(rb'^\s*#\s*include\s*["<][^">]*ann_interface\.hpp[">]', re.MULTILINE)


@dataclass(frozen=True)
class Diagnostic:
    """One error of the compiler, in its own words and order."""

    file: str
    line: int | None
    column: int | None
    message: str

    def __str__(self) -> str:
        place = [self.file, *(str(n) for n in (self.line, self.column) if n is not None)]
        return f"{':'.join(place)}: {self.message}"


@dataclass(frozen=True)
class Built:
    path: Path
    seconds: float
    cached: bool
    log: str


class CompileError(Judged):
    """The compiler refused. `log` is all it said, `errors` in its order."""

    def __init__(
        self, why: str, hint: str, errors: list[Diagnostic], log: str,
        what: str = "It does not compile",
    ) -> None:  # fmt: skip
        super().__init__("compile-error", what, why, hint)
        self.errors = errors
        self.log = log


@dataclass(frozen=True)
class Compiler:
    command: tuple[str, ...]
    version: str
    flags: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.version.split("\n", 1)[0]


def here() -> Path:
    """The folder of the installed package."""
    return Path(str(package_files("annbench")))


def cache_folder() -> Path:
    """$ANNBENCH_CACHE, or a folder where caches belong."""
    given = os.environ.get("ANNBENCH_CACHE")
    if given:
        return Path(given).absolute()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base).absolute() / "annbench" / "compiled"


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C", "CCACHE_DISABLE": "1"}


def _accepts(command: tuple[str, ...], flags: list[str], source: str) -> bool:
    with tempfile.TemporaryDirectory(prefix="annbench-") as folder:
        path = Path(folder) / "probe.cpp"
        path.write_text(source)
        out = str(Path(folder) / "probe.so")
        done = subprocess.run(
            [*command, *flags, "-shared", "-fPIC", str(path), "-o", out],
            capture_output=True, stdin=subprocess.DEVNULL, timeout=60, env=_environment(),
        )  # fmt: skip
        return done.returncode == 0


def _isa() -> str:
    """What -march=native may depend on."""
    flags = machine.cpu_model()
    with contextlib.suppress(OSError), open("/proc/cpuinfo", encoding="utf-8") as f:
        flags += next((x for x in f if x.startswith(("flags", "Features"))), "")
    return flags


@cache
def find_compiler() -> Compiler:
    """$CXX, g++, clang++ or c++, and the flags it takes."""
    given = os.environ.get("CXX")
    tried = [shlex.split(given)] if given else [["g++"], ["clang++"], ["c++"]]
    for command in tried:
        if not command or shutil.which(command[0]) is None:
            continue
        done = subprocess.run(
            [*command, "--version"], capture_output=True, text=True, timeout=60, check=False,
            stdin=subprocess.DEVNULL, env=_environment(),
        )  # fmt: skip
        if done.returncode == 0:
            whole = tuple(command)
            return Compiler(whole, done.stdout, _flags(whole))
    if given:
        raise CompileError(f"CXX is {given}, and that is no compiler that runs here",
                           "unset CXX", [], "", "There is no C++ compiler")  # fmt: skip
    hint = "xcode-select --install" if sys.platform == "darwin" else "sudo apt install g++"
    raise CompileError("there is neither g++ nor clang++ here", hint, [], "",
                       "There is no C++ compiler")  # fmt: skip


def _flags(command: tuple[str, ...]) -> tuple[str, ...]:
    flags = ["-std=c++20", "-O3"]
    for native in ("-march=native", "-mcpu=native"):
        if _accepts(command, [native], "int probe;"):
            flags.append(native)
            break
    openmp = "#include <omp.h>\nint probe() { return omp_get_max_threads(); }\n"
    if _accepts(command, ["-fopenmp"], openmp):
        flags.append("-fopenmp")
    elif _accepts(command, ["-fopenmp-simd"], "int probe;"):
        flags.append("-fopenmp-simd")
    if sys.platform == "darwin":
        flags += ["-undefined", "dynamic_lookup"]
    return (*flags, "-Wall", "-Wno-unknown-pragmas", "-fdiagnostics-color=never")


def _digest(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()


def _file_digest(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def _dependencies(depfile: Path, folder: Path) -> dict[str, str]:
    """Headers of the author's own (beside or below the source, or elsewhere but not the system's),
    with their hashes; from what the compiler wrote for make."""
    try:
        text = depfile.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    names = re.split(r"(?<!\\)\s+", text.partition(":")[2].replace("\\\n", " ").strip())
    found = {}
    for name in names:
        path = Path(name.replace("\\ ", " "))
        path = path if path.is_absolute() else folder / path
        digest = _file_digest(path)
        if digest is not None and not path.is_relative_to(here() / "include"):
            found[str(path)] = digest
    return found


def _fresh(record: Path, product: Path) -> dict[str, Any] | None:
    """The record of a finished compilation whose every input is still the same, or None."""
    try:
        value = json.loads(record.read_text(encoding="utf-8"))
        depends = value["depends"]
        if not product.is_file() or not isinstance(depends, dict):
            return None
    except (OSError, ValueError, KeyError, TypeError):
        return None
    if any(_file_digest(Path(path)) != digest for path, digest in depends.items()):
        return None
    return value  # type: ignore[no-any-return]


def compile_file(
    source: Path, extra: tuple[str, ...] = (), cache: Path | None = None,
    hidden: tuple[Path, ...] = (),
) -> Built:  # fmt: skip
    """The shared object of a C++ file. CompileError tells what the compiler did not like. Files
    below `hidden` are not readable while it compiles."""
    try:
        text = source.read_bytes()
    except OSError as e:
        raise CompileError(f"{source}: {e.strerror}", "check the path", [], "") from e
    compiler = find_compiler()
    include = here() / "include"
    adapt = _OLD_INTERFACE.search(text) is not None
    flags = (*compiler.flags, *extra)
    headers = sorted(include.iterdir())
    # A file that stands alone is the same wherever it lies; one with headers beside it is not.
    place = str(source).encode() if _BESIDE.search(text) else b""
    key = _digest(
        text, place, *(h.name.encode() + b"\0" + h.read_bytes() for h in headers),
        repr((compiler.command, compiler.version, flags, adapt)).encode(), _isa().encode(),
    )[:32]  # fmt: skip
    folder = cache or cache_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    product, record = folder / f"{key}.so", folder / f"{key}.json"
    with exclusive(folder / f"{key}.lock", lambda: None):
        found = _fresh(record, product)
        if found is not None:
            os.utime(record)
            return Built(product, 0.0, True, str(found.get("log", "")))
        built = _compile(source, compiler, flags, include, adapt, product, record, hidden)
    prune(folder)
    return built


def _compile(
    source: Path, compiler: Compiler, flags: tuple[str, ...], include: Path, adapt: bool,
    product: Path, record: Path, hidden: tuple[Path, ...],
) -> Built:  # fmt: skip
    begun = time.monotonic()
    program = Path(shutil.which(compiler.command[0]) or compiler.command[0]).absolute()
    with tempfile.TemporaryDirectory(prefix="new-", dir=product.parent) as work_name:
        work = Path(work_name)
        unit = source
        if adapt:
            unit = work / "adapted.cpp"
            quoted = str(source).replace("\\", "\\\\").replace('"', '\\"')
            unit.write_text(f'#include "{quoted}"\n#include <ann_interface_adapter.hpp>\n')
        out, deps, said = work / "out.so", work / "deps", work / "said"
        readable = walls.for_compiler(program, source, [include, work], hidden)
        # Where the kernel does not say what may be read, what was read is looked at afterwards.
        traced = () if walls.landlock() else ("-save-temps=obj",)
        code = _run(
            [*compiler.command, *flags, *traced, "-shared", "-fPIC", "-I", str(include), "-MMD",
             "-MF", str(deps), str(unit), "-o", str(out)],
            source.parent, said, work, readable,
        )  # fmt: skip
        log = _read(said)
        if code != 0 or not out.exists():
            raise _refusal(source, code, log)
        depends = _dependencies(deps, source.parent)
        if traced:
            _refuse_what_was_read(depends, work, [*readable, unit], log)
        for known in (unit, source):  # their text is in the key
            depends.pop(str(known), None)
        seconds = time.monotonic() - begun
        os.chmod(out, 0o600)
        os.replace(out, product)
    write_json(record, {"source": str(source), "depends": depends, "log": log[-20_000:],
                        "seconds": round(seconds, 3)})  # fmt: skip
    return Built(product, seconds, False, log)


def _read(path: Path) -> str:
    with open(path, "rb") as f:
        return f.read(MOST_OUTPUT).decode("utf-8", "replace")


def memory_limit() -> int:
    """Address space for a compiler, in bytes: enough for heavy templates, less than the machine."""
    return min(8 << 30, max(2 << 30, int(0.6 * machine.memory_bytes())))


def _run(
    command: list[str], folder: Path, said: Path, work: Path, readable: list[Path]
) -> int | None:
    """The exit code, None when it took too long. What it says goes to a file. Memory, time and the
    size of files are limited; where the kernel has Landlock it reads what is listed and writes to
    `work`, no more."""
    options = {
        "readable": walls.lines(readable), "writable": walls.lines([work, Path("/dev/null")]),
        "memory": memory_limit(), "cpu-seconds": SECONDS, "file-bytes": MOST_FILE,
        "told": work / "told",
    }  # fmt: skip
    within = [str(here() / "bin" / "annrun"), "confine",
              *(str(x) for pair in options.items() for x in pair), "--"]  # fmt: skip
    with open(said, "wb") as f:
        process = subprocess.Popen(
            [*within, *command], cwd=folder, stdin=subprocess.DEVNULL, stdout=f, stderr=f,
            start_new_session=True, env={**_environment(), "TMPDIR": str(work)},
        )  # fmt: skip
        try:
            return process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            return None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _refuse_what_was_read(
    depends: dict[str, str], work: Path, readable: list[Path], log: str
) -> None:
    """Without Landlock: a file that was included from elsewhere, or drawn in as data."""
    places = [p.resolve() for p in readable]
    hint = "a file includes headers, and what lies beside or below it"
    for name in depends:
        path = Path(name).resolve()
        if not any(path == p or path.is_relative_to(p) for p in places):
            raise CompileError(f"it includes {name}, which is no header of its own", hint, [], log)
    for text in work.glob("*.s"):
        if _READS_A_FILE.search(text.read_bytes()):
            why = "it draws in a file through the assembler (.incbin)"
            raise CompileError(why, hint, [], log)


def parse_errors(log: str) -> list[Diagnostic]:
    """The errors in what a compiler said, in its order."""
    found = []
    for line in log.splitlines():
        if match := _DIAGNOSTIC.match(line):
            column = match["column"]
            found.append(
                Diagnostic(match["file"], int(match["line"]), int(column) if column else None,
                           match["text"].strip())
            )  # fmt: skip
        elif match := _LINKER.search(line):
            found.append(Diagnostic("link", None, None, match["text"].strip()))
    return found


def _refusal(source: Path, code: int | None, log: str) -> CompileError:
    errors = parse_errors(log)
    if code is None:
        why, hint = f"the compiler ran for more than {SECONDS} s", "simplify the file"
        return CompileError(why, hint, errors, log)
    if _NO_MEMORY.search(log) or "Killed signal" in log:
        why = f"the compiler needed more than {memory_limit() >> 20} MiB of memory"
        return CompileError(why, "fewer templates, smaller constants", errors, log)
    if not errors:
        last = log.strip().splitlines()[-1:] or [f"the compiler ended with {code}"]
        return CompileError(last[0], "the log holds all that the compiler said", errors, log)
    first = errors[0]
    if first.line is not None and Path(first.file).resolve() != source.resolve():
        # Inside a header: told by the line of the author's own file that led there, if any did.
        own = re.search(rf"^{re.escape(str(source))}:(\d+):(\d+):", log, re.MULTILINE)
        if own:
            first = Diagnostic(str(source), int(own[1]), int(own[2]), first.message)
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    hint = "the log holds all that the compiler said"
    if "ermission denied" in first.message:
        hint = "a file includes headers, and what lies beside or below it, nothing else"
    return CompileError(f"{first}{more}", hint, errors, log)


def prune(folder: Path) -> None:
    """The oldest beyond KEPT go."""
    with contextlib.suppress(OSError):
        records = sorted(folder.glob("*.json"), key=lambda p: p.stat().st_mtime, reverse=True)
        for record in records[KEPT:]:
            for suffix in (".json", ".so", ".lock"):
                record.with_suffix(suffix).unlink(missing_ok=True)
