"""The command line of this package, as jobkit runs it, and its events."""

from __future__ import annotations

from typing import ClassVar

import jobkit.events
from jobkit.events.schema import COMMON, Schema, read_schema
from jobkit.program import Program


class Events(jobkit.events.Events):
    """Events of every job, and those of recordings and detectors."""

    schema: ClassVar[Schema] = COMMON.plus(read_schema("seizure"))


PROGRAM = Program(
    module="seizure",
    events=Events,
    process="The process that reads recordings",
    smaller="use fewer workers",
    kept="its finished recordings",
)
