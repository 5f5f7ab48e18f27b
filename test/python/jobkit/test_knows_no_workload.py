"""jobkit is for every workload: it names none, and needs nothing that Python does not bring."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[3] / "modal" / "jobkit" / "src" / "jobkit"
FILES = sorted(path for path in SOURCES.rglob("*") if path.suffix in (".py", ".json"))
#: Words that only one workload has.
THEIRS = re.compile(
    r"annbench|ann-benchmarks|recall|implementation|neighbou?r|\bqps\b|hdf5|"
    r"\bpoints?\b|epoch|auroc|seizure",
    re.IGNORECASE,
)  # fmt: skip


def test_there_is_something_to_look_at() -> None:
    assert len(FILES) > 30


@pytest.mark.parametrize("path", FILES, ids=[str(p.relative_to(SOURCES)) for p in FILES])
def test_it_names_no_workload(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    assert [line for line in lines if THEIRS.search(line)] == []


@pytest.mark.parametrize("path", [p for p in FILES if p.suffix == ".py"], ids=str)
def test_it_needs_the_standard_library_only(path: Path) -> None:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module
            names.add(node.module.split(".")[0])
    assert names - set(sys.stdlib_module_names) <= {"jobkit"}
