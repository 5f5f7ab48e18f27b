"""An evaluation from recordings to scores, on patients that are made up."""

from __future__ import annotations

import base64
import os
import shutil
import signal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from evaluation_support import Done, done, events_in, have, job_of, sync_again
from jobkit.errors import Refused
from jobkit.files import read_json
from seizure.detection.baselines import BASELINES
from seizure.evaluation import scores_file
from seizure.evaluation.judge import signal_of
from seizure.evaluation.predictions import bids_stems
from seizure.scoring.curves import auroc
from seizure.scoring.folders import read_folders
from seizure.scoring.mask import mask_of
from seizure.scoring.table import score
from seizure.scoring.thresholds import choose
from seizure.scoring.recording import Judged
from seizure.store.store import open_store
from seizure.synthetic.recipe import Recipe

pytest_plugins = ["evaluation_fixtures"]

NAMES = [one.name for one in BASELINES]


def judged_by_hand(datasets: Path, evaluated: Done, split: str, name: str) -> list[Judged]:
    """Recordings of a split, judged anew from the store."""
    (detector,) = (one for one in BASELINES if one.name == name)
    with open_store(datasets / evaluated.results["datasets"][0]["store"]) as store:
        return [
            Judged(
                one.patient, one.id, one.seconds, one.seizures,
                detector.score(signal_of(store, one)),
            )
            for one in store.of(split)
        ]  # fmt: skip


def test_it_tells_each_thing_once_and_in_order(evaluated: Done) -> None:
    phases = [(e["phase"], e["state"]) for e in evaluated.of("phase")]
    expected = ["data", "inventory", "prepare", "judge", "score"]
    assert phases == [(name, state) for name in expected for state in ("start", "done")]
    assert evaluated.events[0]["type"] == "started"
    assert evaluated.events[0]["job"] == "evaluate"
    assert evaluated.events[-1]["type"] == "result"
    judged = evaluated.of("judged")
    assert sorted(one["split"] for one in judged) == ["dev"] * 3 + ["test"] * 4
    assert len({one["recording"] for one in judged}) == 7
    assert all(one["hours"] == pytest.approx(1 / 60, abs=1e-5) for one in judged)
    assert [one["detector"] for one in evaluated.of("detector")] == NAMES
    assert len(evaluated.of("patient")) == 4 * len(NAMES)
    assert not evaluated.of("prepared")


def test_results_have_what_the_events_say_and_are_synthetic(evaluated: Done) -> None:
    found = evaluated.results
    (dataset,) = found["datasets"]
    assert (dataset["name"], dataset["synthetic"], dataset["own_splits"]) == ("tiny", True, True)
    assert [(s["split"], s["patients"], s["seizures"]) for s in dataset["splits"]] == [
        ("dev", 3, 2), ("test", 4, 3),
    ]  # fmt: skip
    for kind in ("judged", "patient", "trace"):
        bare = [_bare(event) for event in evaluated.of(kind)]
        assert found[kind if kind == "judged" else f"{kind}s"] == bare
    for event, one in zip(evaluated.of("detector"), found["detectors"], strict=True):
        assert {name: one[name] for name in _bare(event)} == _bare(event)
        assert one["scores"]["patients"] == 4


def _bare(event: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in event.items() if k not in ("v", "seq", "container", "time", "type")}


@pytest.mark.parametrize("name", NAMES)
def test_figures_are_those_of_scores_made_anew(datasets: Path, evaluated: Done, name: str) -> None:
    dev, test = (judged_by_hand(datasets, evaluated, split, name) for split in ("dev", "test"))
    (told,) = (one for one in evaluated.results["detectors"] if one["detector"] == name)
    for split, value in ((dev, told["dev_auroc"]), (test, told["auroc"])):
        scores = np.concatenate([one.scores for one in split])
        truth = np.concatenate([mask_of(one.truth, one.seconds) for one in split])
        assert value == pytest.approx(auroc(scores, truth))
    assert told["threshold"] == pytest.approx(choose(dev))
    assert told["threshold_chosen"] is True
    marked = np.concatenate([one.scores for one in test]) >= np.float32(told["threshold"])
    assert told["marked"] == pytest.approx(marked.mean())
    patients = [one for one in evaluated.results["patients"] if one["detector"] == name]
    assert sum(one["found"] for one in patients) == told["scores"]["events"]["pooled"]["found"]
    assert sum(one["alarms"] for one in patients) == told["scores"]["events"]["pooled"]["false"]


def test_the_best_is_that_of_dev(evaluated: Done) -> None:
    detectors = evaluated.results["detectors"]
    (best,) = (one for one in detectors if one["best"])
    assert best["dev_auroc"] == max(one["dev_auroc"] for one in detectors)
    assert {one["detector"] for one in evaluated.results["traces"]} <= {best["detector"]}


