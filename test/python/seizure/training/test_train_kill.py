"""A training as a process: killed at random moments, stopped, gone on with to the very bits.

Three moments; with ANN_TUI_THOROUGH=1 ten."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jobkit
from training_support import events_in, raw_job, weights_in, write_job

import seizure

pytest_plugins = ["training_fixtures"]

MOMENTS = 10 if os.environ.get("ANN_TUI_THOROUGH") else 3
SOURCES = os.pathsep.join(str(Path(m.__path__[0]).parent) for m in (jobkit, seizure))
STEPS, SEEDS = 30, (0, 1)


def job(data: Path) -> dict[str, Any]:
    return raw_job(
        data, SEEDS, training__steps=STEPS, training__evaluate_every=10,
        training__checkpoint_every=7,
    )  # fmt: skip


def begin(out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "seizure", "run", str(out / "job.json"), "--out", str(out)]
    environment = {**os.environ, "PYTHONPATH": SOURCES, "OMP_NUM_THREADS": "1"}
    with open(out / "log", "ab") as log:
        return subprocess.Popen(command, stdout=log, stderr=log, env=environment)


def finish(out: Path) -> None:
    process = begin(out)
    assert process.wait(300) == 0, (out / "log").read_text()


def wait_for(process: subprocess.Popen[bytes], out: Path, reached: Callable[[str], bool]) -> None:
    """Until the journal has reached something, or the process is over."""
    journal = out / "events.ndjson"
    while process.poll() is None:
        if journal.exists() and reached(journal.read_text()):
            return
        time.sleep(0.01)


def lasting(out: Path) -> dict[str, Any]:
    """Of the results what no clock is in."""
    found = json.loads((out / "results.json").read_text())
    trained = [{n: v for n, v in one.items() if n != "seconds"} for one in found["trained"]]
    return {"trained": trained, **{n: found[n] for n in ("detectors", "patients", "traces")}}


def ended(process: subprocess.Popen[bytes], how: signal.Signals, within: float) -> int:
    """At a random moment within so many seconds from now."""
    time.sleep(random.random() * within)
    process.send_signal(how)
    return process.wait(60)


def reaches(moment: int) -> Callable[[str], bool]:
    """A step of all seeds' together."""
    seed, step = divmod(moment, STEPS)
    return lambda text: f'"type":"metric","seed":{seed},"step":{step + 1},' in text


def test_killed_at_random_moments_and_stopped_it_ends_with_the_same_bits(
    data: Path, tmp_path: Path
) -> None:
    whole, out = tmp_path / "whole", tmp_path / "run"
    for folder in (whole, out):
        write_job(folder, job(data))
    finish(whole)
    moments = sorted(random.sample(range(STEPS * len(SEEDS)), MOMENTS))
    for moment in moments[:-1]:
        process = begin(out)
        wait_for(process, out, reaches(moment))
        assert ended(process, signal.SIGKILL, 0.05) == -signal.SIGKILL

    # One is asked to leave: it keeps the step it is at.
    process = begin(out)
    wait_for(process, out, reaches(moments[-1]))
    ended(process, signal.SIGTERM, 0)
    told = events_in(out)
    if told[-1]["type"] == "stopped":  # it may just have been over
        assert told[-1]["reason"] == "SIGTERM" and process.returncode == 128 + signal.SIGTERM
        last = {one["type"]: one["step"] for one in told if "step" in one}
        assert last["checkpoint"] == last["metric"]

    # One is killed while it judges.
    process = begin(out)
    wait_for(process, out, lambda text: '"phase":"judge","state":"start"' in text)
    ended(process, signal.SIGKILL, 0.05)

    finish(out)
    left, wanted = weights_in(out), weights_in(whole)
    # The checkpoint of the stop is one more, and the last three are then others.
    both = left.keys() & wanted.keys()
    for seed in SEEDS:
        for kept in ("best", f"step-{STEPS:06}"):
            assert any(f"seed-{seed}/{kept}/" in name for name in both), (moments, kept)
    assert {name: left[name] for name in both} == {name: wanted[name] for name in both}, moments
    assert lasting(out) == lasting(whole), moments
    told = events_in(out)
    assert [one["seed"] for one in told if one["type"] == "trained"] == list(SEEDS)
    assert all(one["exact"] for one in told if one["type"] == "resumed")
