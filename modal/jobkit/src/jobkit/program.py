"""The command line of a workload, as the rest of jobkit has to know it."""

from __future__ import annotations

from dataclasses import dataclass

from jobkit.events import Events


@dataclass(frozen=True)
class Program:
    """`python -m MODULE run JOB.json --out DIR --stream` does a job. `events` has the event types
    that it emits. The rest is how it is spoken of: `process` as in "The measuring process
    crashed", `smaller` is what needs less memory ("use a smaller data set"), and `kept` is what
    is kept when time is up ("its finished results")."""

    module: str
    events: type[Events]
    process: str
    smaller: str
    kept: str
