"""NAME: a seizure detector of your own, in this one file.

As it stands it is small and works. Train it, and see how it compares with ours
(in a clone type `npm start --` in place of `ann-tui`):

    ann-tui train --config laptop --model ./NAME.py
    ann-tui train --config laptop
    ann-tui compare RUN RUN

What to change first: the lines that are marked 1, 2 and 3. Then anything. What has to stay:

    class Options   a frozen dataclass: fields with defaults, which a config file or
                    --set model.options.width=48 can change
    class Model     Model(channels, rate, options), with self.logits_hz = 1, 2 or 4
    forward         a signal [windows, channels, seconds * rate], decimals
                    -> logits [windows, seconds * logits_hz]: above 0 means seizure

The signal is filtered, and scaled so that 1 is the spread of a normal channel; it is cut off at 10.
Channels are 19 electrodes or 18 pairs; one that is all zeros is missing and has to do no harm.
Windows are judged apart: nothing may pass from one to another. Everything is kept by its
state_dict; the file is taken alone, so it imports torch and what is installed with it, no file
beside it. Every run keeps a copy of this file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F


@dataclass(frozen=True)
class Options:
    """Fields of its config."""

    filters: int = 16  # waves that each channel is looked through for
    width: int = 32  # 1: numbers that describe a moment. 64 can learn more, and takes longer
    depth: int = 5  # 2: blocks, each seeing twice as far: 5 see 8 s to either side, 6 see 16 s
    dropout: float = 0.1


class Front(nn.Module):
    """[B, C, T] -> [B, C, t, W]: how strong each wave is in each channel, and against its mean over
    the window: a seizure is a change. The same waves for all channels: so any number will do."""

    def __init__(self, rate: int, hz: int, filters: int, width: int) -> None:
        super().__init__()
        self.hop, self.per_second = rate // hz, rate
        # They begin as sines and cosines of 1 to 30 Hz, one second long, and are learned.
        turns = 2 * math.pi * torch.logspace(0, 1.5, filters)[:, None] * torch.arange(rate) / rate
        waves = torch.hann_window(rate) * torch.cat([turns.sin(), turns.cos()])
        self.waves = nn.Parameter(waves / waves.norm(dim=1, keepdim=True))
        self.mix = nn.Sequential(nn.Linear(2 * filters, width), nn.LayerNorm(width), nn.GELU())

    def forward(self, signal: Tensor, moments: int) -> Tensor:
        x = signal.flatten(0, 1).unsqueeze(1)  # [B * C, 1, T]
        x = F.conv1d(x, self.waves[:, None], stride=self.hop, padding=self.per_second // 2)
        sine, cosine = x.chunk(2, dim=1)
        power = torch.log(sine**2 + cosine**2 + 0.05)  # [B * C, filters, about t]
        power = F.adaptive_avg_pool1d(power, moments)
        x = torch.cat([power, power - power.mean(dim=2, keepdim=True)], dim=1)
        return self.mix(x.unflatten(0, signal.shape[:2]).transpose(2, 3))


class Block(nn.Module):
    """Looks `dilation` moments to either side and adds what it finds. [B, W, t] -> [B, W, t]"""

    def __init__(self, width: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.GroupNorm(1, width),
            nn.Conv1d(width, 2 * width, 3, padding=dilation, dilation=dilation),
            nn.GELU(),
            nn.Dropout(dropout),
            nn.Conv1d(2 * width, width, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        return x + self.layers(x)


class Model(nn.Module):
    def __init__(self, channels: int, rate: int, options: Options) -> None:
        super().__init__()
        self.logits_hz = 4
        self.rate = rate
        self.front = Front(rate, self.logits_hz, options.filters, options.width)
        self.head = nn.Sequential(
            nn.Conv1d(2 * options.width, options.width, 1),
            *[Block(options.width, 2**i, options.dropout) for i in range(options.depth)],
            nn.Conv1d(options.width, 1, 1),
        )

    def forward(self, signal: Tensor) -> Tensor:
        """[B, C, seconds * rate] -> [B, seconds * 4]"""
        x = self.front(signal, signal.shape[2] // self.rate * self.logits_hz)  # [B, C, t, W]
        # 3: from channels to the head: what is everywhere, and what is strongest in one place.
        #    x.topk(3, dim=1).values.mean(dim=1) in place of amax needs it in three places.
        x = torch.cat([x.mean(dim=1), x.amax(dim=1)], dim=2)  # [B, t, 2 * W]
        return self.head(x.transpose(1, 2)).squeeze(1)
