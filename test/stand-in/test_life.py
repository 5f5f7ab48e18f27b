"""The stand-in itself: it says where it is, writes below its root only, and leaves no process behind however it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from driving import FOLDER, Driven, driven, eventually
from jobs import launch


def gone(pid: int) -> bool:
    """Whether a process has ended (a zombie has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True


def with_a_busy_container(said: dict[str, str], home: Path) -> tuple[Driven, int]:
    modal = Driven(None, said, home)
    return modal, launch(modal, home, "ticks", 10_000, 0.1).working()["pid"]


@pytest.mark.parametrize("end", ["stdin", "SIGTERM", "SIGINT", "SIGKILL", "parent"])
def test_nothing_is_left_however_it_ends(end: str, tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("processes are tied to their parent on Linux only")
    code = f"import subprocess, sys; p = subprocess.Popen([sys.executable, {str(FOLDER)!r}], stdin=0); print(p.pid, flush=True); p.wait()"
    parent = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    pid = int(parent.stdout.readline())
    said = json.loads(parent.stdout.readline())
    _, container = with_a_busy_container(said, tmp_path)
    if end == "stdin":
        parent.stdin.close()
    elif end == "parent":
        parent.kill()
    else:
        os.kill(pid, getattr(signal, end))
    eventually(lambda: gone(pid) and gone(container), seconds=30, what="the end of every process")
    if end != "SIGKILL":
        eventually(lambda: not Path(said["root"]).exists(), seconds=10, what="the end of the folder")
    else:
        subprocess.run(["rm", "-rf", said["root"]], check=True)
    parent.kill()
    parent.wait()
    for stream in (parent.stdin, parent.stdout):
        stream.close()


@pytest.fixture(scope="module")
def modal(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with driven(tmp_path_factory.mktemp("home")) as modal:
        yield modal
        assert modal.admin("/health")["crashes"] == []


def test_a_container_writes_only_below_the_root(modal: Driven, tmp_path: Path) -> None:
    facts = modal.admin("/facts")
    if facts["namespaces"] == "none":
        pytest.skip(f"no namespaces here: {facts['namespaces_why_not']}")
    before = {name: sorted(os.listdir(name)) for name in ("/", "/mnt", "/tmp", os.path.expanduser("~"))}
    job = launch(modal, tmp_path, "coordinator", 1)
    assert job.result()["returned"]["seen"] == ["w0"]
    for name, entries in before.items():
        new = set(os.listdir(name)) - set(entries)
        assert not {"mnt", "results", "parts", "__modal", "pkg", "app.py"} & new, name


def test_an_unknown_request_is_refused_by_name_and_counted(modal: Driven) -> None:
    done = modal.cli("queue", "list", rc=1)
    assert "the stand-in does not know QueueList" in done.stderr
    assert modal.admin("/rpcs")["unimplemented"] == {"QueueList": 1}


def test_the_clock_can_be_moved(modal: Driven) -> None:
    before = modal.admin("/health")["now"]
    modal.admin("/time", {"seconds": 3600})
    assert 3600 <= modal.admin("/health")["now"] - before < 3700
    assert abs(before - time.time()) < 60
