"""The benchmark app with its datasets in a bucket: real S3 requests of real containers, against moto's server."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from driving import Driven
from test_benchmark_app import NAIVE, PYTHON, Run, driven, job, site

__all__ = ["driven", "site"]

BUCKET = {"name": "vectors", "prefix": "sets/", "endpoint": None, "secret": "aws-s3-secret"}
KEYS = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]


@pytest.fixture(scope="module")
def s3(driven: Driven, site: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The bucket, with a verified tiny.hdf5 in it and in a secret the keys to it."""
    import boto3

    made = driven.admin("/buckets", {"bucket": "vectors"})
    key, secret = made["access_key_id"], made["secret_access_key"]
    driven.cli("secret", "create", "aws-s3-secret", f"AWS_ACCESS_KEY_ID={key}", f"AWS_SECRET_ACCESS_KEY={secret}")
    client = boto3.client("s3", endpoint_url=made["endpoint"], region_name=made["region"],
                          aws_access_key_id=key, aws_secret_access_key=secret)  # fmt: skip
    data = tmp_path_factory.mktemp("data")
    command = [PYTHON, "-I", "-m", "annbench", "sync", "tiny", "--data", str(data), "--from", str(site[0] / "tiny.hdf5")]
    subprocess.run(command, check=True, capture_output=True)
    for name in ("tiny.hdf5", "tiny.json"):
        client.upload_file(str(data / name), "vectors", f"sets/{name}")
    yield made


def test_a_run_reads_its_data_from_a_bucket(driven: Driven, s3: dict[str, str], tmp_path: Path) -> None:
    wanted = {**job("http://127.0.0.1:9", [NAIVE]), "datasets": [{"name": "tiny"}]}
    run = Run(driven, tmp_path, "bucket-1", wanted, {}, 1, buckets={"datasets": {**BUCKET, "keys": KEYS}}).let_client_go()
    assert run.end() == {"code": 0, "failure": None}
    assert run.results()["points"][0]["recall"] == 1.0
    assert not [e for e in run.events("progress") if e.get("unit") == "bytes"], "nothing was fetched"


def test_what_is_not_in_the_bucket_is_said(driven: Driven, s3: dict[str, str], tmp_path: Path) -> None:
    wanted = {**job("http://127.0.0.1:9", [NAIVE]), "datasets": [{"name": "other"}]}
    run = Run(driven, tmp_path, "bucket-2", wanted, {}, 1, buckets={"datasets": {**BUCKET, "keys": KEYS}}).let_client_go()
    ended = run.end()
    assert ended["code"] == 1
    assert "other is not there" in ended["failure"]["why"] + ended["failure"]["what"]


def test_a_secret_without_a_key_starts_nothing(driven: Driven, s3: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="missing required key"):
        wanted = job("http://127.0.0.1:9", [NAIVE])
        Run(driven, tmp_path, "bucket-3", wanted, {}, 1, buckets={"datasets": {**BUCKET, "keys": [*KEYS, "AWS_REGION"]}})
