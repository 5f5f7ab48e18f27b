"""Writing events, and reading back what a kill has left."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest
from jobkit.events import read_journal
from jobkit.events.phase import Phase

from annbench.events import SCHEMA, Events


def test_numbers_names_and_leaves_out_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANN_TUI_CONTAINER", "w3")
    events = Events(journal=tmp_path / "e", human=None)
    events.emit("warning", message="one")
    events.emit("phase", phase="data", state="start", label=None)
    first, second = map(json.loads, (tmp_path / "e").read_text().splitlines())
    assert (first["seq"], second["seq"]) == (1, 2)
    assert first["container"] == "w3"
    assert "label" not in second


def test_refuses_what_breaks_the_schema(tmp_path: Path) -> None:
    events = Events(journal=tmp_path / "e", human=None)
    with pytest.raises(ValueError, match="done"):
        events.emit("progress", phase="x", done="3", total=9, unit="points")
    with pytest.raises(ValueError):
        events.emit("progress", phase="x", done=float("nan"), total=9, unit="points")
    events.emit("warning", message="still numbered without a gap")
    assert json.loads((tmp_path / "e").read_text())["seq"] == 1


def test_goes_on_after_a_cut_at_every_byte(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    events = Events(journal=whole, human=None)
    for text in ("first", "naïve ✓", "third"):
        events.emit("warning", message=text)
    content = whole.read_bytes()
    for cut in range(len(content) + 1):
        path = tmp_path / "cut"
        path.write_bytes(content[:cut])
        again = Events(journal=path, human=None)
        again.emit("warning", message="later")
        again.close()
        lines = path.read_bytes().decode().split("\n")
        assert lines[-1] == "", "the file ends with a whole line"
        judged = [SCHEMA.classify(line) for line in lines[:-1]]
        assert sum(c.verdict == "log" for c in judged) <= 1
        numbers = [c.event["seq"] for c in judged if c.event]
        assert numbers == sorted(set(numbers))
        assert judged[-1].event and judged[-1].event["message"] == "later"


def test_bytes_that_are_no_text_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "e"
    path.write_bytes(b"\xff\xfe\x00garbage\n")
    assert read_journal(path, SCHEMA).last_seq == 0


def test_a_reader_that_left_is_no_failure(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    stream = os.fdopen(writing, "w")
    events = Events(journal=tmp_path / "e", stream=stream, human=stream)
    for _ in range(3):
        events.emit("warning", message="x" * 100)
        events.log("y" * 100)
    assert len((tmp_path / "e").read_text().splitlines()) == 3
    os.dup2(os.open(os.devnull, os.O_WRONLY), writing)  # let the buffer go quietly


def test_the_end_of_the_job_is_told_where_it_is_known() -> None:
    buffer = io.StringIO()
    events = Events(stream=buffer, human=None)
    with Phase(events, "data") as phase:
        phase.progress(1, 9, "rows", 4.0, force=True)
        phase.progress(2, 9, "rows", 4.0, force=True, job_eta=9.04)
    with Phase(events, "judge", last=True) as phase:
        phase.progress(1, 9, "rows", 3.0, force=True)
    every = [json.loads(line) for line in buffer.getvalue().splitlines()]
    told = [(e["eta_seconds"], e.get("job_eta_seconds")) for e in every if e["type"] == "progress"]
    assert told == [(4, None), (4, 9.0), (3, 3)]


def test_progress_at_most_four_a_second() -> None:
    out = io.StringIO()
    with Phase(Events(stream=out, human=None), "build") as phase:
        for i in range(1000):
            phase.progress(i, 1000, "rows")
        phase.progress(1000, 1000, "rows", force=True)
    kinds = [json.loads(line)["type"] for line in out.getvalue().splitlines()]
    assert kinds.count("progress") <= 3
