"""Files of a volume on their way here: what is cut off, killed or changed meanwhile."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from driving import Driven, driven, eventually
from test_helper import Wire

MIB = 1 << 20
#: volumes.py fetches in such stretches.
STRETCH = 32 * MIB


@pytest.fixture(scope="module")
def modal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    with driven(tmp_path_factory.mktemp("home")) as modal:
        yield modal


@pytest.fixture
def wire(modal: Driven, tmp_path: Path) -> Iterator[Wire]:
    (tmp_path / "cwd").mkdir()
    wire = Wire(modal.env(), tmp_path / "cwd")
    yield wire
    wire.process.stdin.close()
    assert wire.process.wait(timeout=10) == 0


def put(wire: Wire, volume: str, local: Path) -> None:
    """Makes the folder `f` of the volume what the local one is."""
    manifest = local.with_name(f"{local.name}.manifest")
    wire.last += 1
    number = wire.last
    given = {"volume": volume, "path": "f", "local": str(local), "manifest": str(manifest), "create": 2, "force": True}
    wire.send({"id": number, "do": "volumeUpload", "with": given})
    assert "ok" in end_of(wire, number)


def end_of(wire: Wire, number: int) -> dict[str, Any]:
    """The answer behind all that was told on the way."""
    while True:
        heard = wire.hear()
        if heard["id"] == number and "item" not in heard:
            return heard


def fetch(wire: Wire, volume: str, folder: Path) -> dict[str, Any]:
    return end_of(wire, wire.ask("volumeFetch", deadline=None, volume=volume, path="f", folder=str(folder)))


def sums(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


def test_killed_it_goes_on_behind_the_last_whole_stretch(wire: Wire, modal: Driven, tmp_path: Path) -> None:
    local, here = tmp_path / "local", tmp_path / "here"
    local.mkdir()
    (local / "weights").write_bytes(os.urandom(3 * STRETCH + 1000))
    (local / "card").write_bytes(b"a card")
    put(wire, "killed", local)
    modal.admin("/volumes/speed", {"get": 60 * MIB})
    (tmp_path / "other").mkdir()
    doomed = Wire(modal.env(), tmp_path / "other")
    before = modal.admin("/volumes/sent")["get"]
    doomed.ask("volumeFetch", deadline=None, volume="killed", path="f", folder=str(here))
    parts = lambda: [one for one in here.glob(".weights.*.part") if one.stat().st_size >= STRETCH]  # noqa: E731
    eventually(parts, what="a whole stretch")
    doomed.process.kill()
    doomed.process.wait(timeout=10)
    # Nothing half stands under its own name.
    assert [path.name for path in here.iterdir() if not path.name.startswith(".")] in ([], ["card"])
    kept = parts()[0].stat().st_size // STRETCH * STRETCH
    modal.admin("/volumes/speed", {"get": None})
    between = modal.admin("/volumes/sent")["get"]
    assert fetch(wire, "killed", here)["ok"]["files"] == 2
    assert sums(here) == sums(local)
    assert not list(here.glob(".*"))
    assert modal.admin("/volumes/sent")["get"] - between <= 3 * STRETCH + 2000 - kept
    assert between - before < 3 * STRETCH
    assert fetch(wire, "killed", here)["ok"] == {"files": 2, "kept": 2, "bytes": 0}


def test_connections_that_are_cut_are_made_anew(wire: Wire, modal: Driven, tmp_path: Path) -> None:
    local, here = tmp_path / "local", tmp_path / "here"
    local.mkdir()
    for name in ("a", "b", "c"):
        (local / name).write_bytes(os.urandom(2 * MIB))
    put(wire, "cut", local)
    modal.fault("volume_get", times=3, match={"volume": "cut"}, drop_after=MIB)
    modal.fault("volume_get", times=1, match={"volume": "cut"}, status=403)
    assert fetch(wire, "cut", here)["ok"] == {"files": 3, "kept": 0, "bytes": 6 * MIB}
    assert sums(here) == sums(local)


def test_what_changes_meanwhile_comes_as_it_then_is_and_what_goes_is_left_out(wire: Wire, modal: Driven, tmp_path: Path) -> None:
    local, here = tmp_path / "local", tmp_path / "here"
    local.mkdir()
    for name, text in (("log", b"one\n"), ("gone", b"soon"), ("same", b"stays")):
        (local / name).write_bytes(text)
    put(wire, "moving", local)
    # A part of an earlier state of the file, and one of another's.
    here.mkdir()
    for name in (".log.3-1.part", ".logbook.3-1.part"):
        (here / name).write_bytes(b"old")
    modal.fault("error", times=None, match={"rpc": "VolumeGetFile2"}, status="UNAVAILABLE")
    number = wire.ask("volumeFetch", deadline=None, volume="moving", path="f", folder=str(here))
    eventually(lambda: (here / ".log.3-1.part").exists() is False, what="its beginning")
    (tmp_path / "other").mkdir()
    other = Wire(modal.env(), tmp_path / "other")
    (local / "log").write_bytes(b"one\ntwo\n")
    put(other, "moving", local)
    assert other.answer("volumeRemove", volume="moving", path="f/gone")["ok"] is None
    other.process.stdin.close()
    other.process.wait(timeout=10)
    modal.admin("/faults", method="DELETE")
    assert end_of(wire, number)["ok"]["files"] == 2
    (local / "gone").unlink()
    assert sums(here) == sums(local) | {".logbook.3-1.part": hashlib.sha256(b"old").hexdigest()}
