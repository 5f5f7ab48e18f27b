"""Damaged files for a few seconds; `python test/python/seizure/fuzz_edf.py` goes on for ten minutes."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from fuzz_edf import fuzz


def test_damaged_files_are_read_or_refused() -> None:
    counts = fuzz(seed=12, seconds=4.0)
    assert counts["read"] > 0 and counts["refused"] > 0
