"""Volumes: what the real client puts, gets, lists and mounts, and what becomes of it when things go wrong."""

import filecmp
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from driving import Driven, driven, eventually

MIB = 1 << 20

APP = """
import os
import pathlib

import modal

app = modal.App("mounting")
results = modal.Volume.from_name("results", create_if_missing=True, version=2)
here = pathlib.Path("/mnt/results")


def tree():
    return sorted(str(path.relative_to(here)) for path in here.rglob("*"))


@app.function(volumes={"/mnt/results": results})
def write(name, text, commit=True):
    (here / name).parent.mkdir(exist_ok=True)
    (here / name).write_text(text)
    if commit:
        results.commit()
    return tree()


@app.function(volumes={"/mnt/results": results})
def hold(name):
    '''Sees its snapshot, its own writes, and what others commit only after a reload.'''
    before = tree()
    (here / "held").write_text("mine")
    write.remote(name, "theirs")
    unseen = tree()
    with open(here / "held"):
        try:
            results.reload()
            refused = ""
        except RuntimeError as error:
            refused = str(error)
    results.reload()
    return before, unseen, refused, tree()


@app.function(volumes={"/mnt/results": results})
def tidy():
    (here / "w" / "one").unlink()
    with open(here / "w" / "two", "a") as file:
        file.write(" and more")
    results.commit()
    (here / "at-the-end").write_text("committed by nobody but the container's end")


@app.function(volumes={"/mnt/results": results.with_mount_options(read_only=True, sub_path="/w")})
def look():
    try:
        (here / "no").write_text("")
    except OSError as error:
        return tree(), error.strerror


@app.local_entrypoint()
def main(what: str):
    exec(what, globals())
"""


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory):
    with driven(tmp_path_factory.mktemp("home")) as running:
        yield running


@pytest.fixture(autouse=True)
def _no_crash(stand_in: Driven):
    yield
    stand_in.admin("/volumes/speed", {"put": None, "get": None})
    assert stand_in.admin("/health")["crashes"] == []


def make_tree(folder: Path) -> Path:
    """Files that are awkward: empty, zeros at the end, all zeros, more than one block, executable."""
    top = folder / "tree"
    (top / "sub").mkdir(parents=True)
    (top / "big").write_bytes(os.urandom(19 * MIB + 5))
    (top / "empty").write_bytes(b"")
    (top / "sub" / "zeros-at-end").write_bytes(b"x" * MIB + bytes(9 * MIB))
    (top / "sub" / "only-zeros").write_bytes(bytes(10 * MIB))
    (top / "sub" / "program").write_text("#!/bin/sh\n")
    return top


def same(left: Path, right: Path) -> bool:
    names = sorted(str(path.relative_to(left)) for path in left.rglob("*"))
    assert names == sorted(str(path.relative_to(right)) for path in right.rglob("*"))
    return all((left / name).is_dir() or filecmp.cmp(left / name, right / name, shallow=False) for name in names)


def told(stand_in: Driven, name: str) -> dict:
    return next(row for row in stand_in.admin("/volumes") if row["name"] == name)


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_tree_comes_back_as_it_went(stand_in: Driven, tmp_path: Path, version: str):
    name = f"round-{version}"
    top = make_tree(tmp_path)
    stand_in.cli("volume", "create", name, "--version", version)
    assert "✓ Uploaded directory" in stand_in.cli("volume", "put", name, str(top), "/data").stdout
    rows = {row["filename"]: row for row in stand_in.json("volume", "ls", name, "/data")}
    assert set(rows) == {"data/big", "data/empty", "data/sub"}
    assert rows["data/sub"]["type"] == "dir"
    assert rows["data/big"]["size"] == 19 * MIB + 5
    back = tmp_path / "back"
    back.mkdir()
    stand_in.cli("volume", "get", name, "/data", str(back))
    assert same(top, back / "data")
    assert told(stand_in, name)["bytes"] == sum(path.stat().st_size for path in top.rglob("*") if path.is_file())


