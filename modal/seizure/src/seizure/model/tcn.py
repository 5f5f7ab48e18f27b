"""Residual blocks of dilated convolutions over time (Bai et al., 2018, arXiv 1803.01271), pre-norm
(Xiong et al., 2020, arXiv 2002.04745) and with layer scale (Touvron et al., 2021, arXiv
2103.17239): what is added is bounded from the first step, and nothing has to be clamped."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

#: Of what a layer adds, at the beginning.
LAYER_SCALE = 0.3


class TcnBlock(nn.Module):
    """[B, n, width] → the same: looks `kernel // 2 · dilation` frames to either side."""

    def __init__(
        self, width: int, kernel: int, dilation: int, expansion: int, dropout: float
    ) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.look = nn.Conv1d(
            width, expansion * width, kernel, dilation=dilation, padding=kernel // 2 * dilation
        )
        self.back = nn.Linear(expansion * width, width)
        self.scale = nn.Parameter(torch.full((width,), LAYER_SCALE))
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        seen = self.look(self.norm(x).transpose(1, 2)).transpose(1, 2)
        return x + self.scale * self.dropout(self.back(F.gelu(seen)))
