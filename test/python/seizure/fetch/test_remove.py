"""What goes with a dataset, and what stays."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from fetch_support import Heard, write_bids
from jobkit.errors import Refused
from seizure.fetch.remove import remove, stores_of
from seizure.fetch.sync import sync
from seizure.store.locks import shared
from seizure.store.layout import Layout


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("to-remove") / "tiny"
    write_bids(folder)
    return folder


def prepared(data: Path, name: str, key: str = "0123456789ab") -> Path:
    folder = data / "stores" / f"{name}-{key}"
    Layout(folder).make()
    (folder / "store.json").write_text("{}")
    return folder


def names(folder: Path) -> list[str]:
    return sorted(one.relative_to(folder).as_posix() for one in folder.rglob("*"))


def test_a_dataset_goes_and_a_folder_of_ones_own_stays(tiny: Path, tmp_path: Path) -> None:
    own, data, heard = tmp_path / "own", tmp_path / "data", Heard()
    shutil.copytree(tiny, own)
    before = names(own)
    for name in ("tiny", "tiny-2"):
        sync(name, data, heard.phase, own)
    stores = [prepared(data, "tiny", key) for key in ("0123456789ab", "ba9876543210")]
    other = prepared(data, "tiny-2")
    assert stores_of("tiny", data) == stores
    remove("tiny", data, heard.phase, prepared=True)
    assert not stores_of("tiny", data) and (data / "tiny.json").exists()
    remove("tiny", data, heard.phase)
    assert [one for one in names(data) if "tiny." in one] == ["tiny.lock"]
    assert other.exists() and (data / "tiny-2.json").exists() and names(own) == before
    remove("tiny", data, heard.phase)  # what is not there is gone already


def test_what_was_brought_goes_too_but_no_folder_of_ones_own(tiny: Path, tmp_path: Path) -> None:
    heard = Heard()
    shutil.copytree(tiny, tmp_path / "tiny")
    sync("tiny", tmp_path, heard.phase, tmp_path / "tiny")
    remove("tiny", tmp_path, heard.phase)
    assert (tmp_path / "tiny" / "sub-01").exists(), "wherever it lies"
    sync("tiny", tmp_path, heard.phase, tmp_path / "tiny")
    stamp = tmp_path / "tiny.json"
    stamp.write_text(json.dumps({**json.loads(stamp.read_text()), "source": "made here"}))
    remove("tiny", tmp_path, heard.phase)
    assert names(tmp_path) == ["tiny.lock"]
    (tmp_path / "tiny.fetch").mkdir()
    (tmp_path / "tiny").mkdir()
    remove("tiny", tmp_path, heard.phase)
    assert names(tmp_path) == ["tiny.lock"], "what was only begun"


def test_nothing_goes_that_a_run_uses(tiny: Path, tmp_path: Path) -> None:
    heard = Heard()
    sync("tiny", tmp_path, heard.phase, tiny)
    store = prepared(tmp_path, "tiny")
    reader = shared(Layout(store).readers, "a reader")
    assert reader is not None
    with pytest.raises(Refused, match="a run reads it") as told:
        remove("tiny", tmp_path, heard.phase)
    assert told.value.hint == "wait for that run, or stop it: ann-tui runs"
    assert store.exists() and (tmp_path / "tiny.json").exists()
    os.close(reader)