@pytest.mark.parametrize("version", ["1", "2"])
def test_names_that_are_taken_or_missing(stand_in: Driven, tmp_path: Path, version: str):
    name = f"names-{version}"
    file = tmp_path / "file"
    file.write_text("one")
    stand_in.cli("volume", "create", name, "--version", version)
    assert "already exists" in stand_in.cli("volume", "create", name, "--version", version, rc=1).stderr
    stand_in.cli("volume", "put", name, str(file), "/a/b")
    taken = stand_in.cli("volume", "put", name, str(file), "/a/b", rc=2)
    assert "/a/b: already exists" in taken.stderr
    file.write_text("two")
    stand_in.cli("volume", "put", "-f", name, str(file), "/a/b")
    assert stand_in.cli("volume", "put", "-f", name, str(file), "/a", rc=2).returncode == 2
    stand_in.cli("volume", "cp", name, "/a/b", "/a/c")
    assert stand_in.cli("volume", "get", name, "/a/c", "-").stdout.startswith("two")
    assert stand_in.cli("volume", "rm", name, "/a", rc=1).returncode == 1
    assert "/nope: no such file" in stand_in.cli("volume", "rm", name, "/nope", rc=1).stderr
    stand_in.cli("volume", "rm", "-r", name, "/a")
    assert stand_in.json("volume", "ls", name) == []
    stand_in.cli("volume", "rename", "-y", name, name + "-new")
    unknown = stand_in.cli("volume", "ls", name, rc=1)
    assert f"Volume '{name}' not found in environment 'main'" in unknown.stderr
    stand_in.cli("volume", "delete", "-y", name + "-new")
    assert name + "-new" not in [row["name"] for row in stand_in.json("volume", "list")]


def test_blocks_that_are_there_are_not_sent_again(stand_in: Driven, tmp_path: Path):
    file = tmp_path / "file"
    file.write_bytes(os.urandom(20 * MIB))
    stand_in.cli("volume", "create", "dedup", "--version", "2")
    stand_in.cli("volume", "put", "dedup", str(file), "/one")
    before = stand_in.admin("/volumes/sent")["put"]
    assert before >= 20 * MIB
    stand_in.cli("volume", "put", "dedup", str(file), "/two")
    stand_in.cli("volume", "put", "-f", "dedup", str(file), "/one")
    assert stand_in.admin("/volumes/sent")["put"] == before


def test_an_upload_that_is_killed_goes_on_where_it_was(stand_in: Driven, tmp_path: Path):
    file = tmp_path / "file"
    file.write_bytes(os.urandom(40 * MIB))
    stand_in.cli("volume", "create", "resumed", "--version", "2")
    # Three of five blocks arrive; two never do.
    for _ in range(2):
        stand_in.fault("volume_put", match={"volume": "resumed"}, seconds=600)
    put = subprocess.Popen([sys.executable, "-m", "modal", "volume", "put", "resumed", str(file), "/file"], env=stand_in.env())
    try:
        eventually(lambda: told(stand_in, "resumed")["blocks_waiting"] == 3, what="three blocks")
    finally:
        put.send_signal(signal.SIGKILL)
        put.wait()
    assert stand_in.json("volume", "ls", "resumed") == []
    before = stand_in.admin("/volumes/sent")["put"]
    stand_in.cli("volume", "put", "resumed", str(file), "/file")
    assert stand_in.admin("/volumes/sent")["put"] - before == 16 * MIB
    stand_in.cli("volume", "get", "resumed", "/file", str(tmp_path / "back"))
    assert filecmp.cmp(file, tmp_path / "back", shallow=False)


