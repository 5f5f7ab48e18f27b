"""What a measurement was made on."""

from __future__ import annotations

from typing import Any

import h5py
import numpy as np
from jobkit import machine

from annbench import __version__, _core


def describe() -> dict[str, Any]:
    """What goes into `started`, into results and out of `annbench info`."""
    return {
        **machine.describe(),
        "isa": _core.isa(),
        "isas": _core.available_isas(),
        "compiler": _core.compiler(),
        "compiler_flags": _core.compiler_flags(),
        "core_sha": _core.source_sha256(),
        "numpy": np.__version__,
        "h5py": h5py.__version__,
        "annbench": __version__,
    }
