"""How a store goes."""

from __future__ import annotations

import shutil
from pathlib import Path

from seizure.store.layout import Layout
from seizure.store.locks import alone


def remove(folder: Path) -> None:
    """Removes a store; Refused while anybody prepares or reads it."""
    layout, what = Layout(folder), f"{folder} cannot be removed"
    wait = "wait for that run, or stop it: ann-tui runs"
    with (
        alone(layout.writer, what, "a run prepares it", wait),
        alone(layout.readers, what, "a run reads it", wait),
    ):
        layout.about.unlink(missing_ok=True)  # first: half a store is none
        shutil.rmtree(folder)
