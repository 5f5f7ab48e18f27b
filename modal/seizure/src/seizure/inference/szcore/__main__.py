"""What the container runs: `python -m seizure.inference.szcore CHECKPOINT IN.edf OUT.tsv`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from jobkit import machine
from jobkit.errors import Problem

from seizure.checkpoints.chosen import Chosen
from seizure.checkpoints.folder import read_checkpoint
from seizure.inference.detectors import trained
from seizure.inference.predict import Failed, Predicted, predict_all
from seizure.scoring import tsv


def run(folder: Path, edf: Path, table: Path) -> None:
    """Writes into `table`, which the leaderboard makes before, empty and in a folder where nothing
    else may be written. Problem where the recording cannot be used: then it stays as it is."""
    checkpoint = read_checkpoint(folder)
    card = checkpoint.card
    if card.threshold is None:
        raise Problem(f"{folder} cannot be used", "it has no threshold")
    # A person's own model was put into the container by that person.
    chosen = Chosen("checkpoint", "checkpoint", folder, checkpoint.own_model)
    (detector,) = trained([chosen], machine.cores())
    found: list[Predicted | Failed] = []
    with tempfile.TemporaryDirectory() as work:
        predict_all(
            [edf], detector, card.settings, card.threshold, Path(work), 1,
            lambda *_: None, lambda _, what: found.append(what),
        )  # fmt: skip
    (what,) = found
    if isinstance(what, Failed):
        raise Problem(f"{edf} cannot be used", what.why)
    tsv.write(table, list(what.events), what.seconds, what.start)


def main(words: list[str]) -> int:
    if len(words) != 3:
        print(
            "usage: python -m seizure.inference.szcore CHECKPOINT IN.edf OUT.tsv", file=sys.stderr
        )
        return 2
    try:
        run(*(Path(one) for one in words))
    except Problem as e:
        print(f"seizure: {e}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
