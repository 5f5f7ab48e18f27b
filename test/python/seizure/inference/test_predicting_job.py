"""Predicting as a job, as Modal is given it: each recording an event, and none done twice."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from checkpoint_folders import write_checkpoint
from jobkit.cloud.workload import PARTS
from jobkit.errors import JobError, Problem
from jobkit.files import write_json
from seizure.cloud import PREDICT
from seizure.corpora.inventory import files
from seizure.inference import predict
from seizure.inference.job import PredictJob
from seizure.job import parse

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "evaluation"))
from edf_files import chb_mit
from evaluation_support import Done, done

pytest_plugins = ["evaluation_fixtures", "inference_fixtures"]
pytestmark = pytest.mark.usefixtures("loud_models")


def job(checkpoint: Path, *edfs: Path, **more: Any) -> dict[str, Any]:
    recordings = [
        {"name": edf.name, "edf": str(edf), "tsv": f"night/{edf.stem}_events.tsv"} for edf in edfs
    ]
    chosen = {"name": "tiny", "title": "tiny (train-a)", "folder": str(checkpoint)}
    return {"v": 1, "job": "predict", "checkpoint": chosen, "recordings": recordings, **more}


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("model") / "one")


@pytest.fixture
def edfs(datasets: Path, tmp_path: Path) -> list[Path]:
    """Two that can be predicted, and one that cannot, as they were carried."""
    entries = [one.edf for one in files.read(datasets, "tiny").entries if one.split == "test"]
    folder = tmp_path / "carried"
    folder.mkdir()
    sound = [Path(shutil.copy(edf, folder / f"night-{i}.edf")) for i, edf in enumerate(entries[:2])]
    return [*sound, chb_mit().write(folder / "pairs.edf")]


def test_each_recording_is_an_event_and_a_table(
    checkpoint: Path, edfs: list[Path], tmp_path: Path
) -> None:
    found = done(job(checkpoint, *edfs, workers=1), tmp_path / "run")
    told = {one["recording"]: one for one in found.of("predicted")}
    assert set(told) == {"night-0.edf", "night-1.edf", "pairs.edf"}
    for name in ("night-0", "night-1"):
        one = told[f"{name}.edf"]
        rows = (found.out / "predictions" / one["tsv"]).read_text().splitlines()[1:]
        assert one["seconds"] == 60 and len(rows) == max(1, len(one["events"]))
    assert "pairs of electrodes" in told["pairs.edf"]["error"]
    assert str(tmp_path) not in json.dumps(told)
    assert [one["recording"] for one in found.results["recordings"]] == [p.name for p in edfs]
    assert (found.results["job"], found.results["threshold"]) == ("predict", 0.5)
    assert found.of("progress")[-1]["job_eta_seconds"] == 0
    # Of the copies that were read nothing is left.
    assert not [one for one in found.out.rglob(".*")]


def test_a_job_that_was_interrupted_goes_on_with_what_is_not_done(
    checkpoint: Path, edfs: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given, out = job(checkpoint, *edfs[:2], workers=1), tmp_path / "run"
    seen: list[str] = []

    def killed(one: Any, tell: Any) -> Any:
        seen.append(one.edf.name)
        if len(seen) == 2:
            raise KeyboardInterrupt
        return _prepared(one, tell)

    def here(tasks: Any, work: Any, workers: int, told: Any, finished: Any) -> None:
        for i, task in enumerate(tasks):
            finished(i, work(task, lambda _seconds: None))

    _prepared = predict._prepared
    monkeypatch.setattr(predict, "share_out", here)
    monkeypatch.setattr(predict, "_prepared", killed)
    with pytest.raises(KeyboardInterrupt):
        done(given, out)
    first = (out / "predictions/night/night-0_events.tsv").stat()
    found = done(given, out)
    assert seen == ["night-0.edf", "night-1.edf", "night-1.edf"]
    assert (out / "predictions/night/night-0_events.tsv").stat().st_ino == first.st_ino
    assert [one["recording"] for one in found.of("predicted")] == ["night-0.edf", "night-1.edf"]
    assert [one["seconds"] for one in found.results["recordings"]] == [60, 60]


def test_where_none_can_be_predicted_it_fails_with_why(
    checkpoint: Path, edfs: list[Path], tmp_path: Path
) -> None:
    with pytest.raises(Problem, match=r"No recording was predicted.*pairs\.edf: it was recorded"):
        done(job(checkpoint, edfs[2], workers=1), tmp_path / "run")


def test_without_a_threshold_it_is_refused(tmp_path: Path, edfs: list[Path]) -> None:
    folder = write_checkpoint(tmp_path / "none", threshold=None, threshold_from=None)
    with pytest.raises(Problem, match="has no threshold"):
        done(job(folder, edfs[0]), tmp_path / "run")
    found: Done = done(job(folder, edfs[0], threshold=0.9), tmp_path / "other")
    assert found.results["threshold"] == 0.9


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"threshold": 0}, "threshold"),
        ({"threshold": True}, "threshold"),
        ({"settings": {}}, "settings"),
        ({"recordings": [{"name": "a", "edf": "a.edf", "tsv": "a_events.tsv"}]},
         "recordings[0].edf"),
        ({"recordings": [{"name": "a", "edf": "/a.edf", "tsv": "../a_events.tsv"}]},
         "recordings[0].tsv"),
        ({"recordings": [{"name": "a", "edf": "/a.edf", "tsv": "a_events.tsv"}] * 2}, "recordings"),
        ({"checkpoint": {"name": "a", "title": "a", "folder": "here"}}, "checkpoint[0].folder"),
    ],
)  # fmt: skip
def test_a_field_that_is_wrong_is_named(more: dict[str, Any], key: str) -> None:
    with pytest.raises(JobError) as wrong:
        parse({**job(Path("/c"), Path("/a.edf")), **more})
    assert wrong.value.key == key


def test_at_modal_it_is_one_part_on_what_was_carried(tmp_path: Path) -> None:
    given = job(Path("carried/c"), Path("carried/1/a.edf"), Path("carried/2/b.edf"))
    given["checkpoint"]["source"] = "carried/3/mine.py"
    results = tmp_path / "results"
    run = results / "runs" / "predict-a"
    (part,) = PREDICT.split(PREDICT.job(given, run, Path("/mnt/datasets")))
    assert (part.name, part.label) == ("w1", "2 recordings")
    parsed = parse(part.job)
    assert isinstance(parsed, PredictJob)
    assert parsed.checkpoint.folder == results / "carried/c"
    assert parsed.checkpoint.source == results / "carried/3/mine.py"
    assert [one.edf for one in parsed.recordings] == [
        results / "carried/1/a.edf", results / "carried/2/b.edf",
    ]  # fmt: skip
    assert PREDICT.shared_data(part.job, Path("/mnt/datasets")).uses == ()

    folder = run / PARTS / "w1"
    (folder / "predictions").mkdir(parents=True)
    (folder / "predictions" / "a_events.tsv").write_text("a")
    assert not PREDICT.is_done(folder)
    write_json(folder / "results.json", {"v": 1})
    assert PREDICT.is_done(folder)
    PREDICT.merge(run, [part], Path("/mnt/datasets"), 1.0, {})
    assert (run / "predictions" / "a_events.tsv").read_text() == "a"
    assert not (folder / "predictions").exists()
