"""Checkpoint folders: every field of a card is checked, every file is the one it vouches for."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from jobkit.errors import JobError, Refused
from seizure.checkpoints.card import card_of
from seizure.checkpoints.folder import read_card, read_checkpoint

sys.path.insert(0, str(Path(__file__).parent.parent))
from cards import card_json


def as_text(card: dict[str, Any]) -> bytes:
    bare = {name: value for name, value in card.items() if name != "sum"}
    return json.dumps(bare, sort_keys=True, separators=(",", ":")).encode()


def test_a_card_comes_back_as_it_was_written():
    card = card_of(card_json())
    assert card_of(json.loads(json.dumps(card.to_json()))) == card
    assert card.evaluation["overlap"] == 0.5


def test_every_field_has_to_be_there_and_no_other():
    whole = card_json()
    for name in whole:
        less = {key: value for key, value in whole.items() if key != name}
        with pytest.raises(JobError) as e:
            card_of(less)
        assert e.value.key == name
    with pytest.raises(JobError, match=r"more: is not known"):
        card_of({**whole, "more": 1})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("sum", "0" * 64), ("v", 2), ("what", "a card"), ("seed", -1), ("step", 1.5),
        ("seconds", 0),
        ("channels", 18), ("montage", "bipolar"), ("settings.rate", 100000), ("logits_hz", 3),
        ("data", []), ("data.0.split_hash", "x"), ("data.0.people.train", ["Jane"]),
        ("data.0.synthetic", 1), ("threshold", "0.5"), ("threshold", float("nan")),
        ("threshold_from", None), ("config.evaluation.overlap", 0.95),
        ("config.evaluation.draws", None), ("config.windows.batch", 0), ("config.training", 1),
        ("metrics.dev_auroc", "good"),
        ("model.name", "../tiny"), ("model.sha256", "0" * 64), ("model.options", []),
        ("files.model.safetensors", "abc"), ("machine", "a\x1b[31mred"), ("torch", ""),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named(path, value):
    card = copy.deepcopy(card_json())
    at, keys = card, path.split(".") if not path.startswith("files") else ["files", path[6:]]
    for key in keys[:-1]:
        at = at[int(key)] if key.isdigit() else at[key]
    at[keys[-1]] = value
    if path != "sum":
        card["sum"] = hashlib.sha256(as_text(card)).hexdigest()
    with pytest.raises(JobError) as e:
        card_of(card)
    assert e.value.key == "sum" or path != "sum"


def test_files_are_those_that_the_card_vouches_for(tmp_path):
    weights = b"some weights"
    card = card_json(files={"model.safetensors": hashlib.sha256(weights).hexdigest()})
    (tmp_path / "card.json").write_text(json.dumps(card))
    with pytest.raises(Refused, match="cannot be read"):
        read_checkpoint(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(weights)
    found = read_checkpoint(tmp_path)
    assert found.weights.read_bytes() == weights
    assert found.own_model is None
    (tmp_path / "model.safetensors").write_bytes(weights[:-1])
    with pytest.raises(Refused, match="damaged"):
        read_checkpoint(tmp_path)


@pytest.mark.parametrize("name", ["card.json", "model.safetensors"])
def test_a_pipe_is_no_file(tmp_path, name):
    weights = b"some weights"
    card = card_json(files={"model.safetensors": hashlib.sha256(weights).hexdigest()})
    (tmp_path / "card.json").write_text(json.dumps(card))
    (tmp_path / "model.safetensors").write_bytes(weights)
    (tmp_path / name).unlink()
    os.mkfifo(tmp_path / name)
    with pytest.raises(Refused, match=f"{name} cannot be read: it is no file"):
        read_checkpoint(tmp_path)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"v":1}', b"[" * 10**5])
def test_a_card_that_is_none_is_refused(tmp_path, content):
    (tmp_path / "card.json").write_bytes(content)
    with pytest.raises(Refused, match="no checkpoint"):
        read_card(tmp_path)
    with pytest.raises(Refused, match="no checkpoint"):
        read_card(tmp_path / "nowhere")
