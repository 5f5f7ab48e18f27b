"""What a training's last bits depend on beside its config, and whether it is the same as before."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from jobkit import machine

from seizure.checkpoints.card import Card
from seizure.training.place import Place

#: Of a card: with other ones a training that goes on is not the one it would have been.
_NAMES = ("torch", "numpy", "threads", "device", "precision", "machine")


def made_with(place: Place) -> dict[str, Any]:
    """As a card has it."""
    return {
        "torch": torch.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "threads": place.threads,
        "device": place.name,
        "precision": place.precision,
        "machine": machine.cpu_model(),
    }


def differences(before: Card, now: Mapping[str, Any]) -> list[str]:
    """Why going on is not exact: "torch 2.13.0, now 2.14.0"; empty where it is."""
    was = {name: getattr(before, name) for name in _NAMES}
    return [f"{name} {was[name]}, now {now[name]}" for name in _NAMES if was[name] != now[name]]