def test_predictions_score_as_the_run_did(evaluated: Done, datasets: Path) -> None:
    for one in evaluated.results["detectors"]:
        folder = evaluated.out / "predictions" / "tiny" / one["detector"]
        found = read_folders(datasets / "tiny", folder)
        tested = [m for m in found.marked if (folder / _place(m.recording)).exists()]
        assert len(tested) == 4 and found.extra == ()
        pooled = score(tested, draws=0).events
        told = one["scores"]["events"]["pooled"]
        assert (pooled.found, pooled.false, pooled.reference) == (
            told["found"], told["false"], told["reference"],
        )  # fmt: skip


def test_predictions_say_which_recording_they_are_of(evaluated: Done) -> None:
    folder = evaluated.out / "predictions" / "tiny"
    head, *rows = (folder / "recordings.tsv").read_text().splitlines()
    assert head.split("\t") == ["recording", "patient", "file"] and len(rows) == 4
    for recording, patient, file in (row.split("\t") for row in rows):
        assert file == _place(recording) and patient == recording.split("_")[0]
        assert all((folder / name / file).is_file() for name in NAMES)


def test_no_two_recordings_share_a_prediction() -> None:
    assert bids_stems(
        [("a b", "a b__x"), ("ab", "ab__x"), ("a b", "a b__y"), ("é", "é__x"), ("ü", "ü__x")]
        + [("sub-01", "sub-01_task-rest"), ("01", "01__x"), ("AB", "AB__x")]
    ) == [
        "sub-ab_ses-01_task-szMonitoring_run-00", "sub-abx2_ses-01_task-szMonitoring_run-00",
        "sub-ab_ses-01_task-szMonitoring_run-01", "sub-x_ses-01_task-szMonitoring_run-00",
        "sub-xx2_ses-01_task-szMonitoring_run-00", "sub-01_task-rest",
        "sub-01x2_ses-01_task-szMonitoring_run-00", "sub-ABx3_ses-01_task-szMonitoring_run-00",
    ]  # fmt: skip


def _place(stem: str) -> str:
    return f"{stem.split('_')[0]}/ses-01/eeg/{stem}_events.tsv"


def test_traces_can_be_read_and_are_the_signal(evaluated: Done, datasets: Path) -> None:
    traces = evaluated.of("trace")
    assert traces
    with open_store(datasets / evaluated.results["datasets"][0]["store"]) as store:
        for told in traces:
            trace = read_json(evaluated.out / told["file"])
            assert trace is not None and trace["v"] == 1
            assert trace["channels"][:3] == ["Fp1", "F3", "C3"] and len(trace["channels"]) == 19
            seconds = len(trace["scores"])
            samples = np.frombuffer(base64.b64decode(trace["samples"]), np.int8).reshape(19, -1)
            assert samples.shape == (19, seconds * trace["rate"])
            at = int(trace["start"]) * 64  # the store is at 64 Hz as well
            stored = np.asarray(store.signal(told["recording"]), np.float32)
            expected = stored[:, at : at + samples.shape[1]]
            assert np.abs(samples * trace["step"] - expected).max() <= trace["step"] / 2 + 1e-3
            assert trace["step"] == pytest.approx(10 / 127)
            assert trace["microvolts"] == pytest.approx(
                store.recording(told["recording"]).scale, abs=1e-4
            )
            assert trace["start"] <= told["start"] < told["end"] <= trace["start"] + seconds + 1
            marks = [(one["start"], one["end"]) for one in trace["truth"]]
            if told["what"] == "miss":
                assert any(a < told["end"] and b > told["start"] for a, b in marks)
            else:
                assert trace["prediction"]


def test_what_was_judged_stays_when_the_job_is_killed(
    datasets: Path, tmp_path: Path, evaluated: Done
) -> None:
    child = os.fork()
    if child == 0:  # ends itself in the middle of its fourth recording
        written = 0
        whole = scores_file.write

        def write(*args: Any) -> None:
            nonlocal written
            written += 1
            if written == 4:
                os.kill(os.getpid(), signal.SIGKILL)
            whole(*args)

        scores_file.write = write  # type: ignore[assignment]
        done(job_of(datasets), tmp_path)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    first = [e["recording"] for e in events_in(tmp_path) if e["type"] == "judged"]
    assert len(first) == 3
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "scores").rglob("*.npz")}
    assert len(kept) == 3

    again = done(job_of(datasets), tmp_path)
    assert all(path.stat().st_mtime_ns == at for path, at in kept.items())
    judged = [one["recording"] for one in again.of("judged")]
    assert judged[:3] == first and len(judged) == len(set(judged)) == 7
    for name in ("judged", "detectors", "patients", "traces"):
        assert again.results[name] == evaluated.results[name]


