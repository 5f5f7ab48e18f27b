"""Events: one JSON object a line, numbered, into a journal and a stream; and reading them back."""

from jobkit.events.events import Events
from jobkit.events.journal import JOURNAL, Journal, read_journal
from jobkit.events.phase import Phase
from jobkit.events.schema import COMMON, Schema

__all__ = ["COMMON", "JOURNAL", "Events", "Journal", "Phase", "Schema", "read_journal"]
