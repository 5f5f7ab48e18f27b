"""mamba-ssm's kernels in place of ours: let in where they compute the same, refused where not. In
its place stands what is made of our own code."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from jobkit.errors import Refused

sys.path.insert(0, str(Path(__file__).parent.parent))

from needs_torch import torch

from seizure.model.build import build
from seizure.model.kernels import TOLERANCE, use_mamba_ssm
from seizure.model.ssd import SsmLayer, ssd

MODULE = "mamba_ssm.ops.triton.ssd_combined"
FRAMES = 30
WHAT = "The state-space layers cannot compute with mamba-ssm"
Tensor = torch.Tensor


def theirs(x: Tensor, dt: Tensor, A: Tensor, B: Tensor, C: Tensor, chunk_size: int) -> Tensor:
    """What mamba_chunk_scan_combined says that it computes."""
    assert A.shape == x.shape[2:3] and B.shape == C.shape == (*x.shape[:2], 1, B.shape[-1])
    return ssd(x * dt[..., None], dt * A, B[:, :, 0], C[:, :, 0], chunk_size)


def with_ten_bits(*given: Any) -> Any:
    """Every factor cut off after ten bits, as TF32 may do it: in floats as in gradients."""
    *tensors, chunk = given
    return theirs(*(_cut(one) for one in tensors), chunk)


def _cut(one: Tensor) -> Tensor:
    cut = (one.detach().contiguous().view(torch.int32) & ~0x1FFF).view(torch.float32)
    return one + (cut - one).detach()


def stands_in(monkeypatch: pytest.MonkeyPatch, combined: Callable[..., Any]) -> None:
    names = MODULE.split(".")
    for n in range(1, len(names) + 1):
        monkeypatch.setitem(sys.modules, ".".join(names[:n]), ModuleType(names[n - 1]))
    sys.modules[MODULE].mamba_chunk_scan_combined = combined  # type: ignore[attr-defined]


def model(layers: int = 2) -> torch.nn.Module:
    torch.manual_seed(0)
    options = {"ssm_layers": layers, "tcn_blocks": 0, "width": 8, "ssm_heads": 4, "dropout": 0}
    return build("tiny", options, channels=4, rate=32, seconds=10)


def use(of: torch.nn.Module) -> None:
    use_mamba_ssm(of, FRAMES, torch.device("cpu"))


def refusal(of: torch.nn.Module) -> str:
    with pytest.raises(Refused) as told:
        use(of)
    assert told.value.what == WHAT
    assert told.value.hint == "ann-tui train --config FILE --set training.kernels=torch"
    return told.value.why


def scans(of: torch.nn.Module) -> list[Any]:
    return [one.scan for one in of.modules() if isinstance(one, SsmLayer)]


def test_what_computes_the_same_is_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[tuple[int, ...]] = []

    def counted(x: Tensor, *given: Any) -> Any:
        called.append(tuple(x.shape))
        return theirs(x, *given)

    stands_in(monkeypatch, counted)
    ours, other = model(), model()
    drawn = torch.get_rng_state()
    use(other)
    assert torch.equal(torch.get_rng_state(), drawn)
    # Two windows of the test, as long as those of the training, and each with its heads.
    assert called == [(2, FRAMES, 4, 4)]
    assert ours.state_dict().keys() == other.state_dict().keys()
    signal = torch.randn(3, 4, 320)
    torch.testing.assert_close(other(signal), ours(signal), rtol=1e-5, atol=1e-6)
    assert len(called) == 3


def test_what_rounds_as_a_gpu_may_is_let_in(monkeypatch: pytest.MonkeyPatch) -> None:
    stands_in(monkeypatch, with_ten_bits)
    use(model())


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda x, *g: theirs(x, *g) * (1 + 2 * TOLERANCE), "results of the same input differ by"),
        (lambda x, dt, *g: theirs(x, dt + 0.01, *g), "results of the same input differ by"),
        (lambda x, dt, a, b, c, n: theirs(x, dt, a, c, b, n), "results of the same input"),
        # Right there, and wrong on the way back.
        (lambda x, dt, *g: theirs(x, dt + (dt - dt.detach()) / 99, *g), "gradients of steps of"),
        (
            lambda x, dt, a, b, c, n: theirs(x, dt, a, b + (b - b.detach()) / 99, c, n),
            "gradients of what enters of the same input differ by",
        ),
        (lambda x, *g: theirs(x, *g) * torch.nan, "results of the same input differ by nan"),
    ],
)
def test_what_computes_something_else_is_refused(
    wrong: Callable[..., Any], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stands_in(monkeypatch, wrong)
    of = model()
    before = scans(of)
    why = refusal(of)
    assert says in why and why.endswith("of their size from ours; rounding is up to 2e-03")
    assert scans(of) == before


def test_what_does_not_run_here_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: Any) -> Any:
        raise RuntimeError("0 active drivers")

    stands_in(monkeypatch, fails)
    why = "on cpu it fails: RuntimeError: 0 active drivers; it needs an NVIDIA GPU"
    assert refusal(model()) == why


def test_what_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mamba_ssm", None)
    assert refusal(model()).startswith("it cannot be imported: ModuleNotFoundError: ")


def test_a_model_without_such_layers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    stands_in(monkeypatch, theirs)
    assert refusal(model(layers=0)) == "this model has none: nothing would change"
