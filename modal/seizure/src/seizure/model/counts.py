"""How many parameters each size has. The tables in docs are what this prints."""

from __future__ import annotations

import torch
from torch import nn

from seizure.model.build import build
from seizure.model.registry import SIZES

#: Hz. The front's filters are as long as a second has samples: its parameters depend on the rate.
RATE = 256


def parameters(model: nn.Module) -> int:
    return sum(one.numel() for one in model.parameters())


def counts(rate: int = RATE) -> dict[str, dict[str, int]]:
    """Of each size: parameters of the front, of layers over time, of all. No weights are made."""
    found = {}
    for name in SIZES:
        with torch.device("meta"):
            model = build(name, {}, channels=19, rate=rate, seconds=60)
        parts = {"front": model.front, "layers": model.layers, "all": model}
        found[name] = {part: parameters(one) for part, one in parts.items()}
    return found


def table(rate: int = RATE) -> list[str]:
    """Lines of a table in Markdown."""
    rows = [
        f"| {name} | {one['front']:,} | {one['layers']:,} | {one['all']:,} |"
        for name, one in counts(rate).items()
    ]
    head = f"| parameters at {rate} Hz | front | over time | in all |"
    return [head, "| --- | --- | --- | --- |", *rows]
