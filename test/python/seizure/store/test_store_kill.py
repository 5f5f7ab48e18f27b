"""kill -9 of a preparation at random moments: it goes on to the very bytes of an unbroken one.

Four moments; with ANN_TUI_THOROUGH=1 twenty, and recordings of half an hour in place of minutes."""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from seizure.recording import Seizure
from seizure.store import recordings

sys.path.insert(0, str(Path(__file__).parent.parent))
import json

import noise_stores
from noise_stores import Made, contents, make_inventory

THOROUGH = bool(os.environ.get("ANN_TUI_THOROUGH"))
MOMENTS, COUNT, SECONDS = (20, 24, 1800) if THOROUGH else (4, 6, 120)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kill")
    made = [
        Made(f"r{i}", f"p{i % 3}", "train", SECONDS + 10 * i, 128, (Seizure(3, 9),))
        for i in range(COUNT)
    ]
    found = make_inventory(folder / "edf", made)
    (folder / "inventory.json").write_text(json.dumps(found.to_json()))
    return folder / "inventory.json"


def begin(inventory: Path, out: Path) -> subprocess.Popen[str]:
    command = [sys.executable, noise_stores.__file__, str(inventory), str(out), "2"]
    return subprocess.Popen(
        command, start_new_session=True, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def finish(inventory: Path, out: Path) -> float:
    """Prepares to the end; how long it took."""
    begun = time.monotonic()
    process = begin(inventory, out)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    return time.monotonic() - begun


def members(group: int) -> list[int]:
    """The processes of a group that still run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, of = path.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(of) == group and state not in "ZX":
            found.append(int(path.parent.name))
    return found


def wait_until_gone(group: int) -> None:
    until = time.monotonic() + 10
    while members(group):
        assert time.monotonic() < until, "workers outlive who started them"
        time.sleep(0.02)


def test_killed_at_random_moments_it_ends_as_if_it_had_not_been(
    inventory: Path, tmp_path: Path
) -> None:
    rng = random.Random(5)
    unbroken, broken = tmp_path / "unbroken", tmp_path / "broken"
    whole = finish(inventory, unbroken)
    caught = 0
    for _ in range(MOMENTS):
        process = begin(inventory, broken)
        # Each goes on where the last was killed: moments are of what is left to do.
        left = COUNT - len(list(broken.glob("recordings/*.json")))
        time.sleep(rng.uniform(0.2, max(0.4, 0.9 * whole * left / COUNT)) if left else 0.2)
        caught += process.poll() is None
        if rng.random() < 0.5:
            process.kill()
        else:
            with contextlib.suppress(ProcessLookupError):  # it was over before
                os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)
        wait_until_gone(process.pid)
        for path in broken.glob("recordings/*.json"):
            one = recordings.read(path)
            data = (broken / f"signals/{one.id}.f16").read_bytes()
            assert hashlib.sha256(data).hexdigest() == one.checksum, "what is told is there"
    finish(inventory, broken)
    assert contents(broken) == contents(unbroken)
    print(f"{caught} of {MOMENTS} kills met a preparation at work")
    assert caught


def test_a_worker_that_is_killed_is_told(inventory: Path, tmp_path: Path) -> None:
    process = begin(inventory, tmp_path / "s")
    until = time.monotonic() + 30
    while not (working := list(tmp_path.glob("s/signals/.*.filtered"))):
        assert time.monotonic() < until and process.poll() is None
        time.sleep(0.005)
    os.kill(int(working[0].name.split(".")[-2]), signal.SIGKILL)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "A process that reads recordings ended: SIGKILL (free some memory or use fewer" in said


def test_a_stop_leaves_nothing_half_made(inventory: Path, tmp_path: Path) -> None:
    process = begin(inventory, tmp_path / "s")
    until = time.monotonic() + 30
    while not list(tmp_path.glob("s/signals/.*.filtered")):
        assert time.monotonic() < until and process.poll() is None
        time.sleep(0.005)
    process.terminate()
    said, _ = process.communicate(timeout=60)
    assert (process.returncode, "stopped by SIGTERM" in said) == (143, True), said
    wait_until_gone(process.pid)
    assert not list(tmp_path.glob("s/signals/.*"))


def test_two_at_once_do_the_work_once(inventory: Path, tmp_path: Path) -> None:
    both = [begin(inventory, tmp_path / "s") for _ in range(2)]
    said = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert sorted(said) == ["", "another process prepares noise; waiting for it\n"]
    assert len(list(tmp_path.glob("s/recordings/*.json"))) == COUNT
