"""Processes that train together: what one would have learnt, and one end for all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import jobkit
import pytest
from jobkit.errors import Problem
from jobkit.events import JOURNAL
from training_support import SMALL, Trained, events_in, job_of, store_of, torch, train

import seizure
from seizure.checkpoints.trained_on import of_inventory
from seizure.corpora.inventory import files
from seizure.job import TrainJob
from seizure.program import Events
from seizure.training.ranks import Ranks
from seizure.training.seeds import train_seeds
from seizure.training.team import team

pytest_plugins = ["training_fixtures"]

STEPS = 20


def job(data: Path, **changes: Any) -> TrainJob:
    still = {**SMALL, "dropout": 0}
    return job_of(
        data, training__steps=STEPS, training__evaluate_every=STEPS, model__options=still,
        training__checkpoint_every=STEPS, training__accumulate=2, augment__noise=0.1,
        training__ema_decay=0, **changes,
    )  # fmt: skip


def train_together(of: TrainJob, out: Path) -> Trained:
    out.mkdir()
    given = ([of_inventory(files.read(of.data_dir, "tiny"))], [store_of(of)], out)
    events = Events(journal=out / JOURNAL, human=None)
    with team(of.config.training.processes, "cpu", False, events, train_seeds, of, *given) as ranks:
        found = train_seeds(ranks, of, *given, events)
    events.close()
    return Trained(out, found, events_in(out))


def test_two_processes_learn_what_one_does(data: Path, tmp_path: Path) -> None:
    one = train(job(data), tmp_path / "one")
    two = train_together(job(data, training__processes=2), tmp_path / "two")
    for name, value in one.weights().items():
        assert float((two.weights()[name] - value).norm() / value.norm()) < 5e-5, name
    assert two.metric("loss") == pytest.approx(one.metric("loss"), rel=5e-5)
    assert two.metric("dev_auroc") == pytest.approx(one.metric("dev_auroc"), rel=1e-3)
    assert two.metric("dev_loss") == pytest.approx(one.metric("dev_loss"), rel=5e-5)
    assert len(two.of("checkpoint")) == 1


def die(ranks: Ranks) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def refuse(ranks: Ranks) -> None:
    raise Problem("What it is", "why it is", "ann-tui doctor")


@pytest.mark.parametrize(
    ("work", "what", "why"),
    [
        (die, "A process of the training ended", "process 2 of 2: SIGKILL"),
        (refuse, "What it is", "why it is"),
    ],
)
def test_one_that_ends_ends_all(work: Any, what: str, why: str) -> None:
    with pytest.raises(Problem) as told, team(2, "cpu", False, Events(human=None), work) as ranks:
        while True:
            ranks.mean(1.0)
    assert (told.value.what, told.value.why) == (what, why)
    assert not torch.distributed.is_initialized()


def is_there(pid: int) -> bool:
    """Not a zombie that nobody has asked for."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


@pytest.mark.skipif(sys.platform != "linux", reason="looks at processes in /proc")
def test_none_outlives_the_jobs_own(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    sources = os.pathsep.join(str(Path(m.__path__[0]).parent) for m in (jobkit, seizure))
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("team_process.py")), str(file)],
        env={**os.environ, "PYTHONPATH": sources, "OMP_NUM_THREADS": "1"},
    )
    while not (file.exists() and file.read_text()):
        assert process.poll() is None
        time.sleep(0.02)
    other = int(file.read_text())
    assert is_there(other)
    process.kill()
    process.wait()
    until = time.monotonic() + 60
    while is_there(other):
        assert time.monotonic() < until
        time.sleep(0.02)
