"""The log of one app: entries in the order they came, and who wrote them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from modal_proto import api_pb2

from .bell import Bell

STDOUT = api_pb2.FILE_DESCRIPTOR_STDOUT
STDERR = api_pb2.FILE_DESCRIPTOR_STDERR
SYSTEM = api_pb2.FILE_DESCRIPTOR_INFO

BATCH_ITEMS = 500
BATCH_CHARACTERS = 512 * 1024


@dataclass(slots=True)
class Entry:
    """A piece of text as it was written (not a line), or a container's new state. `at` in unix seconds."""

    at: float
    data: str = ""
    source: int = STDOUT
    task_id: str = ""
    function_id: str = ""
    call_id: str = ""
    input_id: str = ""
    image_id: str = ""
    state: int = 0

    def item(self) -> api_pb2.TaskLogs:
        return api_pb2.TaskLogs(
            data=self.data,
            task_state=self.state,
            timestamp=self.at,
            timestamp_ns=int(self.at * 1e9),
            file_descriptor=self.source if self.data else 0,
            function_call_id=self.call_id,
            input_id=self.input_id,
            container_id=self.task_id,
        )


@dataclass(frozen=True)
class Filter:
    """What a reader asks for; empty is everything."""

    function_id: str = ""
    call_id: str = ""
    task_id: str = ""
    input_id: str = ""
    source: int = 0
    search: str = ""

    def takes(self, entry: Entry) -> bool:
        if self.function_id and entry.function_id != self.function_id:
            return False
        if self.call_id and entry.call_id != self.call_id:
            return False
        if self.task_id and entry.task_id != self.task_id:
            return False
        if self.input_id and entry.input_id != self.input_id:
            return False
        if self.source and entry.data and entry.source != self.source:
            return False
        return not self.search or self.search in entry.data


class LogBook:
    """Append-only; readers wait on the bell."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.bell = Bell()

    def add(self, entry: Entry) -> None:
        self.entries.append(entry)
        self.bell.ring()

    def entry_id(self, index: int) -> str:
        return f"{int(self.entries[index].at * 1000)}-{index}"

    @staticmethod
    def position(entry_id: str) -> int:
        """The index after the entry of this id."""
        match = re.fullmatch(r"\d+-(\d+)", entry_id)
        return int(match[1]) + 1 if match else 0

    def batches(self, start: int, wanted: Filter) -> Iterator[api_pb2.TaskLogsBatch]:
        """The entries from an index on that a reader wants, those of one writer together."""
        batch: api_pb2.TaskLogsBatch | None = None
        characters = 0
        for index in range(start, len(self.entries)):
            entry = self.entries[index]
            if not wanted.takes(entry):
                continue
            writer = (entry.task_id, entry.function_id, entry.input_id, entry.image_id)
            full = batch is not None and (len(batch.items) >= BATCH_ITEMS or characters >= BATCH_CHARACTERS)
            if batch is None or full or writer != (batch.task_id, batch.function_id, batch.input_id, batch.image_id):
                if batch is not None:
                    yield batch
                batch = api_pb2.TaskLogsBatch(
                    task_id=entry.task_id,
                    function_id=entry.function_id,
                    root_function_id=entry.function_id,
                    input_id=entry.input_id,
                    image_id=entry.image_id,
                )
                characters = 0
            batch.items.append(entry.item())
            batch.entry_id = self.entry_id(index)
            characters += len(entry.data)
        if batch is not None:
            yield batch

    def between(self, since: float, until: float, wanted: Filter) -> list[int]:
        """The indices of the texts in this time, oldest first."""
        found = []
        for index, entry in enumerate(self.entries):
            if entry.data and not entry.image_id and since <= entry.at < until and wanted.takes(entry):
                found.append(index)
        return found
