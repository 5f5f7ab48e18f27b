"""A checkpoint's model with its weights."""

from __future__ import annotations

from pathlib import Path

import torch
from jobkit.errors import Refused
from jobkit.files import sha256
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from seizure.checkpoints.folder import Checkpoint
from seizure.model.build import build


def load(checkpoint: Checkpoint, source: Path | None, device: torch.device) -> nn.Module:
    """`source`: the Python file that may be run where the model is a person's own; no code is taken
    from the checkpoint's folder. Refused where that file is not named or is another one, or weights
    are not those of the model."""
    card = checkpoint.card
    if card.model.sha256 is not None:
        _check_source(checkpoint, source, card.model.sha256)
    else:
        source = None
    model = build(
        card.model.name, card.model.options, card.channels, card.settings.rate, card.seconds, source
    )
    what = f"{checkpoint.folder} is no checkpoint that can be used"
    try:
        model.load_state_dict(load_file(checkpoint.weights))
    except (SafetensorError, RuntimeError) as e:
        why = f"{checkpoint.weights} does not fit the model: {str(e).splitlines()[-1].strip()}"
        raise Refused(what, why) from e
    if model.logits_hz != card.logits_hz:
        why = f"its card says {card.logits_hz} logits a second, the model gives {model.logits_hz}"
        raise Refused(what, why)
    return model.to(device).eval()


def _check_source(checkpoint: Checkpoint, source: Path | None, wanted: str) -> None:
    what = f"{checkpoint.folder} has a model of somebody's own, a Python file that would be run"
    name = f"{checkpoint.card.model.name}.py"
    hint = f"add --model FILE, with {name} as it was in training, if you trust what it does"
    if source is None:
        raise Refused(what, "no code is run because it lies beside weights", hint)
    try:
        found = sha256(source)
    except OSError as e:
        raise Refused(what, f"{source} cannot be read: {e.strerror}", hint) from e
    if found != wanted:
        raise Refused(what, f"{source} is not the file that it was trained with", hint)
