"""A training with mamba-ssm's kernels: in their place stands what is made of our own code."""

from __future__ import annotations

import sys
from itertools import chain, repeat
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jobkit.errors import Refused
from training_support import SMALL, Trained, job_of, same, train

from seizure.model import ssd

pytest_plugins = ["training_fixtures"]

MODULE = "mamba_ssm.ops.triton.ssd_combined"


@pytest.fixture(autouse=True)
def calls(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Of the kernels, which are ours to the last bit."""
    found: list[int] = []

    def combined(x: Any, dt: Any, A: Any, B: Any, C: Any, chunk: int) -> Any:
        found.append(1)
        return ssd.ssd(x * dt[..., None], dt * A, B[:, :, 0], C[:, :, 0], chunk)

    names = MODULE.split(".")
    for n in range(1, len(names) + 1):
        monkeypatch.setitem(sys.modules, ".".join(names[:n]), ModuleType(names[n - 1]))
    monkeypatch.setattr(sys.modules[MODULE], "mamba_chunk_scan_combined", combined, raising=False)
    return found


def training(data: Path, out: Path, kernels: str) -> Trained:
    options = {**SMALL, "ssm_layers": 1}
    return train(job_of(data, training__kernels=kernels, model__options=options), out)


def stopped(data: Path, out: Path, kernels: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        asked = chain([False] * 5, repeat(True))
        patch.setattr("jobkit.signals.requested", lambda: next(asked))
        assert training(data, out, kernels).trained == []


def test_it_trains_with_them(data: Path, tmp_path: Path, calls: list[int]) -> None:
    ours = training(data, tmp_path / "ours", "torch")
    assert not calls
    theirs = training(data, tmp_path / "theirs", "mamba-ssm")
    # To be let in, in the probe, and in each step; looks at dev come on top.
    assert len(calls) > 1 + 3 + 8
    assert same(ours.weights(), theirs.weights())


@pytest.mark.parametrize(
    ("before", "now", "exact", "why"),
    [
        ("torch", "torch", True, None),
        ("torch", "mamba-ssm", False, "kernels torch, now mamba-ssm"),
        ("mamba-ssm", "torch", False, "kernels mamba-ssm, now torch"),
        ("mamba-ssm", "mamba-ssm", False, "mamba-ssm adds in no fixed order"),
    ],
)
def test_a_checkpoint_of_either_is_gone_on_with(
    before: str, now: str, exact: bool, why: str | None, data: Path, tmp_path: Path
) -> None:
    stopped(data, tmp_path, before)
    done = training(data, tmp_path, now)
    (resumed,) = done.of("resumed")
    assert resumed["step"] > 0
    assert (resumed["exact"], resumed.get("why")) == (exact, why)
    assert done.trained[0]["step"] == 8


def test_where_they_are_missing_nothing_is_trained(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, MODULE, None)
    with pytest.raises(Refused, match="cannot compute with mamba-ssm"):
        training(data, tmp_path, "mamba-ssm")
    assert not (tmp_path / "checkpoints").exists()
