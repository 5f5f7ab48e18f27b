"""Model files as people write them: sound ones, and each kind of wrong one."""

from __future__ import annotations

SOUND = """\
from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True)
class Options:
    width: int = 4
    scale: float = 1.0
    kernels: tuple[int, ...] = (5, 3)
    pooling: str | None = None


class Model(nn.Module):
    def __init__(self, channels, rate, options):
        super().__init__()
        self.logits_hz, self.rate, self.options = 2, rate, options
        self.layers = nn.Sequential(
            nn.Conv1d(channels, options.width, rate // 2, stride=rate // 2), nn.Tanh(),
            nn.Conv1d(options.width, 1, 1))

    def forward(self, signal):
        x = signal
        return self.layers(x).squeeze(1) * self.options.scale
"""

FORWARD = "        x = signal\n"
SUPER = "        super().__init__()\n"


def changed(old: str, new: str) -> str:
    """The sound file with one thing changed."""
    assert SOUND.count(old) == 1, old
    return SOUND.replace(old, new)


def in_forward(line: str) -> str:
    """The sound file with a line at the beginning of forward, which has `x` and `self`."""
    return changed(FORWARD, f"{FORWARD}        {line}\n")


def line_of(text: str, word: str) -> int:
    """Of the first line that holds `word`."""
    return next(n for n, line in enumerate(text.splitlines(), 1) if word in line)


RETURN = "return self.layers(x).squeeze(1) * self.options.scale"

HUGE = "torch.empty(1, 1 << 33, device='meta')"

#: word → (file, what stands on the line that is blamed, or None for none)
WRONG: dict[str, list[tuple[str, str | None]]] = {
    "syntax-error": [(in_forward("x = = 1"), "= = 1"), ("def f(:\n", "def f(:")],
    "missing-module": [
        ("import no_such_module_here\n" + SOUND, "no_such_module"),
        ("from . import other\n" + SOUND, "from . import"),
    ],
    "no-class": [
        ("import torch\n", None),
        (changed("(nn.Module)", ""), None),
        (changed("class Options", "class Opinions"), None),
        (changed("(frozen=True)", ""), None),
    ],
    "crashed": [
        (SOUND + "\n1 / 0\n", "1 / 0"),
        (changed(SUPER, ""), "self.layers ="),
        (in_forward("x = x.reshape(7, -1)"), "reshape(7"),
        (in_forward("raise SystemExit(3)"), "SystemExit"),
        ("raise KeyboardInterrupt\n" + SOUND, "raise KeyboardInterrupt"),
        ("import sys; sys.exit('x' * 9999)\n" + SOUND, "sys.exit"),
    ],
    "wrong-shape": [
        (changed(".squeeze(1) *", " *"), "def forward"),
        (changed(RETURN, "return self.layers(x).squeeze(1)[:, :-1]"), "def forward"),
        (changed(RETURN, "return (self.layers(x).squeeze(1), 1)"), "def forward"),
        (changed(RETURN, "return (self.layers(x).squeeze(1) > 0).long()"), "def forward"),
        (changed("= 2, rate, options", "= 3, rate, options"), None),
    ],
    "not-finite": [
        (in_forward("x = x / x.std(dim=-1, keepdim=True)"), "x.std("),
        (in_forward("x = x.abs().sub(1e3).log()"), ".log()"),
        (in_forward("big = 1 / (x * 0)\n        x = x + big - big"), "big = 1"),
        (changed(RETURN, "return torch.exp(1e3 + self.layers(x).squeeze(1))"), "torch.exp("),
        (changed(RETURN, "return torch.sqrt(self.layers(x).squeeze(1) * 0)"), "def forward"),
    ],
    "no-gradient": [
        (changed(RETURN, "return self.layers(x).detach().squeeze(1)"), None),
        (changed(RETURN, "return torch.zeros(len(x), x.shape[-1] // self.rate * 2)"), None),
    ],
    "not-deterministic": [
        (in_forward("x = x + torch.randn_like(x)"), None),
        (changed(SUPER, f"{SUPER}        self.n = 0\n").replace(
            FORWARD, f"{FORWARD}        self.n += 1; x = x + self.n\n"), None),
    ],
    "changes-input": [
        (in_forward("x.zero_()"), "x.zero_()"),
        (in_forward("x *= 2"), "x *= 2"),
        (in_forward("x[:, 0] = 0"), "x[:, 0] = 0"),
        (in_forward("x.numpy()[:] = 0"), "def forward"),
        (in_forward("x.log_()"), "x.log_()"),
    ],
    "bad-options": [(changed("    width: int = 4\n", "    width: int\n"), None)],
    "not-savable": [
        (SOUND + "\n    def get_extra_state(self):\n        return {}\n", "def forward"),
    ],
    "too-large": [
        (in_forward("torch.empty(1 << 50)"), "1 << 50"),
        (changed(SUPER, f"{SUPER}        self.big = nn.Parameter({HUGE})\n"), "def forward"),
    ],
}  # fmt: skip
