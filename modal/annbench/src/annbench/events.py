"""The events of a benchmark: those of every job, and its own (`event-schema.json` here)."""

from __future__ import annotations

from typing import ClassVar

import jobkit.events
from jobkit.events.schema import COMMON, Schema, read_schema

SCHEMA = COMMON.plus(read_schema("annbench"))


class Events(jobkit.events.Events):
    """Events of a job that measures points."""

    schema: ClassVar[Schema] = SCHEMA
