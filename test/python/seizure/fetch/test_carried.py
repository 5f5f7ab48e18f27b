"""A dataset of this machine on its way to a volume: what is sent, and the inventory there."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from fetch_support import write_bids
from jobkit.errors import Refused
from jobkit.events import Phase

from seizure.corpora.inventory import files, require_sound
from seizure.evaluation.data import inventory_there
from seizure.fetch.carried import carried
from seizure.fetch.inventories import Decided
from seizure.fetch.sync import sync
from seizure.program import Events


def taken(folder: Path, data: Path, decided: Decided | None = None) -> None:
    with Phase(Events(human=None), "data") as phase:
        sync("mine", data, phase, folder, decided=decided)


def test_what_is_sent_holds_there(tmp_path: Path) -> None:
    bids, data, out = tmp_path / "bids", tmp_path / "data", tmp_path / "out"
    write_bids(bids)
    (bids / "sub-01" / "notes.docx").write_text("nothing that is needed")
    out.mkdir()
    taken(bids, data)
    sent = carried("mine", data, out)
    assert sent["folder"] == str(bids)
    assert len(sent["files"]) == 8
    assert all(name.endswith(("_eeg.edf", "_events.tsv")) for name in sent["files"])
    volume = tmp_path / "volume"
    for name in sent["files"]:
        (volume / "mine" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(bids / name, volume / "mine" / name)
        os.utime(volume / "mine" / name, (7, 7))
    for name in ("mine.json", "mine.recordings.json"):
        shutil.copyfile(out / name, volume / name)
    there, here = inventory_there(volume, "mine"), files.read(data, "mine")
    assert there is not None
    require_sound(there)
    assert there.folder == volume / "mine"
    assert all(entry.edf.is_file() for entry in there.entries)
    assert (there.split_hash, there.version, there.rules) == (
        here.split_hash,
        here.version,
        here.rules,
    )
    assert [one.seizures for one in there.entries] == [one.seizures for one in here.entries]
    text = (out / "mine.recordings.json").read_text() + (out / "mine.json").read_text()
    assert str(bids) not in text, "no path of this machine"
    assert inventory_there(data, "mine") is None, "here files are known by their times"


def test_what_a_person_decided_goes_along(tmp_path: Path) -> None:
    bids, data, out = tmp_path / "bids", tmp_path / "data", tmp_path / "out"
    write_bids(bids)
    next(bids.rglob("sub-02*_events.tsv")).unlink()
    odd = next(bids.rglob("sub-01*_eeg.edf"))
    odd.write_bytes(odd.read_bytes() + b"more")
    out.mkdir()
    taken(bids, data, Decided(unlabelled=True))
    sent = carried("mine", data, out)
    assert len(sent["files"]) == 7
    value = json.loads((out / "mine.recordings.json").read_text())
    assert value["rules"]["unlabelled"] is True
    assert len(value["recordings"]) == 4
    assert "mine/sub-01/" in (out / "mine.json").read_text(), "what is odd is told there, too"
    assert str(bids) not in (out / "mine.json").read_text() + json.dumps(value)


def test_what_is_not_here_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="mine is not here") as raised:
        carried("mine", tmp_path, tmp_path)
    assert raised.value.hint == "ann-tui sync mine --from FOLDER"
