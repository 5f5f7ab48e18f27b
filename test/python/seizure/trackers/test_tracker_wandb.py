import json
import os
import struct
import sys
from pathlib import Path

import pytest
from curve_events import interrupted
from jobkit.errors import Problem, Refused
from needs_package import needs

from seizure.trackers import wandb
from seizure.trackers.about import About
from seizure.trackers.read import read_tracks

ABOUT = About("train-4kq2", {"model": {"name": "tiny"}}, synthetic=True)
SECRET = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def tracks(tmp_path):
    interrupted(tmp_path / "job")
    return read_tracks(tmp_path / "job", synthetic=True)


def records(folder):
    """What a run's file holds. It is a LevelDB log behind seven bytes of its own: blocks of 32 KiB,
    in them pieces with a sum, a length and a kind (1 whole, 2 first, 3 middle, 4 last)."""
    from wandb.proto.wandb_internal_pb2 import Record

    (file,) = Path(folder).glob("run-*.wandb")
    content = file.read_bytes()
    at, whole = 7, b""
    while at + 7 <= len(content):
        if 32768 - at % 32768 < 7:
            at += 32768 - at % 32768
            continue
        _, length, kind = struct.unpack("<IHB", content[at : at + 7])
        piece = content[at + 7 : at + 7 + length]
        at += 7 + length
        whole = piece if kind in (1, 2) else whole + piece
        if kind in (1, 4):
            record = Record()
            record.ParseFromString(whole)
            yield record


def history(folder):
    """{step: {name: value}}, and fails where a step is there twice."""
    found: dict[int, dict[str, float]] = {}
    for record in records(folder):
        if record.WhichOneof("record_type") != "history":
            continue
        row = {
            "/".join(i.nested_key) or i.key: json.loads(i.value_json) for i in record.history.item
        }
        step = row.pop("_step")
        assert step not in found
        found[step] = row
    return found


@needs("wandb")
def test_each_seed_is_a_run_that_can_be_sent_later(tracks, tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_API_KEY", SECRET)
    first, second = wandb.write(tracks, ABOUT, tmp_path)
    assert Path(first).parent == tmp_path / "wandb"
    assert "offline-run-" in first and "train-4kq2-seed-1-" in second
    told = history(first)
    assert {step: round(row["loss"], 4) for step, row in told.items()} == {
        1: 1.0, 2: 0.5, 3: 0.3333, 4: 2.5, 5: 2.0, 6: 1.6667,
    }  # fmt: skip
    assert told[2]["dev_auroc"] == 0.6 and "dev_auroc" not in told[4]
    assert told[6]["_timestamp"] == pytest.approx(tracks[0].rows[-1].time)


@needs("wandb")
def test_nothing_of_the_machine_and_no_secret_goes_along(tracks, tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_API_KEY", SECRET)
    folders = wandb.write(tracks, ABOUT, tmp_path)
    assert os.environ["WANDB_API_KEY"] == SECRET  # what was set is so again
    (run,) = [r.run for r in records(folders[0]) if r.WhichOneof("record_type") == "run"]
    assert (run.project, run.display_name, run.run_group, list(run.tags), run.host) == (
        "seizure-detection", "train-4kq2 seed 0 (synthetic)", "train-4kq2", ["synthetic"], "",
    )  # fmt: skip
    files = [file for file in (tmp_path / "wandb").rglob("*") if file.is_file()]
    assert not any(SECRET.encode() in file.read_bytes() for file in files)
    sent = [next(Path(folder).glob("run-*.wandb")).read_bytes() for folder in folders]
    for word in (str(tmp_path), os.uname().nodename, sys.executable):
        assert not any(word.encode() in content for content in sent)


@needs("wandb")
def test_the_same_curves_are_the_same_run(tracks, tmp_path):
    once = wandb.write(tracks, ABOUT, tmp_path)
    assert wandb.write(tracks, ABOUT, tmp_path) == once
    assert len(list((tmp_path / "wandb").iterdir())) == 2


def test_without_wandb_it_says_what_brings_it(tracks, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "wandb", None)
    with pytest.raises(Refused) as refused:
        wandb.write(tracks, ABOUT, tmp_path)
    assert refused.value.hint == "ann-tui setup --training --with wandb"


@needs("wandb")
def test_a_site_that_is_down_is_told_with_what_writes_them_here(tracks, tmp_path, monkeypatch):
    monkeypatch.setenv("WANDB_API_KEY", SECRET)
    monkeypatch.setenv("WANDB_BASE_URL", "http://127.0.0.1:9")
    with pytest.raises(Problem) as caught:
        wandb.write(tracks[:1], ABOUT, tmp_path, online=True)
    assert caught.value.what == "Weights & Biases took nothing"
    assert "without --online it is written here" in caught.value.why
    assert caught.value.hint == "ann-tui export wandb train-4kq2"
