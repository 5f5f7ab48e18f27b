"""Buckets in containers: real S3 requests with real signatures, against moto's server."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest
from driving import driven, eventually

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("moto") is None or importlib.util.find_spec("flask") is None, reason="moto[s3,iam,server] is not installed"
)

APP = """
import os
import time

import modal

app = modal.App("bucketeer")
signs = modal.Dict.from_name("signs", create_if_missing=True)


def bucket(secret="aws", **options):
    return modal.CloudBucketMount("eeg-data", secret=modal.Secret.from_name(secret), **options)


@app.function(volumes={"/mnt/bucket": bucket(bucket_endpoint_url="https://account.r2.cloudflarestorage.com")})
def write():
    text = open("/mnt/bucket/in/a.txt").read()
    os.makedirs("/mnt/bucket/out/deep")
    with open("/mnt/bucket/out/deep/result.txt", "w") as file:
        file.write(text.upper())
    deadline = time.time() + 100
    while not signs.contains("seen") and time.time() < deadline:
        time.sleep(0.2)
    return text


@app.function(volumes={"/mnt/bucket": bucket(read_only=True, key_prefix="in/")})
def look():
    try:
        open("/mnt/bucket/new", "w")
    except OSError as error:
        return os.listdir("/mnt/bucket"), error.strerror


@app.function(volumes={"/mnt/bucket": bucket("wrong")})
def refused():
    return 1


@app.local_entrypoint()
def main(which: str):
    print("TOLD", {"write": write.remote, "look": look.remote, "refused": refused.remote}[which]())
"""


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory):
    with driven(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(scope="module")
def s3(stand_in):
    import boto3

    made = stand_in.admin("/buckets", {"bucket": "eeg-data"})
    key, secret = made["access_key_id"], made["secret_access_key"]
    stand_in.cli("secret", "create", "aws", f"AWS_ACCESS_KEY_ID={key}", f"AWS_SECRET_ACCESS_KEY={secret}")
    stand_in.cli("secret", "create", "wrong", f"AWS_ACCESS_KEY_ID={key}", "AWS_SECRET_ACCESS_KEY=not-it")
    client = boto3.client(
        "s3", endpoint_url=made["endpoint"], region_name=made["region"], aws_access_key_id=key, aws_secret_access_key=secret
    )
    client.put_object(Bucket="eeg-data", Key="in/a.txt", Body=b"spikes")
    return client


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("app") / "app.py"
    file.write_text(APP)
    return file


def test_a_file_is_in_the_bucket_when_it_is_closed(stand_in, s3, app):
    run = subprocess.Popen(
        [sys.executable, "-m", "modal", "run", str(app), "--which", "write"], env=stand_in.env(), stdout=subprocess.PIPE, text=True
    )
    try:
        # The container still runs: nothing but the closing of the file sent it.
        eventually(
            lambda: "out/deep/result.txt" in [item["Key"] for item in s3.list_objects_v2(Bucket="eeg-data")["Contents"]],
            what="the upload",
        )
        assert run.poll() is None
        assert s3.get_object(Bucket="eeg-data", Key="out/deep/result.txt")["Body"].read() == b"SPIKES"
        stand_in.python('import modal; modal.Dict.from_name("signs", create_if_missing=True)["seen"] = True')
        said, _ = run.communicate(timeout=60)
    finally:
        run.kill()
    assert "TOLD spikes" in said


def test_read_only_and_below_a_prefix(stand_in, s3, app):
    assert "TOLD (['a.txt'], 'Read-only file system')" in stand_in.cli("run", str(app), "--which", "look").stdout


def test_a_wrong_key_is_refused_by_the_bucket(stand_in, s3, app):
    done = stand_in.cli("run", str(app), "--which", "refused", rc=1)
    assert "SignatureDoesNotMatch" in done.stdout + done.stderr
