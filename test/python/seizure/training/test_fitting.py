"""Memory: tried before the first step, with a smaller batch that fits where it runs out; named
where it does later."""

from __future__ import annotations

import json
import math
import random
import resource
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jobkit import machine, memory
from jobkit.errors import Problem
from training_support import done, job_of, raw_job, same, setup, torch, train, weights_in

from seizure.training import config, loop, seeds
from seizure.training.fitting.probe import OutOfMemory, probe
from seizure.training.fitting.ran_out import more_memory
from seizure.training.fitting.smaller import smaller
from seizure.training.place import Place
from seizure.training.ranks import Alone

pytest_plugins = ["training_fixtures"]

#: It has a buffer that every forward in training changes, and draws in ways of its own.
OWN = """
import random
from dataclasses import dataclass
import numpy
import torch
from torch import nn

@dataclass(frozen=True)
class Options:
    most: int = 99

class Model(nn.Module):
    def __init__(self, channels, rate, options):
        super().__init__()
        self.most = options.most
        self.logits_hz, self.filter = 1, nn.Conv1d(channels, 1, rate, stride=rate)
        self.norm, self.dropout = nn.BatchNorm1d(1), nn.Dropout(0.5)

    def forward(self, signal):
        windows = signal.shape[0]
        random.random(), numpy.random.rand()
        {forward}
        return self.dropout(self.norm(self.filter(signal))).squeeze(1)
"""
RAISES = "if windows > self.most: raise torch.OutOfMemoryError('CUDA out of memory. Tried 9 GiB')"
#: Bytes for each window, which the system is asked for and which nobody touches.
MUCH = 256 << 20
TAKES = f"torch.empty(windows, {MUCH}, dtype=torch.uint8)"


def own(
    data: Path, tmp: Path, forward: str = "pass", most: int = 99, **more: Any
) -> dict[str, Any]:
    source = tmp / "mine.py"
    source.write_text(OWN.replace("{forward}", forward))
    job = raw_job(data, model__name="mine", model__options={"most": most}, **more)
    return {**job, "source": str(source)}


def parsed(job: dict[str, Any]) -> Any:
    from seizure.job import parse

    return parse(job)


