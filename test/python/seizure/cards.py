"""Checkpoint cards for tests."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from seizure.checkpoints.card import VERSION, WHAT, sum_of
from seizure.store.settings import Settings


def card_json(**changed: Any) -> dict[str, Any]:
    """A sound card's JSON; `changed` takes the place of its fields."""
    settings = changed.pop("settings", None) or asdict(Settings("referential", 128, 0.5, 50.0))
    card = {
        "v": VERSION, "what": WHAT, "seed": 0, "step": 300,
        "model": {"name": "tiny", "options": {"width": 8}, "parameters": 1234, "sha256": None},
        "channels": 19 if settings["montage"] == "referential" else 18,
        "montage": settings["montage"], "settings": settings, "seconds": 10, "logits_hz": 4,
        "data": [
            {
                "name": "made-up", "version": "1", "split_hash": "0" * 16, "synthetic": True,
                "people": {"train": ["a" * 12], "dev": ["b" * 12]},
            }
        ],
        "threshold": 0.5, "threshold_from": "dev of made-up",
        "config": {
            "model": {"name": "tiny", "options": {}}, "windows": {}, "augment": {}, "training": {},
            "evaluation": {
                "overlap": 0.5, "hysteresis": 0, "merge_seconds": 0, "min_seconds": 0,
                "max_seconds": None, "draws": 1000,
            },
        },
        "metrics": {"dev_auroc": 0.9}, "torch": "2.13.0", "numpy": "2.4.6", "python": "3.11.7",
        "threads": 1, "device": "cpu", "precision": "float32", "machine": "a processor",
        "made": "2026-11-29T20:00:00Z", "files": {"model.safetensors": "0" * 64},
        **changed,
    }  # fmt: skip
    return {**card, "sum": sum_of(card)}
