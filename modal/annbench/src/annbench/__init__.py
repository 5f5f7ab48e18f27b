"""Benchmarks approximate nearest neighbour search: a C++ core and an honest harness."""

from annbench._core import __version__

__all__ = ["__version__"]