@pytest.fixture(autouse=True)
def not_tried_before(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check of a file before a training is not what is tested here."""
    monkeypatch.setattr("seizure.evaluation.run._let_in", lambda *_: None)


def failure(job: dict[str, Any], out: Path) -> Problem:
    with pytest.raises(Problem) as told:
        done(job, out)
    return told.value


def test_what_is_trained_is_what_it_was_without(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = train(job_of(data), tmp_path / "tried")
    monkeypatch.setattr(seeds, "probe", lambda *_: None)
    untried = train(job_of(data), tmp_path / "untried")
    assert weights_in(tried.out) == weights_in(untried.out)
    assert tried.metric("loss") == untried.metric("loss")
    assert tried.of("memory") and not untried.of("memory")


def test_it_leaves_model_and_generators_alone(data: Path, tmp_path: Path) -> None:
    job = parsed(own(data, tmp_path))
    of = setup(job, tmp_path)
    before = {name: one.clone() for name, one in of.model.state_dict().items()}
    drawn = [random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist()]
    assert (probe(of.model, of.config, job.settings, of.place, Alone()) or 0) > 0
    assert same(dict(of.model.state_dict()), before)
    assert all(one.grad is None for one in of.model.parameters()) and of.model.training
    assert drawn == [
        random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state().tolist(),
    ]  # fmt: skip


def test_it_is_tried_once_a_process_and_told(data: Path, tmp_path: Path) -> None:
    trained = train(job_of(data, seeds=(0, 1), training__steps=2), tmp_path)
    (told,) = trained.of("memory")
    assert told["seed"] == 0 and 0 < told["probe_bytes"] < told["total_bytes"]


def test_a_batch_that_does_not_fit_is_told_with_one_that_does(data: Path, tmp_path: Path) -> None:
    job = own(data, tmp_path, RAISES, most=3, windows__batch=8, training__accumulate=3)
    told = failure(job, tmp_path / "run")
    assert told.what == "Memory ran out in the first two steps"
    assert told.why.startswith("8 windows of 6 s at a time, mine in float32: ")
    assert " GiB of this machine's memory were in use when more was refused: CUDA out" in told.why
    assert told.why.endswith("; batches of 2 fit, 12 of them a step")
    assert told.hint == (
        "ann-tui train --config FILE --set windows.batch=2 --set training.accumulate=12"
    )
    assert not (tmp_path / "run" / "checkpoints").exists()
    # The file did nothing wrong.
    lines = (tmp_path / "run" / "events.ndjson").read_text().splitlines()
    assert "model_verdict" not in {json.loads(line)["type"] for line in lines}
    fits = own(data, tmp_path, RAISES, most=3, windows__batch=2, training__accumulate=12)
    # Scores are made of no larger batches.
    assert done(fits, tmp_path / "fits").results["trained"][0]["step"] == 8


def test_where_nothing_fits_that_is_said(data: Path, tmp_path: Path) -> None:
    told = failure(own(data, tmp_path, RAISES, most=0), tmp_path / "run")
    assert told.why.endswith("no smaller batch fits; shorter windows and smaller models take less")
    twice = 2 * math.ceil(machine.memory_bytes() / 2**30)
    assert told.hint == f"ann-tui train --config FILE --target modal --memory {twice}"


def test_a_look_that_does_not_fit_is_told(data: Path, tmp_path: Path) -> None:
    looks = RAISES.replace("if ", "if not self.training and ")
    told = failure(own(data, tmp_path, looks, most=3), tmp_path / "run")
    assert told.what == "Memory ran out in the first look at dev"
    assert told.hint is not None and "--set windows.batch=2" in told.hint


@pytest.mark.skipif(sys.platform != "linux", reason="no other system refuses memory when asked to")
def test_what_the_system_refuses_is_told_too(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "available", lambda: 3 * MUCH)
    before = resource.getrlimit(resource.RLIMIT_DATA)
    told = failure(own(data, tmp_path, TAKES), tmp_path / "run")
    assert told.what == "Memory ran out in the first two steps"
    assert "DefaultCPUAllocator" in told.why
    assert told.hint is not None
    assert told.hint.endswith("--set windows.batch=2 --set training.accumulate=2")
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_several_processes_end_with_a_batch_that_fits_all(data: Path, tmp_path: Path) -> None:
    job = own(data, tmp_path, RAISES, most=1, windows__batch=4, training__processes=2)
    told = failure(job, tmp_path / "run")
    # A look at dev has the whole batch, and no batch is smaller than one window a process.
    assert "no smaller batch fits" in told.why
    job["config"]["model"]["options"]["most"] = 2
    told = failure(job, tmp_path / "run")
    assert told.what == "Memory ran out in the first look at dev"
    assert told.hint is not None
    assert told.hint.endswith("--set windows.batch=2 --set training.accumulate=2")


def out_of_memory_at(call: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the loop's own batches."""
    learn, counted = loop.learn, []

    def refused(*given: Any) -> float:
        counted.append(1)
        if len(counted) == call:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2 GiB")
        return learn(*given)

    monkeypatch.setattr(loop, "learn", refused)


def test_what_runs_out_later_is_told_and_goes_on(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train(job_of(data), tmp_path / "whole")
    out_of_memory_at(6, monkeypatch)
    with pytest.raises(Problem) as told:
        train(job_of(data), tmp_path / "run")
    assert told.value.what == "Memory ran out after step 5"
    assert told.value.why.endswith("Tried to allocate 2 GiB; the last checkpoint is of step 4")
    assert told.value.resume
    monkeypatch.undo()
    assert train(job_of(data), tmp_path / "run").of("resumed")[0]["step"] == 4
    assert weights_in(tmp_path / "run") == weights_in(whole.out)


def test_less_memory_than_before_keeps_what_was_learnt(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out_of_memory_at(6, monkeypatch)
    with pytest.raises(Problem):
        train(job_of(data), tmp_path)

    def refuse(*_: Any) -> None:
        raise OutOfMemory("What", "why", "a smaller one")

    monkeypatch.setattr(seeds, "probe", refuse)
    with pytest.raises(OutOfMemory) as told:
        train(job_of(data), tmp_path)
    assert told.value.what == "What" and told.value.resume
    assert told.value.why.startswith("why; what was learnt is kept")


@pytest.mark.parametrize(
    ("gib", "larger"),
    [
        (15, "L40S"), (22, "L40S"), (44, "A100-80GB"), (79, "H200"), (139, "B200"), (178, "B300"),
    ],
)  # fmt: skip
def test_where_nothing_fits_a_gpu_a_larger_one_is_named(
    gib: int, larger: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.mem_get_info", lambda *_: (0, gib << 30))
    gpu = Place(torch.device("cuda", 0), "one", "float32", 1)
    assert more_memory(gpu) == f"ann-tui train --config FILE --target modal --gpu {larger}"
    monkeypatch.setattr("torch.cuda.mem_get_info", lambda *_: (0, 267 << 30))
    assert more_memory(gpu) is None


@pytest.mark.parametrize(
    ("batch", "accumulate", "processes", "wanted"),
    [
        (32, 1, 1, [(16, 2), (8, 4), (4, 8), (2, 16), (1, 32)]),
        (12, 1, 2, [(6, 2), (2, 6)]),
        (9, 2, 1, [(3, 6), (1, 18)]),
        (5, 1, 1, [(1, 5)]),
        (7, 6, 1, [(3, 14), (1, 42)]),
        (2, 4, 2, []),
        (8192, 1, 1, [(8192 >> n, 1 << n) for n in range(1, 13)]),
    ],
)  # fmt: skip
def test_smaller_batches_make_the_same_steps(
    batch: int, accumulate: int, processes: int, wanted: list[tuple[int, int]]
) -> None:
    given = config.parse(
        {
            "windows": {"batch": batch},
            "training": {"accumulate": accumulate, "processes": processes},
        }
    )
    assert list(smaller(given)) == wanted
    for less, more in wanted:
        assert less * more == batch * accumulate
        config.parse(
            {"windows": {"batch": less}, "training": {"accumulate": more, "processes": processes}}
        )
