"""Optional packages in tests: where one is absent its tests are skipped, and say so."""

import importlib.util

import pytest


def needs(name: str) -> pytest.MarkDecorator:
    """A mark for what can only be tried with the package."""
    there = importlib.util.find_spec(name) is not None
    return pytest.mark.skipif(
        not there, reason=f"{name} is not in this environment: what is written for it is not tried"
    )
