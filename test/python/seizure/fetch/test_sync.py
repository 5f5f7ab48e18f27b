"""Recordings by name: from a folder, and from a record of a server that plays Zenodo."""

from __future__ import annotations

import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fetch_support import Heard, Request, Zenodo, sums_of, write_bids, zipped
from jobkit import download
from jobkit.errors import Problem, Refused

from seizure.fetch.inventories import Decided
from seizure.fetch.sync import sync


@pytest.fixture(scope="session")
def bids(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bids") / "tiny"
    write_bids(folder)
    return folder


@pytest.fixture
def zenodo(bids: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Zenodo]:
    monkeypatch.setattr(download, "BACKOFF", 0.01)
    monkeypatch.setattr(download, "ATTEMPTS", 3)
    monkeypatch.setattr(download, "TIMEOUT", 1.0)
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with Zenodo({"tiny.zip": zipped(bids), "README.md": b"read me"}) as server:
        yield server
        server.shutdown()


def brought(data: Path, **what: Any) -> tuple[dict[str, Any], Heard]:
    heard = Heard()
    return sync("tiny", data, heard.phase, **what), heard


def edfs(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*.edf"))


# A folder of a person's own


def test_an_own_folder_stays_where_it_is(bids: Path, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in bids.rglob("*")}
    stamp, _ = brought(tmp_path, source=bids)
    assert stamp["of"] == "recordings" and stamp["folder"] == str(bids)
    assert stamp["bytes"] == sum(path.stat().st_size for path in bids.rglob("*.edf"))
    counts = {one["split"]: one["recordings"] for one in stamp["inventory"]["splits"]}
    assert counts == {"train": 2, "dev": 1, "test": 1}
    assert {path: path.stat().st_mtime_ns for path in bids.rglob("*")} == before
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["tiny.json", "tiny.lock", "tiny.recordings.json"]
    assert json.loads((tmp_path / "tiny.json").read_text()) == stamp
    again, heard = brought(tmp_path)
    assert again == stamp and heard.warnings == []


def test_what_changed_since_is_told(bids: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(bids, own)
    data = tmp_path / "data"
    first, _ = brought(data, source=own)
    shutil.rmtree(own / "sub-01")
    stamp, heard = brought(data)
    assert any("is not as it was" in words and "sub-01" in words for words in heard.warnings)
    assert sum(one["recordings"] for one in stamp["inventory"]["splits"]) == 3
    assert stamp["inventory"]["split_hash"] != first["inventory"]["split_hash"]
    description = own / "dataset_description.json"
    said = json.loads(description.read_text())
    description.write_text(json.dumps({**said, "DatasetVersion": "9.9"}))
    stamp, heard = brought(data)
    assert stamp["inventory"]["version"] == "9.9", "of a folder of one's own its own word holds"
    assert any("its version was" in words and "is 9.9" in words for words in heard.warnings)
    shutil.rmtree(own)
    with pytest.raises(Problem, match="recordings of tiny are gone") as gone:
        brought(data)
    assert gone.value.hint == "ann-tui sync tiny --from FOLDER"


def test_doubtful_annotations_wait_for_a_word(bids: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    shutil.copytree(bids, own)
    for path in (own / "sub-02").rglob("*.tsv"):
        path.unlink()
    data = tmp_path / "data"
    stamp, heard = brought(data, source=own)
    (error,) = stamp["inventory"]["errors"]
    assert error["hint"] == (
        "put sub-02_ses-01_task-szMonitoring_run-00_events.tsv there; "
        "to go on all the same: ann-tui sync tiny --unlabelled"
    )
    assert any("cannot be used yet" in words for words in heard.warnings)
    stamp, _ = brought(data, decided=Decided(unlabelled=True))
    assert stamp["inventory"]["errors"] == []
    stamp, _ = brought(data)
    assert stamp["inventory"]["errors"] == [], "what was decided is kept"
    stamp, _ = brought(data, decided=Decided(long_seizures="keep"))
    assert stamp["inventory"]["errors"] == [], "beside what is decided later too"
    other = tmp_path / "other"
    shutil.copytree(own, other)
    stamp, _ = brought(data, source=other)
    assert len(stamp["inventory"]["errors"]) == 1, "but not of another folder"


def test_a_folder_without_recordings(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(Refused, match="holds no recordings"):
        brought(tmp_path / "data", source=tmp_path / "empty")
    with pytest.raises(Problem, match="recordings of tiny are not here"):
        brought(tmp_path / "data")


def test_a_name_that_is_taken(bids: Path, tmp_path: Path) -> None:
    (tmp_path / "tiny.hdf5").write_bytes(b"")
    with pytest.raises(Refused, match="dataset of vectors"):
        brought(tmp_path, source=bids)
    (tmp_path / "tiny.hdf5").unlink()
    (tmp_path / "tiny").mkdir()
    with pytest.raises(Refused, match="is here already") as taken:
        brought(tmp_path, source=bids)
    assert taken.value.hint == f"ann-tui sync my-tiny --from {bids}"


# A record


def test_a_record_becomes_a_dataset(bids: Path, zenodo: Zenodo, tmp_path: Path) -> None:
    stamp, heard = brought(tmp_path, url=zenodo.url)
    assert (stamp["folder"], stamp["source"]) == ("tiny", zenodo.url)
    assert stamp["inventory"]["licence"] == "cc-by-4.0"
    assert stamp["inventory"]["version"] == "v1.0.1"
    assert edfs(tmp_path / "tiny") == edfs(bids)
    assert (tmp_path / "tiny" / "README.md").read_bytes() == b"read me"
    assert not (tmp_path / "tiny.fetch").exists(), "archives take no room afterwards"
    ends = [one["label"] for one in heard.events("progress") if one["done"] == one["total"]]
    assert {"download tiny.zip", "checksum tiny.zip", "unpack tiny.zip"} <= set(ends)
    asked = len(zenodo.asked)
    assert brought(tmp_path, url=zenodo.url)[0] == stamp
    assert len(zenodo.asked) == asked, "what is here is not asked for again"


def test_files_that_went_are_brought_again(bids: Path, zenodo: Zenodo, tmp_path: Path) -> None:
    first, _ = brought(tmp_path, url=zenodo.url)
    shutil.rmtree(tmp_path / "tiny" / "sub-03")
    stamp, heard = brought(tmp_path, url=zenodo.url)
    assert any("is gone; it is brought again" in words for words in heard.warnings)
    assert stamp == first and edfs(tmp_path / "tiny") == edfs(bids)


def test_a_connection_that_breaks_off_is_gone_on_with(zenodo: Zenodo, tmp_path: Path) -> None:
    def breaks(path: str, request: Request) -> bool:
        if "tiny.zip" not in path or len(zenodo.ranges_of("tiny.zip")) > 2:
            return False
        request.answer(most=5000)
        return True

    zenodo.misbehave = breaks
    brought(tmp_path, url=zenodo.url)
    assert zenodo.ranges_of("tiny.zip") == [None, "bytes=5000-", "bytes=10000-"]


def test_a_server_that_stalls_is_asked_again(
    zenodo: Zenodo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "TIMEOUT", 0.2)

    def stalls(path: str, request: Request) -> bool:
        if "tiny.zip" not in path or len(zenodo.ranges_of("tiny.zip")) > 1:
            return False
        request.answer(most=5000)
        request.wfile.flush()
        time.sleep(1)
        return True

    zenodo.misbehave = stalls
    brought(tmp_path, url=zenodo.url)
    assert zenodo.ranges_of("tiny.zip") == [None, "bytes=5000-"]


def test_a_stamp_without_its_inventory_is_written_anew(bids: Path, tmp_path: Path) -> None:
    """Killed between the two files: the stamp still has the sum of what was before."""
    stamp, _ = brought(tmp_path, source=bids)
    stale = {**stamp, "inventory": {**stamp["inventory"], "split_hash": "before"}}
    (tmp_path / "tiny.json").write_text(json.dumps(stale))
    assert brought(tmp_path)[0] == stamp


def test_a_server_that_keeps_to_no_ranges(zenodo: Zenodo, tmp_path: Path) -> None:
    def whole(path: str, request: Request) -> bool:
        first = len(zenodo.ranges_of("tiny.zip")) == 1
        request.answer(most=5000 if first and "tiny.zip" in path else None, ranges=False)
        return True

    zenodo.misbehave = whole
    stamp, _ = brought(tmp_path, url=zenodo.url)
    assert len(edfs(tmp_path / "tiny")) == 4 and stamp["inventory"]["errors"] == []


def test_a_wrong_checksum_is_tried_once_more(zenodo: Zenodo, tmp_path: Path) -> None:
    zenodo.sums["tiny.zip"] = "0" * 32
    with pytest.raises(
        Problem, match=r"tiny\.zip is not what its record says: its md5 is"
    ) as wrong:
        brought(tmp_path, url=zenodo.url)
    assert "the record says 0000" in wrong.value.why
    assert len(zenodo.ranges_of("tiny.zip")) == 2
    assert not (tmp_path / "tiny").exists() and not (tmp_path / "tiny.json").exists()
    zenodo.sums = sums_of(zenodo.files)
    brought(tmp_path, url=zenodo.url)


def test_a_damaged_transfer_is_repeated(zenodo: Zenodo, tmp_path: Path) -> None:
    right = zenodo.files["tiny.zip"]

    def damages(path: str, request: Request) -> bool:
        first = "tiny.zip" in path and len(zenodo.ranges_of("tiny.zip")) == 1
        zenodo.files["tiny.zip"] = right[:-1] + b"X" if first else right
        if first:
            request.answer()
            zenodo.files["tiny.zip"] = right
        return first

    zenodo.misbehave = damages
    _, heard = brought(tmp_path, url=zenodo.url)
    assert any("fetching it again" in words for words in heard.warnings)


def test_a_record_that_changes_half_way(bids: Path, zenodo: Zenodo, tmp_path: Path) -> None:
    zenodo.misbehave = lambda path, request: "README" in path and request.refuse(404) is None
    with pytest.raises(Problem, match="404"):
        brought(tmp_path, url=zenodo.url)
    assert len(edfs(tmp_path / "tiny")) == 4, "what was unpacked is kept"
    zenodo.misbehave = lambda _path, _request: False
    more = tmp_path / "more"
    write_bids(more, patients=5)
    zenodo.files["tiny.zip"] = zipped(more)
    zenodo.sums = sums_of(zenodo.files)
    brought(tmp_path, url=zenodo.url)
    assert len(edfs(tmp_path / "tiny")) == 5
    assert len(zenodo.ranges_of("tiny.zip")) == 2


def test_what_is_unpacked_is_not_fetched_again(zenodo: Zenodo, tmp_path: Path) -> None:
    zenodo.misbehave = lambda path, request: "README" in path and request.refuse(404) is None
    with pytest.raises(Problem):
        brought(tmp_path, url=zenodo.url)
    zenodo.misbehave = lambda _path, _request: False
    brought(tmp_path, url=zenodo.url)
    assert len(zenodo.ranges_of("tiny.zip")) == 1


@pytest.mark.parametrize("code", [404, 503])
def test_a_record_that_cannot_be_had(zenodo: Zenodo, tmp_path: Path, code: int) -> None:
    zenodo.misbehave = lambda _path, request: request.refuse(code) is None
    with pytest.raises(Problem, match="could not be asked for the record 7") as away:
        brought(tmp_path, url=zenodo.url)
    assert str(code) in away.value.why and "--from FOLDER" in (away.value.hint or "")


def test_nobody_answers(tmp_path: Path, zenodo: Zenodo) -> None:
    with pytest.raises(Problem, match=r"127\.0\.0\.1 could not be asked for the record 7"):
        brought(tmp_path, url="http://127.0.0.1:9/records/7")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"files": []}, "no files"),
        (
            {"files": [{"key": "../x", "size": 1, "checksum": "md5:" + "0" * 32}]},
            "no name of a file",
        ),
        ({"files": [{"key": "x", "size": -1, "checksum": "md5:" + "0" * 32}]}, "the size -1"),
        ({"files": [{"key": "x", "size": 1, "checksum": "crc:0"}]}, "not md5:HEX"),
        ({"metadata": None}, "is no record"),
        ({"files": [{"key": "x"}]}, "lacks 'size'"),
    ],
)
def test_an_answer_that_is_no_record(
    zenodo: Zenodo, tmp_path: Path, change: dict[str, Any], why: str
) -> None:
    record = {**zenodo.record(), **change}
    zenodo.record = lambda: record  # type: ignore[method-assign]
    with pytest.raises(Problem, match=why):
        brought(tmp_path, url=zenodo.url)


def test_an_archive_that_leads_out_of_its_folder(zenodo: Zenodo, tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("top/sub-01/x.edf", b"")
        archive.writestr("../../escaped", b"gone astray")
    zenodo.files["tiny.zip"] = content.getvalue()
    zenodo.sums = sums_of(zenodo.files)
    with pytest.raises(Refused, match="outside of the dataset's folder"):
        brought(tmp_path / "data", url=zenodo.url)
    assert list(tmp_path.rglob("escaped")) == []


def test_a_disk_without_room(
    zenodo: Zenodo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: free._replace(free=60_000))
    with pytest.raises(Problem, match="The disk is too full for the record 7") as full:
        brought(tmp_path, url=zenodo.url)
    assert "60.0 kB are free" in full.value.why
    assert zenodo.ranges_of("tiny.zip") == []


SYNC = """
import sys
from pathlib import Path
from fetch_support import Heard
from seizure.fetch.sync import sync
sync("tiny", Path(sys.argv[1]), Heard().phase, url=sys.argv[2])
"""


def test_a_killed_sync_goes_on(zenodo: Zenodo, tmp_path: Path) -> None:
    """Killed with half of the archive here, and again while the second file is waited for."""

    def slow(path: str, request: Request) -> bool:
        asked = len(zenodo.ranges_of("tiny.zip" if "tiny" in path else "README.md"))
        if "/files/" not in path or asked > 1:
            return False
        if "tiny.zip" in path:
            request.answer(most=20_000)
        request.wfile.flush()
        time.sleep(20)
        return True

    zenodo.misbehave = slow
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])}
    for reached in ("tiny.zip", "README.md"):
        child = subprocess.Popen([sys.executable, "-c", SYNC, tmp_path, zenodo.url], env=environ)
        until = time.monotonic() + 30
        part = tmp_path / "tiny.fetch" / "files" / "tiny.zip"
        while not (
            (part.exists() and part.stat().st_size >= 20_000)
            if reached == "tiny.zip"
            else zenodo.ranges_of("README.md")
        ):
            assert time.monotonic() < until and child.poll() is None
            time.sleep(0.02)
        child.send_signal(signal.SIGKILL)
        child.wait()
        assert not (tmp_path / "tiny.json").exists()
    stamp, _ = brought(tmp_path, url=zenodo.url)
    assert stamp["inventory"]["errors"] == []
    first, second = zenodo.ranges_of("tiny.zip")
    assert first is None and second is not None and second.startswith("bytes=2")
