import argparse
import sys

import pytest
from curve_events import interrupted
from jobkit.errors import Refused
from needs_package import needs

from seizure.trackers import tensorboard
from seizure.trackers.about import About
from seizure.trackers.command import write_curves
from seizure.trackers.read import read_tracks

ABOUT = About("train-4kq2", {"model": {"name": "tiny"}}, synthetic=True)


@pytest.fixture
def tracks(tmp_path):
    interrupted(tmp_path / "job")
    return read_tracks(tmp_path / "job", synthetic=True)


def scalars(folder):
    """{tag: [(step, value)]} of a folder, as TensorBoard's own reader finds them."""
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

    found: dict[str, list[tuple[int, float]]] = {}
    for file in sorted(folder.iterdir()):
        for event in EventFileLoader(str(file)).Load():
            for value in event.summary.value:
                if value.metadata.plugin_data.plugin_name == "scalars":
                    told = value.tensor.float_val[0]
                    found.setdefault(value.tag, []).append((event.step, round(told, 4)))
    return found


@needs("tensorboard")
def test_each_seed_is_a_run_and_each_step_is_there_once(tracks, tmp_path):
    first, second = tensorboard.write(tracks, ABOUT, tmp_path / "tb")
    assert [first.name, second.name] == [
        "train-4kq2-seed-0-synthetic", "train-4kq2-seed-1-synthetic",
    ]  # fmt: skip
    assert scalars(first) == {
        "loss": [(1, 1.0), (2, 0.5), (3, 0.3333), (4, 2.5), (5, 2.0), (6, 1.6667)],
        "dev_auroc": [(2, 0.6)],
        "dev_loss": [(2, 0.5), (4, 0.5)],
        "test/made (synthetic)/auroc": [(4, 0.8)],
        "test/made (synthetic)/f1": [(4, 0.75)],
        "test/made (synthetic)/threshold": [(4, 0.5)],
    }
    assert scalars(second)["loss"] == [(1, 1.0), (2, 0.5)]


@needs("tensorboard")
def test_written_again_it_takes_the_place_of_what_was_there(tracks, tmp_path):
    folders = tensorboard.write(tracks, ABOUT, tmp_path / "tb")
    before = scalars(folders[0])
    tensorboard.write(tracks, ABOUT, tmp_path / "tb")
    assert scalars(folders[0]) == before
    assert sorted(folder.name for folder in (tmp_path / "tb").iterdir()) == sorted(
        folder.name for folder in folders
    )


@needs("tensorboard")
def test_a_folder_with_something_else_is_left_alone(tracks, tmp_path):
    theirs = tmp_path / "tb" / "train-4kq2-seed-1-synthetic"
    theirs.mkdir(parents=True)
    (theirs / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(Refused, match="something else than event files"):
        tensorboard.write(tracks, ABOUT, tmp_path / "tb")
    assert [folder.name for folder in (tmp_path / "tb").iterdir()] == [theirs.name]


def test_without_the_package_it_says_what_brings_it(tracks, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard", None)
    monkeypatch.setitem(sys.modules, "tensorboard.compat.proto.event_pb2", None)
    with pytest.raises(Refused) as refused:
        tensorboard.write(tracks, ABOUT, tmp_path)
    assert refused.value.hint == "ann-tui setup --training --with tensorboard"


@pytest.mark.parametrize("tracker", ["tensorboard", "wandb"])
def test_without_the_package_no_folder_is_left(tracks, tmp_path, monkeypatch, tracker):
    for name in (tracker, "tensorboard.compat.proto.event_pb2"):
        monkeypatch.setitem(sys.modules, name, None)
    out = tmp_path / "new" / "curves"
    asked = argparse.Namespace(
        tracker=tracker, job=tmp_path / "job", run="train-4kq2", synthetic=True, out=out,
        project=None, entity=None, online=False,
    )  # fmt: skip
    with pytest.raises(Refused):
        write_curves(asked)
    assert not out.parent.exists()
