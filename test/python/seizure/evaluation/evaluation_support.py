"""Jobs on made-up recordings, run in this process."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jobkit.events import JOURNAL, Phase
from seizure.evaluation.run import run
from seizure.fetch.sync import sync
from seizure.job import parse
from seizure.program import Events
from seizure.synthetic.corpus import write_corpus
from seizure.synthetic.recipe import Recipe

#: Few and short; 64 Hz is enough to evaluate.
TINY = Recipe((("train", 1, 60), ("dev", 3, 60), ("test", 4, 60)), seed=5)
SETTINGS = {"montage": "referential", "rate": 64, "high": 30}


@dataclass(frozen=True)
class Done:
    out: Path
    events: list[dict[str, Any]]
    results: dict[str, Any]

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [one for one in self.events if one["type"] == kind]


def have(data: Path, name: str, recipe: Recipe) -> None:
    """Makes the patients of a recipe, and a dataset of them."""
    with Phase(Events(human=None), "data") as phase:
        write_corpus(data / name, phase, recipe)
    sync_again(data, name)


def sync_again(data: Path, name: str) -> None:
    """Takes the inventory of a folder among the datasets."""
    with Phase(Events(human=None), "data") as phase:
        sync(name, data, phase, data / name)


def job_of(data: Path, **more: Any) -> dict[str, Any]:
    return {
        "v": 1, "job": "evaluate", "datasets": [{"name": "tiny"}], "data_dir": str(data),
        "settings": SETTINGS, "workers": 1, "draws": 100, **more,
    }  # fmt: skip


def events_in(out: Path) -> list[dict[str, Any]]:
    """All events of a run, each judged by the schema."""
    lines = (out / JOURNAL).read_text().splitlines()
    found = [Events.schema.classify(line) for line in lines]
    assert [one.verdict for one in found] == ["ok"] * len(lines)
    return [one.event for one in found if one.event is not None]


def done(job: dict[str, Any], out: Path) -> Done:
    """Runs a job in this process."""
    out.mkdir(exist_ok=True)
    events = Events(journal=out / JOURNAL, human=None)
    try:
        run(parse(job), out, events)
    finally:
        events.close()
    return Done(out, events_in(out), json.loads((out / "results.json").read_text()))
