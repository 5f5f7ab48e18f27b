"""A model by its name: a size of ours, or a person's own file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jobkit.errors import Refused
from torch import nn

from seizure.model.detector import Model, Options
from seizure.model.registry import FIELDS, resolve


def build(
    name: str, options: dict[str, Any], channels: int, rate: int, seconds: int,
    source: Path | None = None,
) -> nn.Module:  # fmt: skip
    """A new model for windows of `seconds` with `channels` electrodes or pairs at `rate` Hz, its
    weights drawn from torch's generator. `options`: in place of the size's own. `source`: the
    person's file that `name` stands for.

    A model maps [B, C, T] in robust units, T whole seconds, to logits [B, T / rate · logits_hz],
    and has the attribute `logits_hz`: 1, 2 or 4.

    Errors: Refused, naming the field, for options that are none or do not go together."""
    if source is not None:
        from seizure.model import own

        return own.load(source, options, channels, rate)
    found = Options(**resolve(name, options))
    if rate % found.front_hz:
        *some, last = [hz for hz in FIELDS["front_hz"]["one_of"] if rate % hz == 0] or ["none"]
        why = f"{rate} Hz is no multiple of it; possible: {', '.join(map(str, [*some, last]))}"
        raise Refused(f"model.options.front_hz cannot be {found.front_hz}", why)
    if found.front_seconds > seconds:
        why = f"a window has {seconds} s"
        raise Refused(f"model.options.front_seconds cannot be {found.front_seconds:g}", why)
    return Model(channels, rate, found)
