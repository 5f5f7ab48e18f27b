"""What code that is not ours may read, as lists; and that the lists hold where the kernel can."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from user_support import good

from annbench.user import walls

pytest_plugins = ["user_fixtures"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of its own, with things in it."""
    folder = (tmp_path / "home").resolve()
    (folder / "project" / "include").mkdir(parents=True)
    (folder / "package").mkdir()
    (folder / "secret").write_text("password")
    (folder / "secret.h").symlink_to(folder / "secret")
    (folder / "module.py").touch()
    (folder / "package" / "__init__.py").touch()
    (folder / "beside.hpp").touch()
    (folder / "project" / "include" / "own.hpp").touch()
    monkeypatch.setenv("HOME", str(folder))
    return folder


def readable(paths: list[Path], path: Path) -> bool:
    return any(path.resolve().is_relative_to(p.resolve()) for p in paths)


def test_neither_home_nor_data_are_for_a_compiled_file(home: Path) -> None:
    found = walls.for_library(home / "cache" / "x.so", [home / "data"])
    assert readable(found, home / "cache" / "x.so") and readable(found, Path("/usr/lib/x.so"))
    secrets = (home / "secret", home / "data", Path("/etc/shadow"), Path("/proc/1/environ"),
               Path("/usr/share/datasets"), Path("/root"), Path("/var"), Path("/mnt"))  # fmt: skip
    for secret in secrets:
        assert not readable(found, secret), secret


def test_a_python_file_reads_its_folder_but_not_home(home: Path) -> None:
    inside = walls.for_python(home / "project" / "mine.py", [])
    assert readable(inside, home / "project" / "weights.npy")
    assert not readable(inside, home / "secret")
    direct = walls.for_python(home / "mine.py", [])
    assert readable(direct, home / "module.py") and readable(direct, home / "package" / "x.py")
    assert not readable(direct, home / "secret") and not readable(direct, home / "project" / "x")


def test_a_folder_with_the_data_in_it_is_not_readable_as_a_whole(home: Path) -> None:
    for data in (home / "project", home / "project" / "data"):
        found = walls.for_python(home / "project" / "mine.py", [data])
        assert not readable(found, data / "tiny.hdf5")


def test_headers_that_are_named_by_their_path(home: Path) -> None:
    source = home / "project" / "src" / "mine.cpp"
    source.parent.mkdir()
    source.write_text('#include "../include/own.hpp"\n#include "../../secret"\n'
                      '#include "../../secret.h"\n#include "/etc/shadow"\n')  # fmt: skip
    (home / "project" / "include" / "own.hpp").write_text('#include "../../beside.hpp"\n')
    assert set(walls.included(source)) == {
        home / "project" / "include" / "own.hpp", home / "beside.hpp"
    }  # fmt: skip


def test_folders_are_taken_apart_around_what_is_hidden(tmp_path: Path) -> None:
    for name in ("a", "b/c", "b/d/e"):
        (tmp_path / name).mkdir(parents=True)
    assert walls.without(tmp_path / "a", [tmp_path / "b"]) == [tmp_path / "a"]
    assert walls.without(tmp_path, [tmp_path / "b" / "d"]) == [
        tmp_path / "a", tmp_path / "b" / "c"
    ]  # fmt: skip


@pytest.mark.skipif(not walls.landlock(), reason="this kernel has no Landlock")
def test_a_file_in_the_home_folder_draws_in_nothing_else_of_it(home: Path, judge: Any) -> None:
    path = home / "mine.cpp"
    path.write_text('#include "beside.hpp"\n' + good() + 'asm(".incbin \\"secret\\"");\n')
    verdict = judge(path).verdict("mine")
    assert verdict["verdict"] == "compile-error" and "secret" in verdict["why"], verdict
