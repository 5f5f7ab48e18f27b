"""State-space layers that train with mamba-ssm's kernels (github.com/state-spaces/mamba: Triton,
for NVIDIA GPUs) in place of ours, where both were seen to compute the same. Weights know nothing of
it. The kernels were never run on a GPU by us: what is tested is the test that lets them in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from jobkit.errors import Refused
from torch import Tensor, nn

from seizure.model.own.faults import message_of
from seizure.model.ssd import CHUNK, Scan, SsmLayer, first_paces, scan

TORCH, MAMBA_SSM = "torch", "mamba-ssm"
#: How far results may be apart, as a share of their size (norm of the difference by norm of ours):
#: four times what a factor may be rounded by. Triton multiplies float32 as TF32, which has 10 bits
#: after the first (2 ** -11), and each result is a sum of products of three, whose errors point
#: everywhere. A wrong sign, scale, order or mask is percents.
TOLERANCE = 2**-9
#: Of the trial: an arbitrary number of windows, and where its noise comes from.
_WINDOWS, _SEED = 2, 0
_WHAT = "The state-space layers cannot compute with mamba-ssm"
_HINT = "ann-tui train --config FILE --set training.kernels=torch"


def use_mamba_ssm(model: nn.Module, frames: int, device: torch.device) -> None:
    """The model's state-space layers compute with mamba-ssm from now on. `frames`: of a window.
    Refused where there are none, where it is not there or does not run, and where it computes
    something else than ours do, forward or backward."""
    layers = [one for one in model.modules() if isinstance(one, SsmLayer)]
    if not layers:
        raise Refused(_WHAT, "this model has none: nothing would change", _HINT)
    theirs = _imported()
    _require_parity(theirs, layers[0], frames, device)
    for one in layers:
        one.scan = theirs


def _imported() -> Scan:
    try:
        from mamba_ssm.ops.triton.ssd_combined import mamba_chunk_scan_combined
    except Exception as e:  # it loads CUDA's libraries, and says in many ways that it cannot
        raise Refused(_WHAT, f"it cannot be imported: {message_of(e)}", _HINT) from e
    return _as_ours(mamba_chunk_scan_combined)


def _as_ours(combined: Callable[..., Any]) -> Scan:
    """Theirs is h[t] = exp(dt[t] A) h[t - 1] + dt[t] B[t] ⊗ x[t] and y[t] = C[t] · h[t], with A of
    each head, B and C of groups of heads: here all heads are one."""

    def found(values: Tensor, step: Tensor, enter: Tensor, leave: Tensor) -> Tensor:
        forgets = values.new_full(values.shape[2:3], -1.0)
        return combined(values, step, forgets, enter[:, :, None], leave[:, :, None], CHUNK)  # type: ignore[no-any-return]

    return found


def _require_parity(theirs: Scan, layer: SsmLayer, frames: int, device: torch.device) -> None:
    given = _drawn(layer, frames, device)
    wanted = _both_ways(scan, given)
    try:
        found = _both_ways(theirs, given)
    except Exception as e:
        need = "; it needs an NVIDIA GPU" if device.type == "cpu" else ""
        raise Refused(_WHAT, f"on {device} it fails: {message_of(e)}{need}", _HINT) from e
    for (name, ours), other in zip(wanted.items(), found.values(), strict=True):
        apart = float((other - ours).norm() / ours.norm())
        if not apart <= TOLERANCE:  # nor where it is no number
            why = f"{name} of the same input differ by {apart:.1e} of their size from ours"
            raise Refused(_WHAT, f"{why}; rounding is up to {TOLERANCE:.0e}", _HINT)


def _drawn(layer: SsmLayer, frames: int, device: torch.device) -> list[Tensor]:
    """Noise in a layer's shapes, paces as they are when it begins: values, step, enter, leave."""
    make = torch.Generator().manual_seed(_SEED)
    features = layer.through.numel() // layer.heads
    paces = first_paces(layer.heads)

    def noise(*shape: int) -> Tensor:
        return torch.randn(_WINDOWS, frames, *shape, generator=make)

    every = [
        noise(layer.heads, features), F.softplus(paces + noise(layer.heads)),
        noise(layer.state) * layer.state**-0.5, noise(layer.state),
    ]  # fmt: skip
    return [one.to(device).requires_grad_() for one in every]


def _both_ways(way: Scan, given: list[Tensor]) -> dict[str, Tensor]:
    """Results, and gradients of a weighted sum of them, by what they are called."""
    result = way(*given)
    make = torch.Generator().manual_seed(_SEED + 1)
    weights = torch.randn(result.shape, generator=make).to(result.device)
    gradients = torch.autograd.grad((result.float() * weights).sum(), given)
    names = (f"gradients of {one}" for one in ("values", "steps", "what enters", "what leaves"))
    return {"results": result.detach(), **dict(zip(names, gradients, strict=True))}
