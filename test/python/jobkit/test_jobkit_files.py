"""What the file system says, in words that help."""

from __future__ import annotations

import errno
from pathlib import Path

from jobkit.files import as_problem


def test_a_full_disk_is_told_whoever_says_so(tmp_path: Path) -> None:
    system = OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "a"))
    numpy = OSError("1459200 requested and 1113088 written")
    for error in (system, numpy):
        told = as_problem(error, "a could not be written", tmp_path)
        assert told.why.startswith("the disk is full: ") and "are free there" in told.why
        assert told.hint == "free some space, then try again; what is finished is kept"
    other = as_problem(OSError(errno.EIO, "Input/output error"), "a could not be written")
    assert (other.why, other.hint) == ("Input/output error", None)
