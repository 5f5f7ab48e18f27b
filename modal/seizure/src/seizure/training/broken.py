"""What torch, and a model of somebody's own, say when they break, as a person can use it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from jobkit.errors import Problem

from seizure.model.faults import ModelFault
from seizure.model.own.faults import OwnFault, broke, line_of
from seizure.program import Events
from seizure.training.fitting.ran_out import first_line, ran_out

_SMALLER = "a smaller windows.batch: training.accumulate makes up for it"


@contextlib.contextmanager
def explained(source: Path | None, events: Events | None = None) -> Iterator[None]:
    """Errors inside become a Problem, where it is known what they are about. `source`: the file of
    the model that is trained, where it is a person's own: then what it did is its verdict too, told
    in `events`; the other processes of a job have none."""
    try:
        yield
    except ModelFault as e:
        if source is not None:
            _tell(events, OwnFault(e.word, e.what, e.why), source)
        raise
    except BaseException as e:
        if ran_out(e):
            raise Problem("Memory ran out", first_line(e), _SMALLER) from e
        if type(e).__module__.startswith(("torch._dynamo", "torch._inductor")):
            hint = "ann-tui train --config FILE --set training.compile=false"
            raise Problem("The model cannot be compiled here", first_line(e), hint) from e
        _own(e, source, events)
        raise


def _own(error: BaseException, source: Path | None, events: Events | None) -> None:
    """Problem where the error came out of the person's file: its last line there."""
    found = broke(error, source)
    if found is None or source is None:
        return
    what = f"{source.name} crashed in training"
    _tell(events, OwnFault("crashed", what, found.why, None, line_of(error, source)), source)
    raise found from error


def _tell(events: Events | None, fault: OwnFault, source: Path) -> None:
    if events is not None:
        events.emit("model_verdict", **fault.verdict(source.stem).fields())
