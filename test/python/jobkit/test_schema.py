"""The event schema against the golden lines that both languages must agree on."""

from __future__ import annotations

import json

import pytest
from conftest import GOLDEN

from annbench.events import SCHEMA

CASES = [json.loads(line) for line in GOLDEN.read_text().splitlines() if line]


@pytest.mark.parametrize("case", CASES, ids=[c["note"] for c in CASES])
def test_golden(case: dict[str, str]) -> None:
    judged = SCHEMA.classify(case["line"])
    assert judged.verdict == case["verdict"]
    assert judged.at == case.get("at")


def test_deep_nesting_is_log_text() -> None:
    assert SCHEMA.classify("[" * 100_000).verdict == "log"
