"""The detector's network: shapes, electrodes in any number and order, and what it must survive."""

from __future__ import annotations

from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="torch is not in this environment: no model is tested")

from seizure.model.build import build  # noqa: E402
from seizure.model.registry import SIZES  # noqa: E402

RATE = 64
#: Small in all that costs time, with every kind of layer.
SMALL = {
    "filters": 6, "electrode_features": 8, "width": 12, "tcn_blocks": 2, "ssm_layers": 1,
    "ssm_state": 4, "dropout": 0.0,
}  # fmt: skip


def small(seed: int = 0, **options: Any) -> Any:
    torch.manual_seed(seed)
    return build("tiny", {**SMALL, **options}, 19, RATE, 30).eval()


def signal(channels: int = 19, seconds: int = 11, windows: int = 2) -> Any:
    make = torch.Generator().manual_seed(seconds)
    return torch.randn(windows, channels, seconds * RATE, generator=make)


@pytest.mark.parametrize("hz", [1, 2, 4])
@pytest.mark.parametrize("front_hz", [4, 16])
@pytest.mark.parametrize("seconds", [1, 7, 30])
def test_any_whole_seconds(hz: int, front_hz: int, seconds: int) -> None:
    model = small(logits_hz=hz, front_hz=front_hz)
    assert model.logits_hz == hz
    assert model(signal(seconds=seconds)).shape == (2, seconds * hz)


@pytest.mark.parametrize("name", SIZES)
def test_sizes_answer_and_learn(name: str) -> None:
    torch.manual_seed(0)
    model = build(name, {}, 19, 128, 30)
    logits = model(torch.randn(1, 19, 128 * 5))
    assert logits.shape == (1, 20)
    logits.sum().backward()
    for path, weight in model.named_parameters():
        assert weight.grad is not None and weight.grad.isfinite().all(), path
        assert weight.grad.abs().max() > 0, path


def test_electrodes_have_no_order_and_may_be_any_number() -> None:
    model, x = small(), signal()
    order = torch.randperm(19, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(model(x[:, order]), model(x), rtol=1e-4, atol=1e-5)
    for channels in (1, 2, 18, 64):
        assert model(x[:, :1].expand(-1, channels, -1)).shape == (2, 44)


def test_a_masked_electrode_might_as_well_not_be_there() -> None:
    model, x = small(), signal()
    masked = x.clone()
    masked[:, [3, 11]] = 0
    left = [i for i in range(19) if i not in (3, 11)]
    torch.testing.assert_close(model(masked), model(x[:, left]), rtol=1e-4, atol=1e-5)


def test_seconds_that_are_not_there_have_no_part_in_the_mean() -> None:
    """What a recording has, padded with zeros to a window, is seen as it is without them."""
    model = small(tcn_blocks=0, ssm_layers=0)
    x = signal(seconds=10)
    padded = torch.nn.functional.pad(x, (0, 20 * RATE))
    torch.testing.assert_close(model(padded)[:, :36], model(x)[:, :36], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("level", [0.0, 1e-3, 10.0])
def test_gradients_are_finite_on_what_never_changes(level: float) -> None:
    model = small().train()
    x = torch.full((1, 19, 5 * RATE), level, requires_grad=True)
    logits = model(x)
    logits.sum().backward()
    assert logits.isfinite().all()
    assert x.grad is not None and x.grad.isfinite().all()
    assert all(p.grad is None or p.grad.isfinite().all() for p in model.parameters())


def test_windows_are_answered_each_by_itself() -> None:
    model, x = small(), signal(windows=3)
    alone = torch.cat([model(one[None]) for one in x])
    torch.testing.assert_close(model(x), alone, rtol=1e-4, atol=1e-5)


def test_bfloat16_answers_nearly_the_same() -> None:
    model, x = small(), signal()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        rough = model(x)
    assert rough.dtype == torch.bfloat16
    torch.testing.assert_close(rough.float(), model(x), rtol=0, atol=0.1)


def test_the_same_seed_gives_the_same_to_the_last_bit() -> None:
    grads = []
    for _ in range(2):
        model = small(seed=3)
        model(signal()).square().sum().backward()
        grads.append([p.grad for p in model.parameters()])
    assert all(torch.equal(a, b) for a, b in zip(*grads, strict=True))


def test_nothing_in_it_depends_on_the_data() -> None:
    """It is one graph for all windows of a shape: torch.compile takes it without a break."""
    model, x = small(), signal()
    compiled = torch.compile(model, fullgraph=True, backend="eager")
    torch.testing.assert_close(compiled(x), model(x), rtol=1e-4, atol=1e-5)
