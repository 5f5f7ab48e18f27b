"""How a job ends, whatever its work does."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from jobkit.command import guarded
from jobkit.events import JOURNAL, Events
from jobkit.program import Program

PROGRAM = Program("job", Events, "The process", "make it smaller", "what is finished")


@pytest.mark.parametrize("code", [0, 7, None, "words"])
def test_work_that_leaves_by_itself_has_failed(
    tmp_path: Path, code: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobkit.command.signals.ignore", lambda: None)
    events = Events(journal=tmp_path / JOURNAL, human=None)
    assert guarded(PROGRAM, events, lambda: sys.exit(code)) == 1  # type: ignore[arg-type]
    (failed,) = (json.loads(line) for line in (tmp_path / JOURNAL).read_text().splitlines())
    assert failed["type"] == "failed" and failed["why"].startswith("SystemExit")
