"""A training from job.json to results.json, and what else a job of it can be."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jobkit.errors import Problem, Refused
from jobkit.events import Phase
from training_support import Done, done, raw_job, weights_in

from seizure.checkpoints.folder import read_checkpoint
from seizure.corpora.inventory import files
from seizure.fetch.sync import sync
from seizure.program import Events
from seizure.training import check

pytest_plugins = ["training_fixtures"]

#: It is sound until it trains on windows that differ.
OWN = """
from dataclasses import dataclass
from torch import nn

@dataclass(frozen=True)
class Options:
    width: int = 1

class Model(nn.Module):
    def __init__(self, channels, rate, options):
        super().__init__()
        self.logits_hz, self.filter = 1, nn.Conv1d(channels, options.width, rate, stride=rate)

    def forward(self, signal):
        {forward}
"""


@pytest.fixture(scope="module")
def judged(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Done:
    return done(raw_job(data, (0, 1)), tmp_path_factory.mktemp("judged") / "run")


def test_a_run_ends_with_models_that_are_judged_beside_the_baselines(judged: Done) -> None:
    results = judged.results
    assert results["job"] == "train" and results["seeds"] == [0, 1]
    assert results["config"]["training"]["steps"] == 8
    assert [one["seed"] for one in results["trained"]] == [0, 1]
    names = [one["detector"] for one in results["detectors"]]
    assert names[:2] == ["seed-0", "seed-1"] and len(names) == 6
    first = results["detectors"][0]
    assert (first["title"], first["seed"]) == ("tiny, seed 0", 0)
    assert first["checkpoint"] == "checkpoints/seed-0/best"
    assert first["threshold_from"] == "checkpoint"
    assert {one["split"] for one in results["judged"]} == {"dev", "test"}
    assert sum(one["type"] == "judged" for one in judged.events) == 6
    assert results["datasets"][0]["synthetic"] is True


def test_the_threshold_is_chosen_on_dev_and_frozen_in_the_card(judged: Done) -> None:
    for event in judged.of("detector")[:2]:
        card = read_checkpoint(judged.out / event["checkpoint"]).card
        assert card.threshold == event["threshold"]
        assert card.threshold_from == "dev of tiny"


def test_what_is_prepared_elsewhere_is_enough(data: Path, judged: Done, tmp_path: Path) -> None:
    """As in a container of Modal: stamp, inventory and store, and no recording."""
    there = tmp_path / "there"
    shutil.copytree(data / "tiny", there / "tiny")
    with Phase(Events(human=None), "data") as phase:
        sync("tiny", there, phase, there / "tiny", timeless=True)
    job = raw_job(there, (0, 1))
    preparing = {name: job[name] for name in ("v", "datasets", "data_dir", "settings", "workers")}
    done({**preparing, "job": "prepare", "share": [1, 1]}, tmp_path / "prepared")
    shutil.rmtree(there / "tiny")
    found = done({**job, "prepared": True}, tmp_path / "trained")
    assert weights_in(found.out) == weights_in(judged.out)
    assert found.results["detectors"] == judged.results["detectors"]
    assert found.results["traces"] == judged.results["traces"]


def test_done_again_nothing_is_trained_or_judged_again(data: Path, judged: Done) -> None:
    before = weights_in(judged.out)
    again = done(raw_job(data, (0, 1)), judged.out)
    assert weights_in(again.out) == before
    assert len(again.of("trained")) == 2 and not again.of("resumed")
    drop = {"seconds", "machine"}
    assert {n: v for n, v in again.results.items() if n not in drop} == {
        n: v for n, v in judged.results.items() if n not in drop
    }


def test_a_check_says_whether_one_batch_is_learnt(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "STEPS", 60)
    job = raw_job(data, training__learning_rate=0.02)
    learnt = done({**job, "check": True}, tmp_path / "learnt")
    (told,) = learnt.of("checked")
    assert told["learns"] and told["last_loss"] <= told["bound"] < told["first_loss"]
    assert len(told["losses"]) == told["steps"] < 60
    assert learnt.results["checked"][0]["learns"] is True
    assert not (learnt.out / "checkpoints").exists() and not learnt.of("detector")
    job = raw_job(data, training__learning_rate=1e-9)
    still = done({**job, "check": True}, tmp_path / "still")
    assert not still.of("checked")[0]["learns"] and still.of("checked")[0]["steps"] == 60


def own(data: Path, tmp_path: Path, forward: str) -> dict[str, Any]:
    source = tmp_path / "mine.py"
    source.write_text(OWN.replace("{forward}", forward))
    job = raw_job(data, model__name="mine", model__options={})
    return {**job, "source": str(source)}


@pytest.mark.parametrize(
    ("forward", "word", "what", "why"),
    [
        ("return self.filter(signal)", "wrong-shape", "The model's logits have another shape",
         "[4, 1, 6]"),
        ("raise ValueError('so it is')", "crashed", "Your model broke",
         "mine.py:15: ValueError: so it is"),
        ("import sys; sys.exit(0)", "crashed", "Your model broke",
         "mine.py:15: it called sys.exit(0)"),
        ("raise KeyboardInterrupt", "crashed", "Your model broke", "mine.py:15: KeyboardInterrupt"),
        ("return self.filter(signal).mean(dim=1) * float('nan')", "not-finite",
         "The training of seed 0 came to no number", "the loss is nan"),
    ],
)  # fmt: skip
def test_a_model_of_ones_own_that_breaks_is_told(
    data: Path, tmp_path: Path, forward: str, word: str, what: str, why: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("seizure.evaluation.run._let_in", lambda *_: None)
    with pytest.raises(Problem) as told:
        done(own(data, tmp_path, forward), tmp_path / "run")
    assert told.value.what == what and why in told.value.why
    # What it did is its verdict, as when its file is checked first.
    lines = (tmp_path / "run" / "events.ndjson").read_text().splitlines()
    verdicts = [e for e in map(json.loads, lines) if e["type"] == "model_verdict"]
    assert [(e["model"], e["verdict"]) for e in verdicts] == [("mine", word)]


def test_processes_that_share_their_batches_end_as_one_does(data: Path, tmp_path: Path) -> None:
    found = done(raw_job(data, training__processes=2), tmp_path / "run")
    assert [one["step"] for one in found.results["trained"]] == [8]
    assert found.results["detectors"][0]["detector"] == "seed-0"


def test_a_model_that_breaks_in_several_processes_is_told_once(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seizure.evaluation.run._let_in", lambda *_: None)
    job = own(data, tmp_path, "raise ValueError('so it is')")
    job["config"]["training"]["processes"] = 2
    with pytest.raises(Problem) as told:
        done(job, tmp_path / "run")
    assert told.value.what == "Your model broke"
    assert told.value.why == "mine.py:15: ValueError: so it is"


def test_without_a_dev_split_nothing_is_trained(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seizure.evaluation.data._have", lambda *_: None)
    whole = files.read(data, "tiny")
    left = tuple(one for one in whole.entries if one.split != "dev")
    files.write(tmp_path / "data", "tiny", replace(whole, entries=left), "folder")
    with pytest.raises(Refused) as told:
        done(raw_job(tmp_path / "data"), tmp_path / "run")
    assert told.value.what == "tiny cannot be trained on"
    assert told.value.why == "it has no recording in its dev split"
