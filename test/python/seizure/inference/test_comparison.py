"""Two runs compared: paired differences over the same patients."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from checkpoint_folders import checkpoint_job, write_checkpoint
from jobkit.errors import Refused
from seizure import cli
from seizure.evaluation.comparison import compare

sys.path.insert(0, str(Path(__file__).parent.parent / "evaluation"))
from evaluation_support import Done, done

pytest_plugins = ["evaluation_fixtures", "inference_fixtures"]
pytestmark = pytest.mark.usefixtures("loud_models")


def detector(found: Done, name: str) -> dict:
    (one,) = (e for e in found.results["detectors"] if e["detector"] == name)
    return one


def test_a_trained_model_against_the_best_baseline(
    judged: tuple[Done, list[Path], Path], evaluated: Done, tmp_path: Path
) -> None:
    _, folders, datasets = judged
    found = done(checkpoint_job(datasets, folders[0]), tmp_path / "out")
    told = compare(evaluated.out, found.out, draws=100)
    (pair,) = told["pairs"]
    assert told["refused"] == [] and (pair["patients"], pair["synthetic"]) == (4, True)
    model = detector(found, "model-0")
    best = next(e for e in evaluated.results["detectors"] if e["best"])
    assert pair["one"]["titles"] == [best["title"]]
    for name in ("auroc", "f1", "fa_per_day"):
        assert pair["one"]["figures"][name] == pytest.approx(best.get(name))
        assert pair["other"]["figures"][name] == pytest.approx(model.get(name))
    # Against that baseline the run itself told the same.
    if model["against"] == best["detector"]:
        told_there = pair["differences"]["auroc"]
        assert told_there["difference"] == pytest.approx(model["gain"])
        ends = [told_there["interval"][end] for end in ("low", "high")]
        assert ends == pytest.approx(model["gain_interval"])


def test_seeds_stand_for_a_run_by_their_mean(
    judged: tuple[Done, list[Path], Path], tmp_path: Path
) -> None:
    found, _, datasets = judged
    other = write_checkpoint(tmp_path / "same", gain=2.0, threshold=0.47)
    single = done(checkpoint_job(datasets, other), tmp_path / "out")
    (pair,) = compare(single.out, found.out, draws=100)["pairs"]
    assert len(pair["other"]["titles"]) == 2
    each = [detector(found, name)["auroc"] for name in ("model-0", "model-1")]
    assert pair["other"]["figures"]["auroc"] == pytest.approx(np.mean(each))
    difference = np.mean(each) - detector(single, "model-0")["auroc"]
    assert pair["differences"]["auroc"]["difference"] == pytest.approx(difference)


def test_a_run_against_itself_differs_by_nothing(judged: tuple[Done, list[Path], Path]) -> None:
    found, _, _ = judged
    (pair,) = compare(found.out, found.out, draws=100)["pairs"]
    for one in pair["differences"].values():
        assert one["difference"] in (0, None)
        if one["interval"]:
            assert (one["interval"]["low"], one["interval"]["high"]) == (0, 0)


def test_other_recordings_are_refused(
    evaluated: Done, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(cli.signals, "install", lambda: None)
    monkeypatch.setattr("jobkit.command.signals.ignore", lambda: None)
    other = shutil.copytree(evaluated.out, tmp_path / "other")
    assert cli.main(["compare", str(evaluated.out), str(other)]) == 0
    assert json.loads(capsys.readouterr().out)["pairs"]
    path = other / "scores" / "tiny.json"
    truth = json.loads(path.read_text())
    truth["recordings"][-1]["seconds"] += 1
    path.write_text(json.dumps(truth))
    assert cli.main(["compare", str(evaluated.out), str(other)]) == 2
    assert "scored on other recordings" in capsys.readouterr().err
    path.write_text("{")
    with pytest.raises(Refused, match="damaged"):
        compare(evaluated.out, other)
    path = other / "results.json"
    results = json.loads(path.read_text())
    del results["detectors"][0]["postprocess"]
    path.write_text(json.dumps(results))
    with pytest.raises(Refused, match="of an earlier version, its detectors have no postprocess"):
        compare(evaluated.out, other)
    with pytest.raises(Refused, match="nothing to compare"):
        compare(evaluated.out, tmp_path)
