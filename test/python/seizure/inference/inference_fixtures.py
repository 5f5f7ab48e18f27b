"""Checkpoints, judged once on the dataset `tiny`."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from checkpoint_folders import EVENTS, build, checkpoint_job, write_checkpoint
from seizure.checkpoints.trained_on import of_inventory
from seizure.corpora.inventory import files
from seizure.inference import load

sys.path.insert(0, str(Path(__file__).parent.parent / "evaluation"))
from evaluation_support import Done, done


@pytest.fixture
def loud_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checkpoints are of the model of these tests."""
    monkeypatch.setattr(load, "build", build)


@pytest.fixture(scope="session")
def judged(
    datasets: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Done, list[Path], Path]:
    """Two checkpoints on `tiny`: one with a frozen threshold and settings of its own, one without
    a threshold."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "build", build)
        folder = tmp_path_factory.mktemp("checkpoints")
        on_tiny = of_inventory(files.read(datasets, "tiny"))
        data = [{**vars(on_tiny), "people": {k: list(v) for k, v in on_tiny.people.items()}}]
        one = write_checkpoint(
            folder / "one", threshold=0.47, evaluation=EVENTS, data=data,
            threshold_from="dev of tiny",
        )  # fmt: skip
        other = write_checkpoint(folder / "two", gain=-2.0, threshold=None, threshold_from=None)
        out = tmp_path_factory.mktemp("judged")
        return done(checkpoint_job(datasets, one, other), out), [one, other], datasets
