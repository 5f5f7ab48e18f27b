"""What a job was done with."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Any

from jobkit import machine

from seizure import __version__

#: Packages whose version can change a figure.
PACKAGES = ("numpy", "scipy", "edfio", "timescoring")


def describe() -> dict[str, Any]:
    """What goes into `started`, into results and out of `info`. Imports none of the packages: a
    version is in its metadata, and `info` is asked for before each run."""
    return {**machine.describe(), **_versions(), "seizure": __version__}


def _versions() -> dict[str, str]:
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "missing"
    return found
