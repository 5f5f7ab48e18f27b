"""The detector: each electrode by itself, then all of them together, then over time."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from seizure.model.front import Front
from seizure.model.pooling import STATISTICS, live, pool
from seizure.model.ssd import SsmLayer
from seizure.model.tcn import TcnBlock

#: Log-odds of a seizure that it begins at: about as often as training windows have seconds of one.
FIRST_LOGIT = -1.0


@dataclass(frozen=True)
class Options:
    """What each is: models.json."""

    front_seconds: float
    front_hz: int
    filters: int
    electrode_features: int
    width: int
    tcn_blocks: int
    tcn_kernel: int
    tcn_expansion: int
    ssm_layers: int
    ssm_expansion: int
    ssm_heads: int
    ssm_state: int
    dropout: float
    logits_hz: int


class Model(nn.Module):
    """[B, C, T] in robust units, T whole seconds → logits [B, T / rate · logits_hz].

    Nothing in it knows how many electrodes there are, nor their order: `channels` is here because
    other models need it."""

    def __init__(self, channels: int, rate: int, options: Options) -> None:
        super().__init__()
        o, self.logits_hz = options, options.logits_hz
        self.front = Front(rate, o.front_seconds, o.front_hz, o.filters, o.electrode_features)
        self.merged = o.front_hz // o.logits_hz
        self.mix = nn.Linear(self.merged * STATISTICS * o.electrode_features, o.width)
        tcn = [
            TcnBlock(o.width, o.tcn_kernel, 2**i, o.tcn_expansion, o.dropout)
            for i in range(o.tcn_blocks)
        ]
        ssm = [
            SsmLayer(o.width, o.ssm_expansion, o.ssm_heads, o.ssm_state, o.dropout)
            for _ in range(o.ssm_layers)
        ]
        self.layers = nn.Sequential(*tcn, *ssm)
        self.norm = nn.LayerNorm(o.width)
        self.head = nn.Linear(o.width, 1)
        nn.init.constant_(self.head.bias, FIRST_LOGIT)

    def forward(self, signal: Tensor) -> Tensor:
        alive = live(signal, self.front.hop)
        pooled = pool(self.front(signal, alive), alive)
        frames = pooled.unflatten(1, (-1, self.merged)).flatten(2)
        return self.head(self.norm(self.layers(self.mix(frames)))).squeeze(-1)
