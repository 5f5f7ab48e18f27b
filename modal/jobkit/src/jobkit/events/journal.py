"""Reading back what an earlier attempt left in events.ndjson."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jobkit.events.schema import Schema

JOURNAL = "events.ndjson"


@dataclass
class Journal:
    """What an earlier attempt left."""

    last_seq: int = 0
    kept: list[dict[str, Any]] = field(default_factory=list)  # events of the schema's `keep`
    machine: dict[str, Any] | None = None  # of the last `started`
    torn: bool = False  # the last line has no end


def read_journal(path: Path, schema: Schema) -> Journal:
    """Reads whatever is there; lines that are no sound events (a torn one, say) are passed over."""
    journal = Journal()
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return journal
    journal.torn = bool(content) and not content.endswith(b"\n")
    for line in content.decode("utf-8", errors="replace").split("\n"):
        judged = schema.classify(line)
        if judged.event is None or judged.verdict == "bad":
            continue
        event = judged.event
        journal.last_seq = max(journal.last_seq, int(event["seq"]))
        if event["type"] in schema.keep:
            journal.kept.append(event)
        elif event["type"] == "started":
            journal.machine = event["machine"]
    return journal


def bare(event: dict[str, Any], schema: Schema) -> dict[str, Any]:
    """An event without its envelope."""
    return {name: value for name, value in event.items() if name not in schema.envelope}
