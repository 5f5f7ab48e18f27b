"""What has to be said of each implementation in hostile.cpp, and of files broken as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parent / "hostile.cpp"


@dataclass(frozen=True)
class Case:
    word: str
    why: str  # a regular expression, found in `what` and `why` together
    limits: dict[str, Any] = field(default_factory=dict)
    sealed: bool = False  # needs walls that not every system has


MIB = 1 << 20

CASES: dict[str, Case] = {
    "null_in_build": Case("crashed", "building.*SIGSEGV: a null pointer"),
    "null_in_search": Case("crashed", "searching.*SIGSEGV.*at query"),
    "aborts": Case("crashed", "SIGABRT"),
    "throws": Case("crashed", "search threw std::runtime_error: no luck"),
    "throws_in_thread": Case("crashed", "SIGABRT.*deep"),
    "endless_recursion": Case("crashed", "SIGSEGV"),
    "loops_in_build": Case("timeout", "building longer than 1 s", {"build_seconds": 1}),
    "loops_in_search": Case("timeout", "searching longer than 1 s", {"search_seconds": 1}),
    "sleeps_in_search": Case("timeout", "searching", {"search_seconds": 1}),
    "prints_a_gigabyte": Case("too-much-output", "more than 8192 KiB"),
    "prints_without_end_of_line": Case("too-much-output", "1 KiB", {"output_bytes": 1024}),
    "allocates_huge": Case("out-of-memory", "building"),
    "allocates_large": Case("out-of-memory", "building", {"memory_bytes": 400 * MIB}),
    "allocates_small": Case("out-of-memory", "building", {"memory_bytes": 200 * MIB}),
    "allocates_shared": Case("out-of-memory", "building.*used", {"memory_bytes": 300 * MIB}),
    "same_id_twice": Case("bad-ids", "same id twice"),
    "id_too_large": Case("bad-ids", "outside 0..2999"),
    "id_negative": Case("bad-ids", "outside 0..2999"),
    "too_few_ids": Case("bad-ids", "fewer than k=10"),
    "too_many_ids": Case("bad-ids", "more than k=10"),
    "writes_a_file": Case("wrote-files", "openat.*/tmp/annbench-hostile", sealed=True),
    "deletes_a_file": Case("wrote-files", "unlink.*/tmp/annbench-victim", sealed=True),
    "opens_a_socket": Case("forbidden-call", "socket", sealed=True),
    "starts_a_program": Case("forbidden-call", "fork|exec|start another", sealed=True),
    "forks": Case("forbidden-call", "fork", sealed=True),
    "kills_its_parent": Case("forbidden-call", "kill", sealed=True),
    # On a machine with many processes of one's own the limit on those comes first.
    "starts_threads": Case("too-many-threads", "started|refused another thread"),
    "exits": Case("exited", "exit code 0"),
    "exits_in_build": Case("exited", "exit code 3"),
    "remembers": Case("remembers-queries", "changed by a hair takes .* times as long"),
    "remembers_nearby": Case("remembers-queries", "never asked before"),
}

_START = "#include <ann.h>\n#include <cstdlib>\n"
_CLASS = """struct Mine {
  void build(ann::Matrix, ann::Metric) { BUILD }
  void search(const float*, int, int*) const {}
};
"""

#: Whole files.
FILES: dict[str, tuple[str, Case]] = {
    "registers_nothing": (
        _START + _CLASS.replace("BUILD", ""),
        Case("wrong-interface", "REGISTER"),
    ),
    "no_index_at_all": ("int main() { return 0; }\n", Case("wrong-interface", "REGISTER")),
    "exits_when_loaded": (
        _START + _CLASS.replace("BUILD", "") + "REGISTER(Mine)\n"
        "static const int early = (std::exit(0), 0);\n",
        Case("exited", "loading"),
    ),
    "does_not_compile": (
        _START + _CLASS.replace("BUILD", "int broken = ;") + "REGISTER(Mine)\n",
        Case("compile-error", r"does_not_compile\.cpp:4:\d+: expected"),
    ),
    "lacks_search": (
        _START + "struct Mine { void build(ann::Matrix, ann::Metric) {} };\nREGISTER(Mine)\n",
        Case("compile-error", r"lacks_search\.cpp:4:\d+: .*needs  public: void search"),
    ),
    "does_not_link": (
        _START + "void missing();\n" + _CLASS.replace("BUILD", "missing();") + "REGISTER(Mine)\n",
        Case("wrong-interface", "missing"),
    ),
    "empty": ("", Case("wrong-interface", "REGISTER")),
}
