"""Benchmarks approximate nearest neighbour search: a C++ core and an honest harness.

`load`, `build`, `Index.search` and `measure` are what the command line does, a step at a time.
"""

from typing import TYPE_CHECKING, Any

from annbench._core import __version__

if TYPE_CHECKING:
    from annbench.api import Index, build, load, measure

__all__ = ["Index", "__version__", "build", "load", "measure"]


def __getattr__(name: str) -> Any:
    """Loaded when asked for: the process that runs user code needs none of it."""
    if name in __all__:
        from annbench import api

        return getattr(api, name)
    raise AttributeError(f"module 'annbench' has no attribute {name!r}")
