"""Secrets, made by the real client and given to real containers."""

import json
from pathlib import Path

import pytest
from driving import Driven, driven

APP = """
import os

import modal

app = modal.App("secretive")


@app.function(secrets=[modal.Secret.from_name("keys", required_keys=["FIRST"]), modal.Secret.from_dict({"INLINE": "here"})])
def tell():
    return [os.environ.get(name) for name in ("FIRST", "SECOND", "INLINE")]


@app.local_entrypoint()
def main():
    print("TOLD", tell.remote())
"""


@pytest.fixture(scope="module")
def stand_in(tmp_path_factory):
    with driven(tmp_path_factory.mktemp("home")) as running:
        yield running


def make(stand_in: Driven, folder: Path, name: str, values: dict, *flags: str, rc: int = 0):
    file = folder / "values.json"
    file.write_text(json.dumps(values))
    return stand_in.cli("secret", "create", name, "--from-json", str(file), *flags, rc=rc)


def test_create_list_overwrite_delete(stand_in: Driven, tmp_path: Path):
    said = make(stand_in, tmp_path, "one", {"A": "1", "B": "2"}).stdout
    assert "Created a new secret 'one' with the keys 'A', 'B'" in said
    assert "already exists" in make(stand_in, tmp_path, "one", {"A": "3"}, rc=1).stderr
    make(stand_in, tmp_path, "one", {"A": "3"}, "--force")
    row = next(row for row in stand_in.json("secret", "list") if row["name"] == "one")
    assert row["created_by"] == "ada"
    assert row["last_used_at"] == "-"
    stand_in.cli("secret", "delete", "-y", "one")
    assert "one" not in [row["name"] for row in stand_in.json("secret", "list")]
    assert "Secret 'one' not found in environment 'main'" in stand_in.cli("secret", "delete", "-y", "one", rc=1).stderr
    stand_in.cli("secret", "delete", "-y", "--allow-missing", "one")


def test_update_merges(stand_in: Driven, tmp_path: Path):
    make(stand_in, tmp_path, "merged", {"A": "1"})
    code = """
import modal
secret = modal.Secret.from_name("merged")
secret.hydrate()
secret.update({"B": "2"})
modal.Secret.from_name("merged", required_keys=["A", "B"]).hydrate()
try:
    modal.Secret.from_name("merged", required_keys=["A", "C"]).hydrate()
except modal.exception.Error as error:
    print(type(error).__name__, error)
"""
    said = stand_in.python(code)
    assert "'merged'" in said
    assert "'C'" in said
    assert "'A'" not in said


def test_a_container_gets_the_values_and_nothing_writes_them_down(stand_in: Driven, tmp_path: Path):
    app = tmp_path / "app.py"
    app.write_text(APP)
    missing = stand_in.cli("run", str(app), rc=1)
    assert "Secret 'keys' not found in environment 'main'" in missing.stdout + missing.stderr
    make(stand_in, tmp_path, "keys", {"FIRST": "swordfish-value", "SECOND": "2"})
    assert "TOLD ['swordfish-value', '2', 'here']" in stand_in.cli("run", str(app)).stdout
    row = next(row for row in stand_in.json("secret", "list") if row["name"] == "keys")
    assert row["last_used_at"] != "-"
    # A container's own folder has its environment; nothing that outlives containers or that others see may.
    outside = [path for path in stand_in.root.rglob("*") if path.is_file() and "containers" not in path.parts]
    assert [path for path in outside if b"swordfish-value" in path.read_bytes()] == []
