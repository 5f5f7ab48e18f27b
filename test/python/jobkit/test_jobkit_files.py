"""What the file system says, in words that help."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest
from jobkit.files import as_problem, made


def test_a_full_disk_is_told_whoever_says_so(tmp_path: Path) -> None:
    system = OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "a"))
    numpy = OSError("1459200 requested and 1113088 written")
    for error in (system, numpy):
        told = as_problem(error, "a could not be written", tmp_path)
        assert told.why.startswith("the disk is full: ") and "are free there" in told.why
        assert told.hint == "free some space, then try again; what is finished is kept"
    other = as_problem(OSError(errno.EIO, "Input/output error"), "a could not be written")
    assert (other.why, other.hint) == ("Input/output error", None)


def test_what_fails_leaves_no_empty_folder(tmp_path: Path) -> None:
    def fail(folder: Path, *then: str) -> None:
        with pytest.raises(ValueError, match="no"), made(folder):
            for name in then:
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_text("kept") if name.endswith(".txt") else None
            raise ValueError("no")

    fail(tmp_path / "a" / "b")
    fail(tmp_path / "a" / "b", "c/d/e")
    assert list(tmp_path.iterdir()) == []
    fail(tmp_path / "a" / "b", "c/kept.txt", "d/e")
    assert sorted(p.name for p in (tmp_path / "a" / "b").rglob("*")) == ["c", "kept.txt"]
    # What was there before stays, also where it is empty.
    (tmp_path / "mine" / "empty").mkdir(parents=True)
    fail(tmp_path / "mine")
    assert (tmp_path / "mine" / "empty").is_dir()
    with made(tmp_path / "new"):
        pass
    assert (tmp_path / "new").is_dir()
