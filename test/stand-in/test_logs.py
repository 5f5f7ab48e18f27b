"""Logs with the real client: followed and resumed, fetched from the past, filtered; what the network does to them."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from driving import Driven, driven
from jobs import Job, function_call, launch

LINES = 3000


@pytest.fixture(scope="module")
def modal(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with driven(tmp_path_factory.mktemp("home")) as modal:
        yield modal
        assert modal.admin("/health")["crashes"] == []


@pytest.fixture(autouse=True)
def no_faults(modal: Driven) -> Any:
    yield
    modal.admin("/faults", method="DELETE")


@pytest.fixture(scope="module")
def chatty(modal: Driven, tmp_path_factory: pytest.TempPathFactory) -> Job:
    """A job that is over and has written many lines."""
    job = launch(modal, tmp_path_factory.mktemp("app"), "lines", LINES)
    assert job.result() == {"returned": LINES}
    job.wait_stopped()
    return job


def own_lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("w1:")]


def test_following_a_finished_app_gives_every_byte(modal: Driven, chatty: Job) -> None:
    out = modal.cli("app", "logs", chatty.app, "-f").stdout
    assert out.startswith(chatty.printed())
    assert len(own_lines(out)) == LINES and "café ✓" in out


def test_fetching_gives_the_same(modal: Driven, chatty: Job) -> None:
    out = modal.cli("app", "logs", chatty.app, "--since", "1h", "--source", "stdout").stdout
    assert out == chatty.printed()


def test_a_call_has_its_own_log(modal: Driven, chatty: Job) -> None:
    call = function_call(modal, chatty.call)
    since = datetime.now(timezone.utc) - timedelta(hours=1)
    assert "".join(entry.message for entry in call.logs.fetch(since=since)) == chatty.printed()
    newest = list(call.logs.tail(3))
    assert newest and chatty.printed().endswith(newest[-1].message)


def test_logs_are_filtered_by_function_call_container_and_source(modal: Driven, chatty: Job) -> None:
    container = chatty.containers()[0]["container"]
    for wanted in (["--container", container], ["--function-call", chatty.call], ["--search", "line 77 "]):
        out = modal.cli("app", "logs", chatty.app, "--since", "1h", *wanted).stdout
        assert own_lines(out) and "Stopping app" not in out
    assert modal.cli("app", "logs", chatty.app, "--since", "1h", "--source", "stderr").stdout == ""
    assert "Stopping app" in modal.cli("app", "logs", chatty.app, "--source", "system").stdout
    assert own_lines(modal.cli("container", "logs", container, "--all").stdout)


def test_container_logs_can_be_followed_to_its_end(modal: Driven, tmp_path: Path) -> None:
    job = launch(modal, tmp_path, "ticks", 10, 0.1)
    container = job.working()["container"]
    out = modal.cli("container", "logs", container, "-f").stdout
    assert [line for line in out.splitlines() if line.startswith("tick")] == [f"tick {i}" for i in range(10)]


def follow_until(modal: Driven, job: Job, line: str) -> tuple[subprocess.Popen, list[str]]:
    """`modal app logs -f`, and what it has said up to this line."""
    command = [sys.executable, "-m", "modal", "app", "logs", job.app, "-f"]
    follower = subprocess.Popen(command, env=modal.env(PYTHONUNBUFFERED="1"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    said = []
    for text in follower.stdout:
        said.append(text.strip())
        if said[-1] == line:
            break
    return follower, said


def ticks(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("tick")]


def test_a_follower_survives_a_cut_connection(modal: Driven, tmp_path: Path) -> None:
    job = launch(modal, tmp_path, "ticks", 30, 0.1)
    follower, said = follow_until(modal, job, "tick 3")
    assert modal.admin("/cut", {})["cut"] >= 1
    out, _ = follower.communicate(timeout=120)
    assert ticks([*said, *out.splitlines()]) == [f"tick {i}" for i in range(30)]


def test_an_outage_ends_the_follower_but_not_the_job(modal: Driven, tmp_path: Path) -> None:
    job = launch(modal, tmp_path, "ticks", 30, 0.1)
    follower, _ = follow_until(modal, job, "tick 3")
    modal.admin("/outage", {"seconds": 2, "wait": True})
    _, error = follower.communicate(timeout=120)
    assert follower.returncode == 1 and "Connect call failed" in error
    out = modal.cli("app", "logs", job.app, "-f").stdout
    assert ticks(out.splitlines()) == [f"tick {i}" for i in range(30)]
    assert job.result() == {"returned": 30}


def test_doubled_reordered_and_split_batches_reach_the_client(modal: Driven, chatty: Job) -> None:
    modal.fault("logs_split", times=None, pieces=7)
    modal.fault("logs_reordered", times=None, window=4)
    modal.fault("logs_doubled", times=None, every=3)
    out = modal.cli("app", "logs", chatty.app, "-f").stdout
    assert len(out) > len(chatty.printed())
    assert not out.startswith(chatty.printed())
    # Not a byte is missing or broken, only the order and the number are.
    assert set(out) == set(chatty.printed()) | set("Stopping app - all function calls completed.\n")


def test_a_dropped_stretch_is_missing_from_the_stream_but_not_from_the_past(modal: Driven, tmp_path: Path) -> None:
    job = launch(modal, tmp_path, "ticks", 5, 0.2)
    job.result()
    job.wait_stopped()
    modal.fault("logs_dropped", times=None, entries=4)
    assert "tick 0" not in modal.cli("app", "logs", job.app, "-f").stdout
    assert modal.cli("app", "logs", job.app, "--since", "1h", "--source", "stdout").stdout == job.printed()


def test_a_hundred_thousand_lines(modal: Driven, tmp_path: Path) -> None:
    job = launch(modal, tmp_path, "lines", 100_000)
    out = modal.cli("app", "logs", job.app, "-f").stdout
    assert out.startswith(job.printed()) and len(own_lines(out)) == 100_000