def test_scores_of_another_signal_are_not_taken(datasets: Path, tmp_path: Path) -> None:
    path = scores_file.path_of(tmp_path, "tiny", "r")
    scores_file.write(path, "one", {"a": np.zeros(3, np.float32)})
    assert scores_file.read(path, "one", ["a"]) is not None
    assert scores_file.read(path, "two", ["a"]) is None
    assert scores_file.read(path, "one", ["a", "b"]) is None
    path.write_bytes(path.read_bytes()[:-20])
    assert scores_file.read(path, "one", ["a"]) is None
    assert scores_file.read(path.with_name("none.npz"), "one", ["a"]) is None


def test_one_patient_in_two_datasets_is_refused(datasets: Path, tmp_path: Path) -> None:
    shutil.copytree(datasets / "tiny", datasets / "again")
    sync_again(datasets, "again")
    job = job_of(datasets, datasets=[{"name": "tiny"}, {"name": "again"}])
    with pytest.raises(Refused) as refused:
        done(job, tmp_path)
    assert "two of the datasets" in str(refused.value)


def test_two_datasets_are_scored_each_and_dev_may_have_no_seizure(
    datasets: Path, tmp_path: Path
) -> None:
    have(datasets, "calm", Recipe((("dev", 1, 40), ("test", 1, 40)), seed=8))
    for table in (datasets / "calm").rglob("*_events.tsv"):
        head = table.read_text().splitlines()[0]
        row = "0.00\t40.00\tbckg\tn/a\tn/a\t2001-01-01 00:00:00\t40.00"
        table.write_text(f"{head}\n{row}\n")
    found = done(job_of(datasets, datasets=[{"name": "tiny"}, {"name": "calm"}]), tmp_path)
    detectors = [one for one in found.results["detectors"] if one["dataset"] == "calm"]
    assert len(detectors) == len(NAMES)
    for one in detectors:
        assert one["threshold"] == 0.5 and one["threshold_chosen"] is False
        assert "auroc" not in one and "sensitivity" not in one
        assert one["fa_per_day"] >= 0
        assert [set(at) for at in one["sensitivity_at"]] == [{"fa_per_day"}] * 4
    assert [one["best"] for one in detectors].count(True) == 1
    warnings = [one["message"] for one in found.of("warning")]
    assert any("calm has no seizure in dev" in one for one in warnings)
    names = [one["trace"] for one in found.of("trace")]
    assert len(set(names)) == len(names)


def test_a_dataset_may_have_no_dev_at_all(datasets: Path, tmp_path: Path) -> None:
    have(datasets, "bare", Recipe((("test", 1, 40),), seed=9))
    found = done(job_of(datasets, datasets=[{"name": "bare"}]), tmp_path)
    assert [one["threshold"] for one in found.results["detectors"]] == [0.5] * len(NAMES)
    assert all(one["dev_auroc"] is None for one in found.results["detectors"])
    assert found.results["datasets"][0]["splits"][0]["recordings"] == 0
    people = datasets / "bare" / "participants.tsv"
    people.write_text(people.read_text().replace("test", "dev"))
    sync_again(datasets, "bare")
    with pytest.raises(Refused) as refused:
        done(job_of(datasets, datasets=[{"name": "bare"}]), tmp_path / "out")
    assert refused.value.why == "it has no recording in its test split"


def test_a_dataset_that_is_not_here_is_refused_with_what_to_type(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        done(job_of(tmp_path, datasets=[{"name": "siena"}]), tmp_path / "out")
    assert refused.value.hint == "ann-tui sync siena"


def test_prepare_tells_each_recording_once_over_all_attempts(
    datasets: Path, tmp_path: Path
) -> None:
    job = job_of(datasets, job="prepare", splits=["dev", "test"])
    del job["draws"]
    first = done(job, tmp_path)
    assert sorted(one["split"] for one in first.of("prepared")) == ["dev"] * 3 + ["test"] * 4
    again = done(job, tmp_path)
    assert len(again.of("prepared")) == 7
    assert again.results["datasets"][0]["splits"] == first.results["datasets"][0]["splits"]
    signal = next((datasets / first.results["datasets"][0]["store"] / "signals").iterdir())
    sound = signal.read_bytes()
    signal.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
    (told,) = done(job, tmp_path).of("warning")
    assert "1 prepared recordings of tiny are not as they were written" in told["message"]
    assert signal.read_bytes() == sound, "preparing again verifies what is there"


def test_made_up_patients_are_made_by_the_run_and_anew_by_another_recipe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_of(tmp_path, datasets=[{"name": "synthetic-seizures"}])
    recipes = [Recipe((("dev", 1, 40), ("test", 1, 40)), seed=seed) for seed in (1, 2)]
    keys = []
    for n, recipe in enumerate(recipes):
        monkeypatch.setattr("seizure.synthetic.recipe.ORDINARY", recipe)
        found = done(job, tmp_path / f"out-{n}")
        (dataset,) = found.results["datasets"]
        keys.append(dataset["version"])
        told = [one["message"] for one in found.of("warning")]
        assert any("another recipe" in one for one in told) == (n == 1)
    assert keys == [recipe.key() for recipe in recipes]
