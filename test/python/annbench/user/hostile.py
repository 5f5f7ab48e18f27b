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
    "renames_the_machine": Case("forbidden-call", "sethostname", sealed=True),
    "sets_the_clock": Case("forbidden-call", "clock_settime", sealed=True),
    "slows_its_parent": Case("forbidden-call", "setpriority", sealed=True),
    "traces_its_parent": Case("forbidden-call", "ptrace", sealed=True),
    "reads_its_parents_memory": Case("forbidden-call", "process_vm_readv", sealed=True),
    "becomes_another_user": Case("forbidden-call", "setuid", sealed=True),
    "leaves_the_root": Case("forbidden-call", "chroot", sealed=True),
    "replaces_the_handler": Case("forbidden-call", "tried what is not allowed", sealed=True),
    "blocks_the_handler": Case("forbidden-call", "tried what is not allowed", sealed=True),
    "kills_itself": Case("forbidden-call", "kill", sealed=True),
    "ends_itself": Case("forbidden-call", "kill", sealed=True),
    "divides_by_zero": Case("crashed", "SIGFPE"),
    "frees_twice": Case("crashed", "SIGABRT|SIGSEGV"),
    "waits_for_itself": Case("timeout", "searching", {"search_seconds": 1}),
    "closes_everything": Case("exited", "building"),
    "replaces_the_clock": Case("dishonest-clock", "by our clock|of a processor"),
    "writes_its_own_latencies": Case("dishonest-clock", "its queries took", sealed=True),
    "answers_at_once": Case("bad-ids", "fewer than k=10"),
    "answers_what_nobody_asked": Case("dishonest-clock", "before it was asked"),
    "answers_known_queries_better": Case("remembers-queries", "recall .* queries that it knows"),
    "calls_by_number": Case("wrote-files", "unlinkat.*annbench-victim", sealed=True),
    "bombs": Case("forbidden-call", "fork", sealed=True),
    # On a machine with many processes of one's own the limit on those comes first.
    "starts_threads": Case("too-many-threads", "started|refused another thread"),
    "exits": Case("exited", "exit code 0"),
    "exits_in_build": Case("exited", "exit code 3"),
    "remembers": Case("remembers-queries", "changed by a hair takes .* times as long"),
    "remembers_nearby": Case("remembers-queries", "new to it takes .* times as long"),
}

#: They try, are refused, and search on; the number is what has to be sealed (board.hpp).
HARMLESS = {
    "lifts_its_limits": 1, "asks_for_new_calls": 1, "reads_secrets": 3, "looks_for_queries": 3,
    "uses_threads_where_there_is_one": 0, "remembers_but_not_too_fast": 0,
}  # fmt: skip

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
    "draws_in_a_file": (  # that anybody may read, but that is none of its own
        f'{_START}{_CLASS.replace("BUILD", "")}REGISTER(Mine)\n'
        'asm(".incbin \\"/usr/share/common-licenses/GPL-3\\"");\n',
        Case("compile-error", "GPL-3|incbin"),
    ),
    "draws_in_a_file_by_a_macro": (
        f'{_START}{_CLASS.replace("BUILD", "")}REGISTER(Mine)\n'
        'asm(".in" "c" "bin \\"/etc/hostname\\"");\n',
        Case("compile-error", "hostname|incbin"),
    ),
    "includes_the_shadow_file": (
        f'#include "/etc/shadow"\n{_START}', Case("compile-error", "shadow"),
    ),
    "includes_without_end": (f'#include "/dev/zero"\n{_START}', Case("compile-error", "zero|MiB")),
    "includes_itself": ('#include "includes_itself.cpp"\n', Case("compile-error", "nested|depth")),
    "explodes_at_compile_time": (
        _START + "template <long N> struct Node { static constexpr long value ="
        " Node<N - 1>::value + Node<N - 2>::value + N; };\n"
        "constexpr long spin(long n) { long sum = 0; while (n) sum += n; return sum; }\n"
        "static_assert(spin(1) != 0);\n",
        Case("compile-error", "explodes"),
    ),
    "needs_too_much_to_compile": (
        _START + "char huge[1l << 34] = {1};\n", Case("compile-error", "."),
    ),
    "empty": ("", Case("wrong-interface", "REGISTER")),
}
