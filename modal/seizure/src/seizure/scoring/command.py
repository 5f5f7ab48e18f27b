"""`score`: two folders in, a JSON object and a table for a person out."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from seizure.corpora.layouts.bids import is_synthetic
from seizure.notices import count
from seizure.scoring import bootstrap
from seizure.scoring.folders import read_folders
from seizure.scoring.lines import lines
from seizure.scoring.table import score as score_marked

__all__ = ["lines", "score"]


def score(
    truth: Path, predicted: Path, draws: int = bootstrap.DRAWS, seed: int = 0
) -> dict[str, Any]:
    """Scores of a folder of predictions, ready for JSON. Refused as `read_folders` says."""
    found = read_folders(truth, predicted)
    return {
        "truth": str(truth),
        "predicted": str(predicted),
        "synthetic": is_synthetic(truth),
        **score_marked(found.marked, draws, seed).to_json(),
        "missing": list(found.missing),
        "extra": list(found.extra),
        "notices": [asdict(one) for one in count(found.notices)],
    }
