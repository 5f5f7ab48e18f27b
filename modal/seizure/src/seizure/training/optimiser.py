"""AdamW, and its state as named tensors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from seizure.training.config import Training


def adamw(model: nn.Module, training: Training) -> torch.optim.AdamW:
    """Weights with two dimensions or more decay; biases, norms and gains do not."""
    weights = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in weights if p.ndim >= 2], "weight_decay": training.weight_decay},
        {"params": [p for p in weights if p.ndim < 2], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(
        [group for group in groups if group["params"]], lr=training.learning_rate
    )


def set_learning_rate(optimiser: torch.optim.Optimizer, rate: float) -> None:
    for group in optimiser.param_groups:
        group["lr"] = rate


def tensors_of(optimiser: torch.optim.Optimizer, model: nn.Module) -> dict[str, Tensor]:
    """ "exp_avg/front.weight" → its tensor, of every weight that was ever updated."""
    return {
        f"{kind}/{name}": value
        for name, parameter in model.named_parameters()
        for kind, value in optimiser.state.get(parameter, {}).items()
    }


def load_tensors(
    optimiser: torch.optim.Optimizer, model: nn.Module, tensors: Mapping[str, Tensor]
) -> None:
    """What `tensors_of` gave, into the optimiser of the same model, on its device."""
    state: dict[str, dict[str, Any]] = {}
    for key, value in tensors.items():
        kind, name = key.split("/", 1)
        state.setdefault(name, {})[kind] = value
    for name, parameter in model.named_parameters():
        for kind, value in state.get(name, {}).items():
            # AdamW counts its steps in a tensor that stays on the CPU.
            there = value if kind == "step" else value.to(parameter.device)
            optimiser.state[parameter][kind] = there