def test_transfers_survive_what_goes_wrong(stand_in: Driven, tmp_path: Path):
    file = tmp_path / "file"
    file.write_bytes(os.urandom(20 * MIB))
    stand_in.cli("volume", "create", "rough", "--version", "2")
    stand_in.fault("volume_put", times=2, match={"volume": "rough"}, status=503)
    stand_in.fault("volume_put", times=1, match={"volume": "rough"}, drop_after=MIB)
    stand_in.cli("volume", "put", "rough", str(file), "/file")
    stand_in.fault("volume_get", times=2, match={"volume": "rough"}, status=503)
    stand_in.fault("volume_get", times=2, match={"volume": "rough"}, drop_after=MIB)
    stand_in.cli("volume", "get", "rough", "/file", str(tmp_path / "back"))
    assert filecmp.cmp(file, tmp_path / "back", shallow=False)


def test_a_speed_limit_holds(stand_in: Driven, tmp_path: Path):
    file = tmp_path / "file"
    file.write_bytes(os.urandom(6 * MIB))
    stand_in.cli("volume", "create", "slow", "--version", "2")
    stand_in.admin("/volumes/speed", {"put": 2 * MIB, "get": 2 * MIB})
    for direction in ("put", "get"):
        begun = time.monotonic()
        arguments = [str(file), "/file"] if direction == "put" else ["/file", str(tmp_path / "back")]
        stand_in.cli("volume", direction, "slow", *arguments)
        assert time.monotonic() - begun >= 3


def test_a_volume_can_be_unknown_on_demand(stand_in: Driven):
    stand_in.cli("volume", "create", "there")
    stand_in.fault("volume_unknown", match={"volume": "there"})
    assert "Volume 'there' not found in environment 'main'" in stand_in.cli("volume", "ls", "there", rc=1).stderr
    stand_in.cli("volume", "ls", "there")


def test_the_python_api(stand_in: Driven):
    code = """
import io
import modal
with modal.Volume.ephemeral(version=2) as volume:
    with volume.batch_upload() as batch:
        batch.put_file(io.BytesIO(b"ab" * 5_000_000), "/deep/er/file")
    print([entry.path for entry in volume.listdir("/", recursive=True)])
    print(b"".join(volume.read_file("deep/er/file")) == b"ab" * 5_000_000)
    try:
        list(volume.read_file("nope"))
    except FileNotFoundError as error:
        print("missing", error)
    volume.copy_files(["deep"], "other", recursive=True)
    print(sorted(entry.path for entry in volume.listdir("/other", recursive=True)))
    assert modal.Volume.from_id(volume.object_id).hydrate().object_id == volume.object_id
"""
    assert stand_in.python(code).splitlines() == [
        "['deep', 'deep/er', 'deep/er/file']",
        "True",
        "missing /nope: no such file or directory",
        "['other/er', 'other/er/file']",
    ]


def test_what_containers_see(stand_in: Driven, tmp_path: Path):
    app = tmp_path / "app.py"
    app.write_text(APP)
    said = stand_in.cli(
        "run",
        str(app),
        "--what",
        "print('W', write.remote('w/one', '1')); print('W', write.remote('w/two', '2', False)); "
        "print('H', hold.remote('w/three')); tidy.remote(); print('L', look.remote())",
    ).stdout
    lines = {line[0]: line[2:] for line in said.splitlines() if line[:2] in ("H ", "L ")}
    before, unseen, refused, after = eval(lines["H"])
    assert before == ["w", "w/one"]
    assert unseen == ["held", "w", "w/one"]
    assert refused.startswith("there are open files preventing the operation")
    assert after == ["held", "w", "w/one", "w/three", "w/two"]
    assert lines["L"] == "(['three', 'two'], 'Read-only file system')"
    assert stand_in.cli("volume", "ls", "results", "/w").stdout.split() == ["w/three", "w/two"]
    eventually(lambda: "at-the-end" in stand_in.cli("volume", "ls", "results").stdout.split(), what="the commit at the end")
    assert stand_in.cli("volume", "get", "results", "/w/two", "-").stdout.startswith("2 and more")
