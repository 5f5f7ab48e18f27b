"""From the signal of one electrode to features of it, with the same filters for every electrode."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

#: Hz. Filters begin as wave packets from here to there, evenly on a scale of ratios.
LOWEST, HIGHEST = 1.0, 30.0
#: Of a wave packet: how many cycles it has within two standard deviations to either side.
CYCLES = 8 / math.pi
#: Squared robust units, added to a power before its logarithm: far less than a background has in
#: slow bands, and what it has in fast ones.
FLOOR = 0.05


def wave_packets(filters: int, samples: int, rate: int) -> Tensor:
    """[2 · filters, samples]: cosines under a Gaussian, then the sines of the same frequencies
    (Gabor, 1946), each of length 1: the squares of a pair add up to the power in its band. The
    Gaussian has `CYCLES` cycles as far as the filter has room for them."""
    hertz = torch.logspace(math.log10(LOWEST), math.log10(HIGHEST), filters)[:, None]
    time = (torch.arange(samples)[None] - (samples - 1) / 2) / rate
    deviation = torch.clamp(CYCLES / (4 * hertz), 0.04, samples / rate / 4)
    window = torch.exp(-(time**2) / (2 * deviation**2))
    pairs = torch.stack(
        [torch.cos(2 * math.pi * hertz * time), torch.sin(2 * math.pi * hertz * time)]
    )
    packets = (window * pairs).flatten(0, 1)
    return packets / packets.norm(dim=1, keepdim=True)


class Front(nn.Module):
    """[B, C, T] in robust units → [B, C, T / rate · hz, features].

    Pairs of learnt filters of `seconds`, `hz` times a second: the logarithm of the power of each,
    and by how much it differs from its mean over the window. A seizure is a change against what
    went before more than it is a level, and patients' levels differ."""

    def __init__(self, rate: int, seconds: float, hz: int, filters: int, features: int) -> None:
        super().__init__()
        self.samples, self.hop = round(seconds * rate), rate // hz
        self.filters = nn.Parameter(wave_packets(filters, self.samples, rate))
        self.mix = nn.Linear(2 * filters, features)
        self.norm = nn.LayerNorm(features)

    def forward(self, signal: Tensor, alive: Tensor) -> Tensor:
        """`alive`: [B, C, T / rate · hz, 1], 1.0 for each frame that is there and 0.0 for others,
        which have no part in the mean."""
        around = self.samples - self.hop
        padded = F.pad(signal, (around // 2, around - around // 2))
        seen = F.linear(padded.unfold(-1, self.samples, self.hop), self.filters).float()
        cosine, sine = seen.chunk(2, dim=-1)
        power = 0.5 * torch.log(cosine**2 + sine**2 + FLOOR)
        share = alive / alive.sum(dim=2, keepdim=True).clamp(min=1)
        change = power - (power * share).sum(dim=2, keepdim=True)
        return self.norm(F.gelu(self.mix(torch.cat([power, change], dim=-1))))
