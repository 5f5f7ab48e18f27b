"""State-space layers, computed in chunks (Mamba-2: Dao and Gu, 2024, arXiv 2405.21060, "state
space duality"): matrix products within a chunk, and a state from chunk to chunk, so that a window
costs as much as it is long. Plain PyTorch: the same function on every device."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from seizure.model.tcn import LAYER_SCALE

#: Frames that are computed with at once. It changes speed and rounding, and nothing else.
CHUNK = 64
#: Frames after which a head forgets, at the beginning: from the first to the last head.
FORGETS_AFTER = (4.0, 256.0)


def segment_sums(decay: Tensor) -> Tensor:
    """[…, n] → […, n, n]: at (i, j) the sum of decay[j + 1 … i]; -inf above the diagonal."""
    n = decay.shape[-1]
    sums = decay.cumsum(dim=-1)
    later = torch.ones(n, n, dtype=torch.bool, device=decay.device).triu(1)
    return (sums[..., :, None] - sums[..., None, :]).masked_fill(later, -torch.inf)


def ssd(x: Tensor, decay: Tensor, enter: Tensor, leave: Tensor, chunk: int = CHUNK) -> Tensor:
    """y[t] = leave[t] · h[t], where h[t] = exp(decay[t]) h[t - 1] + enter[t] ⊗ x[t] and h[-1] = 0.

    `x`: [B, n, heads, P]; `decay`: [B, n, heads], none above 0; `enter`, `leave`: [B, n, S], shared
    by the heads, whose states are [S, P]. Returns [B, n, heads, P]. Any n."""
    n = x.shape[1]
    short = -n % chunk
    # Frames behind the end come into no other's result.
    x, decay = F.pad(x, (0, 0, 0, 0, 0, short)), F.pad(decay, (0, 0, 0, short))
    enter, leave = F.pad(enter, (0, 0, 0, short)), F.pad(leave, (0, 0, 0, short))
    x, enter, leave = (one.unflatten(1, (-1, chunk)) for one in (x, enter, leave))
    decay = decay.unflatten(1, (-1, chunk)).permute(0, 3, 1, 2)  # [B, heads, chunks, chunk]
    sums = decay.cumsum(dim=-1)

    # Within each chunk.
    weights = torch.einsum("bcis,bcjs->bcij", leave, enter)[:, None] * segment_sums(decay).exp()
    within = torch.einsum("bhcij,bcjhp->bcihp", weights, x)

    # What each chunk leaves behind at its end, and what it finds at its beginning.
    to_end = (sums[..., -1:] - sums).exp()
    left = torch.einsum("bcjs,bhcj,bcjhp->bchsp", enter, to_end, x)
    across = segment_sums(F.pad(sums[..., -1], (1, 0))).exp()[..., :-1, 1:]
    found = torch.einsum("bhij,bjhsp->bihsp", across, left)
    before = torch.einsum("bcis,bchsp,bhci->bcihp", leave, found, sums.exp())
    return (within + before).flatten(1, 2)[:, :n]


def first_paces(heads: int) -> Tensor:
    """[heads]: whose softplus is 1 / FORGETS_AFTER."""
    frames = torch.logspace(*(math.log10(one) for one in FORGETS_AFTER), heads)
    return torch.log(torch.expm1(1 / frames))


#: What a layer computes with: `scan`, or others' kernels that compute the same (kernels.py).
Scan = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]


def scan(values: Tensor, step: Tensor, enter: Tensor, leave: Tensor) -> Tensor:
    """`ssd` of frames that last as long as their `step`: [B, n, heads], above 0. `values`: [B, n,
    heads, P]."""
    return ssd(values * step[..., None], -step, enter, leave)


class SsmLayer(nn.Module):
    """[B, n, width] → the same: each frame sees all before it and all behind it, through states
    that forget at a pace which the signal sets. Both directions share what enters and what lets it
    out; each has its own states."""

    def __init__(self, width: int, expansion: int, heads: int, state: int, dropout: float) -> None:
        super().__init__()
        inner = expansion * width
        self.heads, self.state = heads, state
        self.scan: Scan = scan
        self.norm = nn.LayerNorm(width)
        self.into = nn.Linear(width, 2 * inner)
        self.steer = nn.Linear(width, 2 * (2 * state + self.heads))
        with torch.no_grad():
            self.steer.bias.view(2, -1)[:, 2 * state :] = first_paces(heads)
        self.through = nn.Parameter(torch.ones(inner))
        self.inner_norm = nn.LayerNorm(inner)
        self.back = nn.Linear(inner, width)
        self.scale = nn.Parameter(torch.full((width,), LAYER_SCALE))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        normed = self.norm(x)
        values, gate = self.into(normed).chunk(2, dim=-1)
        steer = self.steer(normed)
        forth, back = steer.chunk(2, dim=-1)
        # The way back is the way forth through the frames in reverse, as further windows.
        both = torch.cat([values, values.flip(1)]).unflatten(-1, (self.heads, -1))
        enter, leave, pace = torch.cat([forth, back.flip(1)]).split(
            [self.state, self.state, self.heads], dim=-1
        )
        # Sums of paces over a window do not fit bfloat16.
        step = F.softplus(pace.float())
        with torch.autocast(x.device.type, enabled=False):
            found = self.scan(
                both.float(), step, enter.float() * self.state**-0.5, leave.float()
            ).flatten(2)
        there, again = found.chunk(2)
        seen = there + again.flip(1) + self.through * values
        return x + self.scale * self.dropout(self.back(self.inner_norm(seen) * F.silu(gate)))
