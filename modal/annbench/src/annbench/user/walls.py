"""What code that is not ours may read: the system's libraries, its own folder, and no more.

Where the kernel has Landlock these lists are enforced (runner/seal.cpp). Data sets are never in
them, nor is the home folder, unless something that is needed lies in it: then that part.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

#: What any program needs to start and to look at its machine.
LIBRARIES = (
    "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/local/lib", "/usr/local/lib64",
    "/lib", "/lib32", "/lib64", "/opt", "/nix/store", "/gnu/store", "/usr/share/zoneinfo",
    "/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime",
)  # fmt: skip
MACHINE = (
    "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/proc/stat", "/proc/filesystems",
    "/proc/sys/vm", "/proc/sys/kernel/osrelease", "/sys/devices/system", "/sys/fs/cgroup",
    "/sys/kernel/mm", "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random",
)  # fmt: skip
#: What a compiler needs besides.
TOOLS = (
    "/usr/bin", "/bin", "/usr/include", "/usr/local/include", "/usr/local/bin", "/etc/alternatives",
    "/usr/share/gcc", "/etc/ld.so.conf", "/etc/ld.so.conf.d",
)  # fmt: skip
#: Folders in the environment that a compiler looks into.
COMPILER_PATHS = (
    "CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "LIBRARY_PATH", "LD_LIBRARY_PATH",
    "COMPILER_PATH", "GCC_EXEC_PREFIX",
)  # fmt: skip
#: Kinds of files that a C++ file includes.
HEADERS = {
    ".h", ".hh", ".hpp", ".hxx", ".h++", ".inc", ".inl", ".ipp", ".tpp", ".tcc", ".txx", ".def",
    ".c", ".cc", ".cpp", ".cxx",
}  # fmt: skip
_QUOTED = re.compile(r'^\s*#\s*include\s*"([^"\n]+)"', re.MULTILINE)
#: So many headers are followed at most.
MOST_HEADERS = 4096


@cache
def landlock() -> int:
    """The version of Landlock that this kernel has; 0: none, so what is read is not restricted."""
    if not sys.platform.startswith("linux"):
        return 0
    create_ruleset = 444  # on every architecture
    library = ctypes.CDLL(None, use_errno=True)
    return max(0, int(library.syscall(ctypes.c_long(create_ruleset), None, ctypes.c_size_t(0), 1)))


def _home() -> Path | None:
    try:
        return Path.home().resolve()
    except (OSError, RuntimeError):
        return None


def without(folder: Path, hidden: Iterable[Path]) -> list[Path]:
    """The folder, or the parts of it that hold nothing of `hidden`."""
    below = [h for h in hidden if h != folder and h.is_relative_to(folder)]
    if not below:
        return [folder]
    found: list[Path] = []
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return []
    for entry in entries:
        if entry not in below and not entry.is_symlink():
            found += without(entry, below) if entry.is_dir() else [entry]
    return found


def _system(hidden: Sequence[Path]) -> list[Path]:
    home = _home()
    secret = [*hidden, *([home] if home else [])]
    found: list[Path] = []
    for name in (*LIBRARIES, *MACHINE):
        path = Path(name)
        found += [path] if name.startswith(("/proc", "/sys", "/dev")) else without(path, secret)
    return found


def _own(source: Path, kinds: Iterable[str], hidden: Sequence[Path]) -> list[Path]:
    """The folder of a person's file. Of one that holds much else (the home folder, the one for
    temporary files, or one with the data sets in it), files of these kinds only."""
    folder, home = source.parent.resolve(), _home()
    shared = {Path("/"), Path(tempfile.gettempdir()).resolve()}
    holds_much = (
        folder in shared
        or (home is not None and home.is_relative_to(folder))
        or any(h.is_relative_to(folder) or folder.is_relative_to(h) for h in hidden)
    )
    if not holds_much:
        return [folder]
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return [source]
    real = (entry.resolve() for entry in entries)  # a link is as good as what it leads to
    return [
        entry for entry in real
        if (entry.suffix in kinds and entry.is_file()) or (entry / "__init__.py").is_file()
    ]  # fmt: skip


def _resolved(hidden: Iterable[Path]) -> list[Path]:
    return [h.resolve() for h in hidden]


def _paths(names: Iterable[str]) -> list[Path]:
    listed = (os.environ.get(name, "").split(os.pathsep) for name in names)
    return [Path(part) for parts in listed for part in parts if part]


def for_library(library: Path, hidden: Iterable[Path] = ()) -> list[Path]:
    """For a compiled file that is loaded and run."""
    return [*_system(_resolved(hidden)), *_paths(["LD_LIBRARY_PATH"]), library]


def for_python(source: Path, hidden: Iterable[Path] = ()) -> list[Path]:
    """For a Python file, with the modules of this environment."""
    secret = _resolved(hidden)
    base = [Path(sys.base_prefix) / name for name in ("lib", "lib64", "Frameworks")]
    own = [] if sys.prefix == sys.base_prefix else [Path(sys.prefix)]
    # Not sys.path, which may hold the folder where this was started: the child does without it.
    places = sysconfig.get_paths()
    modules = [Path(places[p]) for p in ("stdlib", "platstdlib", "purelib", "platlib")]
    return [
        *_system(secret), *_paths(["LD_LIBRARY_PATH"]), *base, *own, *modules,
        *_own(source, (".py", ".so"), secret),
    ]  # fmt: skip


def included(source: Path) -> list[Path]:
    """Headers that a file names by their path, and those name in turn. Only kinds that are headers:
    nothing else becomes readable by naming it."""
    found: dict[Path, None] = {}
    waiting = [source]
    while waiting and len(found) < MOST_HEADERS:
        path = waiting.pop()
        try:
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        for name in _QUOTED.findall(text):
            header = (path.parent / name).resolve()
            if header.suffix in HEADERS and header not in found and header.is_file():
                found[header] = None
                waiting.append(header)
    return list(found)


def for_compiler(
    program: Path, source: Path, folders: Iterable[Path], hidden: Iterable[Path] = ()
) -> list[Path]:
    """For the compiler `program` at work on `source`; `folders` are ours."""
    secret, home = _resolved(hidden), _home()
    own = [program.parent]
    for real in (program, program.resolve()):
        prefix = real.parent.parent
        # A compiler that was installed below the home folder has its headers beside it.
        if prefix in (Path("/"), Path("/usr")) or (home and home.is_relative_to(prefix)):
            prefix = real.parent
        own.append(prefix)
    named = [p for p in included(source) if not any(p.is_relative_to(h) for h in secret)]
    return [
        *_system(secret), *map(Path, TOOLS), *_paths(COMPILER_PATHS), *own, *folders,
        *_own(source, HEADERS, secret), *named,
    ]  # fmt: skip


def lines(paths: Iterable[Path]) -> str:
    """As the runner takes them: one a line, each once, but for names with a line's end in them."""
    return "\n".join(dict.fromkeys(str(p) for p in paths if "\n" not in str(p)))
