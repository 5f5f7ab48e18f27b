"""What needs PyTorch says so in words."""

from __future__ import annotations

import sys
from importlib.util import find_spec

from jobkit.errors import Refused


def require_torch() -> None:
    """Refused where this Python has none; imports nothing."""
    if find_spec("torch") is None:
        raise Refused(
            "A trained model needs PyTorch", f"{sys.executable} has none",
            "ann-tui setup --training",
        )  # fmt: skip
