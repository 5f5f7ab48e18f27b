"""Whether a checkpoint is one of this very training. Does without torch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from seizure.checkpoints.card import Card

#: Sections of the config that say what is learnt.
_LEARNT = ("windows", "augment", "training")
#: Fields of them that do not: where it computes, and what is kept. `differences` tells of the rest.
_BESIDE = {"processes", "threads", "device", "precision", "compile", "kernels", "keep_last"}
#: Of a card, beside that.
_NAMES = ("seed", "montage", "channels", "seconds", "logits_hz")


def foreign(card: Card, ours: Card) -> str | None:
    """How a checkpoint differs from those of a training: "seed is 1, not 0"; None for one of its
    own. Fields that only one of them has are of another version of this program."""
    pairs = [(name, getattr(card, name), getattr(ours, name)) for name in _NAMES]
    pairs += [("model", card.model.name, ours.model.name)]
    pairs += [("model.sha256", card.model.sha256, ours.model.sha256)]
    pairs += _both("model.options", card.model.options, ours.model.options)
    pairs += _both("settings", vars(card.settings), vars(ours.settings))
    for section in _LEARNT:
        pairs += _both(section, card.config[section], ours.config[section])
    differ = (one for one in pairs if _plain(one[1]) != _plain(one[2]))
    return next((f"{name} is {was}, not {now}" for name, was, now in differ), None)


def _plain(value: Any) -> Any:
    """As it is read again: JSON has no tuples."""
    return json.loads(json.dumps(value))


def _both(
    section: str, was: Mapping[str, Any], now: Mapping[str, Any]
) -> list[tuple[str, Any, Any]]:  # fmt: skip
    names = [name for name in was if name in now and name not in _BESIDE]
    return [(f"{section}.{name}", was[name], now[name]) for name in names]
