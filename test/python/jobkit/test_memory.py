"""Memory that is refused, and what is said of it. Refusals happen in a process of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import jobkit
import pytest
from jobkit import machine, memory

ASKS = """
from jobkit import memory

def refused(size):
    try:
        bytearray(size)
    except MemoryError:
        return True
    return False

assert not refused(64 << 20)
with memory.limited(32 << 20):
    assert refused(64 << 20) and not refused(8 << 20)
assert not refused(64 << 20)
with memory.limited(None):
    assert not refused(64 << 20)
assert memory.peak() > 64 << 20
"""


@pytest.mark.skipif(sys.platform != "linux", reason="no other system counts it")
def test_beyond_the_limit_memory_is_refused_and_afterwards_it_is_not() -> None:
    sources = str(Path(jobkit.__path__[0]).parent)
    done = subprocess.run(
        [sys.executable, "-c", ASKS], env={"PYTHONPATH": sources}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="no other system tells it")
def test_what_is_free_is_part_of_what_there_is() -> None:
    free = memory.available()
    assert free is not None and free > 0
    assert (memory.peak() or 0) < machine.memory_bytes()


def test_a_container_has_no_more_than_its_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "_GROUP", tmp_path)
    (tmp_path / "memory.max").write_text("1000\n")
    (tmp_path / "memory.current").write_text("900\n")
    (tmp_path / "memory.stat").write_text("anon 800\ninactive_file 70\n")
    assert memory.available() == 170
    (tmp_path / "memory.max").write_text("max\n")
    assert memory.available() != 170
