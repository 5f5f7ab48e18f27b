"""Two processes that train together, until they are killed: `python team_process.py FILE`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from seizure.program import Events
from seizure.training.ranks import Ranks
from seizure.training.team import team


def work(ranks: Ranks, file: Path) -> None:
    """Writes down who it is."""
    file.write_text(str(os.getpid()))
    while True:
        ranks.mean(1.0)


if __name__ == "__main__":
    with team(2, "cpu", False, Events(human=None), work, Path(sys.argv[1])) as ranks:
        while True:
            ranks.mean(1.0)
