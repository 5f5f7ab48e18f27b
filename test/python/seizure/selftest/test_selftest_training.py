"""The container of the self-test that trains: interrupted in the middle, and what comes of it."""

from __future__ import annotations

import copy
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent.parent))

from jobkit.cloud import job_runner
from jobkit.cloud.selftest import Place
from needs_torch import torch

from seizure.selftest import cloud
from seizure.training import folders

assert torch  # without it all of this is skipped


@pytest.fixture(scope="module", autouse=True)
def interruptible() -> Iterator[None]:
    """Whatever an earlier test has done about signals."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module", autouse=True)
def sources_by_path() -> Iterator[None]:
    """A container's job is isolated, its packages being installed; here they may be on the path."""

    class Popen(subprocess.Popen):  # type: ignore[type-arg]
        def __init__(self, command: list[str], **options: Any) -> None:
            super().__init__([word for word in command if word != "-I"], **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(job_runner.subprocess, "Popen", Popen)
        yield


class Store(dict[str, Any]):
    def put(self, key: str, value: Any, *, skip_if_exists: bool = False) -> bool:
        if skip_if_exists and key in self:
            return False
        self[key] = value
        return True


def place(folder: Path, store: Store, task: str, keep: Any = lambda: None) -> Place:
    return Place(
        folder=folder, keep=keep, reload=lambda: None, store=lambda _name: store,
        spawn=lambda _order: None, task=task, holder="in-1",
    )  # fmt: skip


def interrupting(store: Store) -> Any:
    """Of the second training, once a checkpoint of it is kept."""

    def keep() -> None:
        if store.get(cloud.NOTE, {}).get("kept") and not store.get("interrupted"):
            store["interrupted"] = True
            os.kill(os.getpid(), signal.SIGINT)

    return keep


ORDER = {"mailbox": "mail", "machine": "T4", "slow": 1.0}
#: Of one that nobody interrupts.
QUICK = {**ORDER, "slow": 0.01}


@pytest.fixture(scope="module")
def interrupted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Store]:
    """What the first container has left; for all tests here, which work on copies."""
    folder, store = tmp_path_factory.mktemp("volume"), Store()
    with pytest.raises(KeyboardInterrupt):
        cloud.train(ORDER, place(folder, store, "ta-1", interrupting(store)))
    return folder, store


def test_one_that_is_interrupted_is_taken_up_and_comes_to_the_same(
    tmp_path: Path, interrupted: tuple[Path, Store]
) -> None:
    folder, store = interrupted
    steps = folders.steps_in(folder / "training/broken/checkpoints/seed-0")
    assert steps and steps[-1] < cloud.STEPS
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    found = cloud.train(QUICK, place(tmp_path, Store(copy.deepcopy(store)), "ta-2"))
    assert found["failure"] is None
    assert [one["task"] for one in found["starts"]] == ["ta-1", "ta-2"]
    assert found["seen"]["resumed"] == {"step": steps[-1], "exact": True, "why": None}
    assert found["seen"]["step"] == cloud.STEPS
    assert found["after"] == [None, "preemption"]
    assert found["difference"] == 0.0


def test_what_was_kept_is_lost_on_the_way(tmp_path: Path, interrupted: tuple[Path, Store]) -> None:
    folder, store = interrupted
    shutil.copytree(folder / "training/whole", tmp_path / "training/whole")
    found = cloud.train(QUICK, place(tmp_path, Store(copy.deepcopy(store)), "ta-2"))
    assert found["seen"]["resumed"] is None
    assert found["after"] == [None]


def test_one_that_nobody_interrupts_says_so(tmp_path: Path) -> None:
    found = cloud.train(QUICK, place(tmp_path, Store(), "ta-1"))
    assert (found["failure"], found["difference"], len(found["starts"])) == (None, 0.0, 1)
    assert found["seen"]["resumed"] is None
    assert found["seen"]["gpus"] == torch.cuda.device_count()


def test_weights_that_differ_are_told_by_how_much(tmp_path: Path) -> None:
    from safetensors.numpy import save

    one = {"weights/a": np.array([1.0, 2.0]), "weights/b": np.zeros(0)}
    other = {**one, "weights/a": np.array([1.0, 2.5])}
    assert cloud._difference(save(one), save(one)) == 0.0
    assert cloud._difference(save(one), save(other)) == 0.5
