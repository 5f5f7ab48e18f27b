"""State-space layers: what is computed in chunks is the plain recurrence."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="torch is not in this environment: no model is tested")

from seizure.model.ssd import SsmLayer, ssd  # noqa: E402


def drawn(n: int, dtype: torch.dtype = torch.float64) -> tuple[torch.Tensor, ...]:
    """x, decay, enter, leave of 2 windows, 3 heads of 4 features, states of 5."""
    make = torch.Generator().manual_seed(n)
    x = torch.randn(2, n, 3, 4, generator=make, dtype=dtype)
    decay = -3 * torch.rand(2, n, 3, generator=make, dtype=dtype) ** 4
    enter, leave = torch.randn(2, 2, n, 5, generator=make, dtype=dtype)
    return x, decay, enter, leave


def recurrence(
    x: torch.Tensor, decay: torch.Tensor, enter: torch.Tensor, leave: torch.Tensor
) -> torch.Tensor:
    """The same, frame by frame."""
    state = x.new_zeros(x.shape[0], x.shape[2], enter.shape[2], x.shape[3])
    found = []
    for t in range(x.shape[1]):
        new = enter[:, t, None, :, None] * x[:, t, :, None, :]
        state = decay[:, t, :, None, None].exp() * state + new
        found.append((leave[:, t, None, :, None] * state).sum(dim=2))
    return torch.stack(found, dim=1)


@pytest.mark.parametrize("n", [1, 2, 63, 64, 65, 128, 200, 1203])
def test_chunks_give_what_the_recurrence_gives(n: int) -> None:
    given = drawn(n)
    torch.testing.assert_close(ssd(*given), recurrence(*given), rtol=0, atol=1e-10)


@pytest.mark.parametrize("chunk", [1, 7, 16, 100, 300])
def test_the_length_of_a_chunk_changes_nothing(chunk: int) -> None:
    given = drawn(100)
    torch.testing.assert_close(ssd(*given, chunk=chunk), recurrence(*given), rtol=0, atol=1e-10)


def test_gradients_are_those_of_the_recurrence() -> None:
    given = [one.requires_grad_() for one in drawn(70)]
    grads = [torch.autograd.grad(way(*given).sin().sum(), given) for way in (ssd, recurrence)]
    for ours, plain in zip(*grads, strict=True):
        torch.testing.assert_close(ours, plain, rtol=0, atol=1e-10)


def test_what_is_forgotten_at_once_and_what_is_never() -> None:
    x, _, enter, leave = drawn(150, torch.float32)
    for decay in (torch.zeros(2, 150, 3), torch.full((2, 150, 3), -1e4)):
        given = (x, decay, enter, leave)
        torch.testing.assert_close(ssd(*given), recurrence(*given), rtol=1e-4, atol=1e-3)


def test_a_layer_sees_both_ways_to_the_ends() -> None:
    torch.manual_seed(0)
    layer = SsmLayer(width=8, expansion=2, heads=4, state=6, dropout=0).double().eval()
    x = torch.randn(1, 150, 8, dtype=torch.float64)
    before = layer(x)
    for at in (0, 75, 149):
        changed = x.clone()
        changed[0, at] = torch.randn(8, dtype=torch.float64)
        assert ((layer(changed) - before).abs().amax(dim=2) > 0).all()


def test_a_layer_treats_time_alike_in_both_directions() -> None:
    """With the steering of both directions exchanged, reversed frames give reversed features."""
    torch.manual_seed(0)
    layer = SsmLayer(width=8, expansion=2, heads=4, state=6, dropout=0).double().eval()
    x = torch.randn(2, 90, 8, dtype=torch.float64)
    forth = layer(x)
    with torch.no_grad():
        for one in (layer.steer.weight, layer.steer.bias):
            one.copy_(torch.cat(one.chunk(2)[::-1]))
    torch.testing.assert_close(layer(x.flip(1)).flip(1), forth, rtol=0, atol=1e-10)
