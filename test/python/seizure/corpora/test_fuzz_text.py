"""A few thousand damaged annotations: each is read, or refused by file and line."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from fuzz_text import fuzz


def test_damaged_annotations() -> None:
    counts = fuzz(seed=12, seconds=4.0)
    assert counts["read"] > 50 and counts["refused"] > 200, counts
