"""The command line of this package, as jobkit runs it."""

from __future__ import annotations

from jobkit.program import Program

from annbench.events import Events

PROGRAM = Program(
    module="annbench",
    events=Events,
    process="The measuring process",
    smaller="use a smaller data set or --subset",
    kept="its finished points",
)
