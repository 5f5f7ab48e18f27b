"""The app that brings recordings to the volume, or takes their inventory in a bucket: real S3 requests, against moto's server.

The container runs the Python named by ANNBENCH_PYTHON, or this one: seizure has to be installed there, as the app's image has it.
"""

from __future__ import annotations

import hashlib
import http.server
import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from driving import Driven
from test_sync_app import APP, PYTHON, driven

__all__ = ["driven"]

KEYS = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]
BUCKET = {"name": "eeg", "prefix": "corpora/", "endpoint": None, "secret": "aws-s3-secret", "keys": KEYS}
SUPPORT = Path(__file__).parents[1] / "python" / "seizure" / "fetch"
WRITE = "import sys; sys.path.insert(0, sys.argv[1]); import fetch_support, pathlib; fetch_support.write_bids(pathlib.Path(sys.argv[2]))"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BIDS dataset of four recordings."""
    folder = tmp_path_factory.mktemp("corpus") / "tiny"
    subprocess.run([PYTHON, "-c", WRITE, str(SUPPORT), str(folder)], check=True)
    return folder


@pytest.fixture(scope="module")
def s3(driven: Driven, corpus: Path) -> Iterator[Any]:
    """A client of the bucket: `tiny` and the empty `bare` are in it, and the keys to it in a secret."""
    import boto3

    made = driven.admin("/buckets", {"bucket": "eeg"})
    key, secret = made["access_key_id"], made["secret_access_key"]
    driven.cli("secret", "create", "aws-s3-secret", f"AWS_ACCESS_KEY_ID={key}", f"AWS_SECRET_ACCESS_KEY={secret}")
    client = boto3.client("s3", endpoint_url=made["endpoint"], region_name=made["region"],
                          aws_access_key_id=key, aws_secret_access_key=secret)  # fmt: skip
    for path in sorted(corpus.rglob("*")):
        if path.is_file():
            client.upload_file(str(path), "eeg", f"corpora/tiny/{path.relative_to(corpus).as_posix()}")
    client.put_object(Bucket="eeg", Key="corpora/bare/README", Body=b"nothing yet")
    yield client


def listing(s3: Any) -> list[tuple[Any, ...]]:
    """Everything that is known of everything in the bucket, and its bytes."""
    found = s3.list_objects_v2(Bucket="eeg")["Contents"]
    return [
        (one["Key"], one["ETag"], one["Size"], one["LastModified"], s3.get_object(Bucket="eeg", Key=one["Key"])["Body"].read())
        for one in found
    ]


class Zenodo(http.server.BaseHTTPRequestHandler):
    """One record with one archive."""

    archive = b""

    def do_GET(self) -> None:
        host = f"http://{self.headers['Host']}"
        if self.path == "/api/records/7":
            md5 = hashlib.md5(self.archive).hexdigest()
            file = {"key": "tiny.zip", "size": len(self.archive), "checksum": f"md5:{md5}", "links": {"self": f"{host}/tiny.zip"}}
            body = json.dumps({"metadata": {"title": "Tiny", "version": "7", "license": {"id": "cc0"}}, "files": [file]}).encode()
        else:
            body = self.archive
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def zenodo(corpus: Path, tmp_path: Path) -> Iterator[str]:
    Zenodo.archive = Path(shutil.make_archive(str(tmp_path / "tiny"), "zip", corpus.parent, "tiny")).read_bytes()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Zenodo)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/records/7"
    server.shutdown()


def launched(driven: Driven, folder: Path, job: dict[str, Any], buckets: dict[str, Any] | None) -> subprocess.CompletedProcess:
    launch = {
        "v": 1, "app": "ann-tui-sync-2", "run": "sync", "attempt": 1, "volume": "ann-datasets",
        "container": {"cores": 1, "memory_gib": 1}, "timeout": 600, "startup_timeout": 300,
        "job": {"v": 1, "job": "sync", "of": "recordings", **job}, "buckets": buckets,
    }  # fmt: skip
    file = folder / "launch.json"
    file.write_text(json.dumps(launch))
    return driven.cli("run", "--detach", str(APP), env=driven.env(ANN_TUI_LAUNCH=str(file), MODAL_LOGS_TIMEOUT="0"), rc=None, timeout=200)


def call_of(done: subprocess.CompletedProcess) -> str:
    said = [json.loads(line) for line in done.stdout.split("\n") if line.startswith('{"ann_tui"')]
    assert [one["ann_tui"] for one in said] == ["launched"], done.stdout + done.stderr
    return said[0]["call"]


def sync(driven: Driven, folder: Path, job: dict[str, Any], buckets: dict[str, Any] | None = None) -> dict[str, Any]:
    """What the app returns."""
    call = call_of(launched(driven, folder, job, buckets))
    code = f"import json, modal; print(json.dumps(modal.FunctionCall.from_id({call!r}).get(timeout=300)))"
    return json.loads(driven.python(code, timeout=360))


def on_volume(driven: Driven, folder: Path, name: str) -> dict[str, Any]:
    driven.cli("volume", "get", "--force", "ann-datasets", f"/{name}", str(folder))
    return json.loads((folder / name).read_text())


def test_a_record_is_fetched_and_inventoried_there(driven: Driven, zenodo: str, tmp_path: Path) -> None:
    job = {"datasets": [{"name": "fetched", "url": zenodo}]}
    assert sync(driven, tmp_path, job) == {"code": 0, "failure": None}
    stamp = on_volume(driven, tmp_path, "fetched.json")
    assert (stamp["of"], stamp["folder"], stamp["source"]) == ("recordings", "fetched", zenodo)
    assert stamp["inventory"]["errors"] == []
    found = on_volume(driven, tmp_path, "fetched.recordings.json")["recordings"]
    assert len(found) == 4
    assert {one["mtime_ns"] for one in found} == {None}, "times do not last on a volume"
    assert sync(driven, tmp_path, job) == {"code": 0, "failure": None}
    assert on_volume(driven, tmp_path, "fetched.json") == stamp


def test_recordings_of_a_bucket_are_inventoried_and_nothing_is_written_there(driven: Driven, s3: Any, tmp_path: Path) -> None:
    before = listing(s3)
    job = {"datasets": [{"name": "tiny", "url": None}], "from": "s3://eeg/corpora/"}
    assert sync(driven, tmp_path, job, {"recordings": BUCKET}) == {"code": 0, "failure": None}
    stamp = on_volume(driven, tmp_path, "tiny.json")
    assert (stamp["folder"], stamp["source"]) == ("/mnt/recordings/tiny", "s3://eeg/corpora/tiny")
    assert [one["recordings"] for one in stamp["inventory"]["splits"]] == [2, 1, 1]
    assert listing(s3) == before
    assert driven.admin("/buckets")["failed"] == {}
    assert "tiny/" not in driven.cli("volume", "ls", "ann-datasets").stdout, "the recordings stay where they are"


@pytest.mark.parametrize(
    ("name", "what", "why"),
    [
        ("other", "other is not in the bucket", "s3://eeg/corpora: it has: bare, tiny"),
        ("bare", "bare is empty", "there is no EDF file below s3://eeg/corpora/bare"),
    ],
)
def test_what_is_not_in_the_bucket_is_told(driven: Driven, s3: Any, tmp_path: Path, name: str, what: str, why: str) -> None:
    ended = sync(driven, tmp_path, {"datasets": [{"name": name}], "from": "s3://eeg/corpora/"}, {"recordings": BUCKET})
    assert ended["code"] == 1
    assert ended["failure"] == {"what": what, "why": why, "hint": f"ann-tui sync FOLDER --to s3://eeg/corpora/{name}"}


def test_a_secret_without_a_key_starts_nothing(driven: Driven, s3: Any, tmp_path: Path) -> None:
    wanted = {"recordings": {**BUCKET, "keys": [*KEYS, "AWS_REGION"]}}
    done = launched(driven, tmp_path, {"datasets": [{"name": "tiny"}], "from": "s3://eeg/corpora/"}, wanted)
    assert done.returncode != 0
    assert "missing required key" in done.stdout + done.stderr


def test_a_bucket_that_is_not_there_is_told_by_modal(driven: Driven, s3: Any, tmp_path: Path) -> None:
    wanted = {"recordings": {**BUCKET, "name": "nowhere"}}
    call = call_of(launched(driven, tmp_path, {"datasets": [{"name": "tiny"}], "from": "s3://nowhere/"}, wanted))
    code = f"""
import modal
try:
    modal.FunctionCall.from_id({call!r}).get(timeout=120)
except Exception as error:
    print(type(error).__name__, error)
"""
    said = driven.python(code, timeout=200)
    assert "nowhere" in said, said
