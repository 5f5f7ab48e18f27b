"""An evaluation of checkpoints beside the baselines."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from checkpoint_folders import EVENTS, SETTINGS, checkpoint_job, torch, write_checkpoint

from jobkit.errors import JobError, Refused
from seizure.checkpoints.trained_on import of_inventory, people_of
from seizure.corpora.inventory import files
from seizure.detection.baselines import BASELINES
from seizure.inference import load
from seizure.inference.scoring import probabilities
from seizure.scoring.bootstrap import drawn
from seizure.scoring.pairs import Pairs
from seizure.scoring.mask import mask_of
from seizure.scoring.thresholds import choose
from seizure.scoring.recording import Judged
from seizure.store.store import open_store
from seizure.synthetic.recipe import Recipe

sys.path.insert(0, str(Path(__file__).parent.parent / "evaluation"))
from evaluation_support import Done, done, have, job_of

pytest_plugins = ["evaluation_fixtures", "inference_fixtures"]
pytestmark = pytest.mark.usefixtures("loud_models")


def by_name(found: Done, name: str) -> dict[str, Any]:
    (one,) = (e for e in found.results["detectors"] if e["detector"] == name)
    return one


def test_thresholds_are_frozen_in_the_checkpoint_or_chosen_on_dev(
    judged: tuple[Done, list[Path], Path],
) -> None:
    found, _, _ = judged
    assert [one["detector"] for one in found.of("detector")] == [
        "model-0", "model-1", *(one.name for one in BASELINES)
    ]  # fmt: skip
    frozen, chosen = by_name(found, "model-0"), by_name(found, "model-1")
    assert (frozen["threshold"], frozen["threshold_from"]) == (0.47, "checkpoint")
    assert chosen["threshold_from"] == "dev"
    assert (frozen["seed"], frozen["title"]) == (0, "loud, seed 0")
    assert by_name(found, "line-length")["threshold_from"] == "dev"
    assert "seed" not in by_name(found, "line-length")


def scores_by_hand(store: Path, split: str, gain: float) -> list[Judged]:
    from checkpoint_folders import Loud
    from seizure.evaluation.judge import signal_of

    model = Loud(19, 64)
    model.gain.data.fill_(gain)
    with open_store(store) as opened:
        return [
            Judged(
                one.patient, one.id, one.seconds, one.seizures,
                probabilities(model, signal_of(opened, one), 10, 2, 0.5, torch.device("cpu")),
            )
            for one in opened.of(split)
        ]  # fmt: skip


def test_scores_and_events_are_those_of_the_model_and_its_config(
    judged: tuple[Done, list[Path], Path],
) -> None:
    found, _, datasets = judged
    store = datasets / found.results["datasets"][0]["store"]
    test = scores_by_hand(store, "test", 2.0)
    for one in test:
        kept = np.load(found.out / "scores" / "tiny" / f"{one.recording}.npz")
        assert kept["model-0"].tobytes() == one.scores.tobytes()
    dev = scores_by_hand(store, "dev", -2.0)
    assert by_name(found, "model-1")["threshold"] == pytest.approx(choose(dev))
    # Its events are made with the config's post-processing, not as they are.
    from seizure.scoring.detector import marked_at
    from seizure.scoring.postprocess import PostProcess
    from seizure.scoring.table import score

    marked = marked_at(test, 0.47, PostProcess(**EVENTS))
    pooled = by_name(found, "model-0")["scores"]["events"]["pooled"]
    assert score(marked, draws=0).events.to_json() == pooled


def test_the_gain_is_paired_with_the_best_baseline_of_dev(
    judged: tuple[Done, list[Path], Path],
) -> None:
    found, _, datasets = judged
    baselines = [by_name(found, one.name) for one in BASELINES]
    base = max(baselines, key=lambda one: one["dev_auroc"])
    one = by_name(found, "model-0")
    assert one["against"] == base["detector"]
    assert one["gain"] == pytest.approx(one["auroc"] - base["auroc"])
    pairs = []
    truths = {e["recording"]: e for e in found.results["judged"] if e["split"] == "test"}
    with open_store(datasets / found.results["datasets"][0]["store"]) as store:
        for name in ("model-0", base["detector"]):
            each = []
            for recording in sorted(truths, key=lambda r: truths[r]["patient"]):
                stored = store.recording(recording)
                kept = np.load(found.out / "scores" / "tiny" / f"{recording}.npz")[name]
                each.append((kept, mask_of(stored.seizures, stored.seconds)))
            pairs.append(Pairs.of(each))
    weights = drawn(len(truths), 100, 0)
    differences = pairs[0].auroc(weights) - pairs[1].auroc(weights)
    low, high = np.nanquantile(differences, [0.025, 0.975])
    assert one["gain_interval"] == pytest.approx([low, high])
    assert all("gain" not in other for other in baselines)


def test_baselines_are_as_without_a_checkpoint(
    judged: tuple[Done, list[Path], Path], evaluated: Done
) -> None:
    found, _, _ = judged
    for one in BASELINES:
        mine, theirs = dict(by_name(found, one.name)), dict(by_name(evaluated, one.name))
        assert mine.pop("best") in (True, False) and theirs.pop("best") in (True, False)
        assert mine == theirs


def test_each_kind_has_its_seconds_and_those_without_any(
    judged: tuple[Done, list[Path], Path],
) -> None:
    found, _, datasets = judged
    from seizure.scoring.curves import auroc

    store = datasets / found.results["datasets"][0]["store"]
    test = scores_by_hand(store, "test", 2.0)
    told = by_name(found, "model-0")["kinds"]
    assert sum(one["seizures"] for one in told) == 3
    for one in told:
        of = [j for j in test if not j.truth or any(s.kind == one["kind"] for s in j.truth)]
        assert 0 < len(of) < len(test) or len(told) == 1
        truth = np.concatenate([mask_of(j.truth, j.seconds) for j in of])
        assert one["auroc"] == pytest.approx(auroc(np.concatenate([j.scores for j in of]), truth))


def test_results_have_a_matrix_of_who_was_trained_and_tested_where(
    judged: tuple[Done, list[Path], Path],
) -> None:
    found, _, _ = judged
    table = found.results["matrix"]
    assert table["datasets"] == ["tiny"]
    one, other = table["rows"]
    assert (one["trained_on"], other["trained_on"]) == (["tiny"], ["made-up"])
    assert [row["cells"][0]["own"] for row in (one, other)] == [True, False]
    assert one["cells"][0]["auroc"] == by_name(found, "model-0")["auroc"]
    assert one["cells"][0]["f1"] == by_name(found, "model-0")["f1"]


def test_a_second_attempt_asks_no_model_again(
    judged: tuple[Done, list[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, folders, datasets = judged

    def never(*_: object) -> None:
        raise AssertionError("judged again")

    monkeypatch.setattr("seizure.inference.detectors.probabilities", never)
    out = shutil.copytree(found.out, tmp_path / "out")
    again = done(checkpoint_job(datasets, *folders), out)
    assert by_name(again, "model-0") == by_name(found, "model-0")
    assert len(again.of("judged")) == len(found.of("judged"))


def test_other_weights_are_asked_anew(
    judged: tuple[Done, list[Path], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, folders, datasets = judged
    asked: list[int] = []

    def ones(_model: object, signal: Any, *_: object) -> np.ndarray:
        asked.append(signal.seconds)
        return np.linspace(0, 1, signal.seconds, dtype=np.float32)

    monkeypatch.setattr("seizure.inference.detectors.probabilities", ones)
    other = write_checkpoint(tmp_path / "other", gain=3.0)
    out = shutil.copytree(found.out, tmp_path / "out")
    done(checkpoint_job(datasets, other, folders[1]), out)
    assert len(asked) == 2 * 7


def test_recordings_have_to_be_prepared_as_in_training(datasets: Path, tmp_path: Path) -> None:
    other = write_checkpoint(tmp_path / "one", settings=replace(SETTINGS, rate=128, high=50.0))
    with pytest.raises(Refused, match=r"rate 128, not 64, high 50.0, not 30.0"):
        done(checkpoint_job(datasets, other), tmp_path / "out")


@pytest.mark.parametrize(
    ("split", "looked", "refused"),
    [
        ("test", "train", True), ("test", "dev", True), ("dev", "train", True),
        ("dev", "dev", False), ("train", "train", False),
    ],
)  # fmt: skip
def test_nobody_is_tested_on_who_was_looked_at_in_training(
    datasets: Path, tmp_path: Path, split: str, looked: str, refused: bool
) -> None:
    here = sorted(people_of(files.read(datasets, "tiny"), (split,)))
    people = {"train": [], "dev": [], looked: here[:1]}
    data = [
        {
            "name": "tiny",
            "version": "0",
            "split_hash": "f" * 16,
            "synthetic": True,
            "people": people,
        }
    ]
    one = write_checkpoint(tmp_path / "one", data=data)
    if refused:
        with pytest.raises(Refused, match=f"1 of its . patients in {split} were in the training"):
            done(checkpoint_job(datasets, one), tmp_path / "out")
        return
    found = done(checkpoint_job(datasets, one), tmp_path / "out")
    assert any("other splits of tiny" in e["message"] for e in found.of("warning"))


def test_a_dataset_without_test_is_scored_on_dev_and_says_so(
    datasets: Path, tmp_path: Path
) -> None:
    from jobkit.events import JOURNAL
    from seizure.checkpoints.chosen import Chosen
    from seizure.detection.registry import detectors
    from seizure.evaluation.evaluate import evaluate
    from seizure.program import Events

    folder = write_checkpoint(tmp_path / "checkpoints" / "seed-0")
    judges = detectors([Chosen("seed-0", "loud", folder, None)], 1)
    have(tmp_path, "devless", Recipe((("train", 1, 60), ("dev", 4, 60)), seed=5))
    from noise_stores import prepared

    inventory = files.read(tmp_path, "devless")
    with prepared(inventory, tmp_path / "store", SETTINGS) as store:
        events = Events(journal=tmp_path / JOURNAL, human=None)
        found = evaluate([store], judges, 100, 0, tmp_path, events)
        events.close()
    assert {one["threshold_from"] for one in found["detectors"]} == {"test"}
    assert found["detectors"][0]["checkpoint"] == "checkpoints/seed-0"
    assert found["detectors"][0]["auroc"] == found["detectors"][0]["dev_auroc"]
    assert "dev is scored" in (tmp_path / JOURNAL).read_text()


def test_a_model_of_somebodys_own_runs_only_from_a_file_that_was_named(
    datasets: Path, tmp_path: Path
) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text(
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from checkpoint_folders import Loud as Model\n"
    )
    folder = write_checkpoint(tmp_path / "one", source=mine)
    trap = "raise SystemExit('run')"
    job = checkpoint_job(datasets, folder)
    with pytest.raises(Refused, match="no code is run"):
        done(job, tmp_path / "out")
    other = tmp_path / "other.py"
    other.write_text(trap)
    job["checkpoints"][0]["source"] = str(other)
    with pytest.raises(Refused, match="is not the file that it was trained with"):
        done(job, tmp_path / "out")
    job["checkpoints"][0]["source"] = str(mine)
    assert by_name(done(job, tmp_path / "out"), "model-0")["auroc"] is not None
    # A folder whose file was exchanged is no checkpoint any more.
    (folder / "model.py").write_text(trap)
    with pytest.raises(Refused, match="damaged"):
        done(job, tmp_path / "again")


def test_weights_of_another_model_are_refused(
    datasets: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_checkpoint(tmp_path / "one", logits_hz=4)
    with pytest.raises(Refused, match="4 logits a second, the model gives 2"):
        done(checkpoint_job(datasets, folder), tmp_path / "out")
    monkeypatch.setattr(load, "build", lambda *_: torch.nn.Linear(2, 2))
    with pytest.raises(Refused, match="does not fit the model"):
        done(checkpoint_job(datasets, folder), tmp_path / "out")


@pytest.mark.parametrize(
    ("checkpoints", "key"),
    [
        ([{"name": "../x", "title": "x", "folder": "/x"}], r"checkpoints\[0\].name"),
        ([{"name": "line-length", "title": "x", "folder": "/x"}], r"checkpoints\[0\].name"),
        ([{"name": "x", "title": "x", "folder": "x"}], r"checkpoints\[0\].folder"),
        ([{"name": "x", "title": "x", "folder": "/x", "source": "x"}], r"checkpoints\[0\].source"),
        ([{"name": "x", "title": "x", "folder": "/x"}] * 2, r"checkpoints\[1\].name"),
        ([], "checkpoint:"),
        ({}, "checkpoints"),
    ],
)  # fmt: skip
def test_a_job_names_what_is_wrong_with_its_checkpoints(checkpoints: Any, key: str) -> None:
    from seizure.job import parse

    with pytest.raises(JobError, match=key):
        parse(job_of(Path("/data"), checkpoint="mine", checkpoints=checkpoints))


def test_cards_name_nobody(datasets: Path) -> None:
    inventory = files.read(datasets, "tiny")
    told = json.dumps(vars(of_inventory(inventory)))
    assert not any(entry.patient in told for entry in inventory.entries)
