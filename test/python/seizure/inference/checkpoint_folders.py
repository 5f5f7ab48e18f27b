"""Checkpoints of a model so small that its scores can be made by hand."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "evaluation"))
from needs_torch import torch

from cards import card_json
from evaluation_support import job_of
from safetensors.torch import save_file
from seizure.store.settings import Settings

SETTINGS = Settings("referential", rate=64, low=0.5, high=30)

#: How the model's scores become events, in place of the usual ones.
EVENTS = {"hysteresis": 0.05, "merge_seconds": 5, "min_seconds": 3, "max_seconds": None}


class Loud(torch.nn.Module):
    """Logits from the mean size of the samples of each half second, over all channels: what scores
    have to be can be told without torch."""

    logits_hz = 2

    def __init__(self, channels: int, rate: int) -> None:
        super().__init__()
        self.rate = rate
        self.gain = torch.nn.Parameter(torch.tensor(2.0))
        self.offset = torch.nn.Parameter(torch.tensor(-2.0))

    def forward(self, signal: torch.Tensor) -> torch.Tensor:
        halves = signal.abs().mean(dim=1).unflatten(-1, (-1, self.rate // self.logits_hz))
        return self.gain * halves.mean(dim=-1) + self.offset


def build(
    name: str, options: dict[str, Any], channels: int, rate: int, seconds: int, source: Path | None
) -> torch.nn.Module:
    """In the place of seizure.model.build: one model whatever its name, or a person's own file."""
    if source is not None:
        spec = importlib.util.spec_from_file_location("own_model", source)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.Model(channels, rate)
    return Loud(channels, rate)


def write_checkpoint(
    folder: Path, source: Path | None = None, gain: float = 2.0, settings: Settings = SETTINGS,
    evaluation: dict[str, Any] | None = None, network: torch.nn.Module | None = None,
    **changed: Any,
) -> Path:  # fmt: skip
    """A folder as a training leaves it. `source`: a person's own file that is copied beside."""
    folder.mkdir(parents=True)
    if network is None:
        network = Loud(settings.channels, settings.rate)
        network.gain.data.fill_(gain)
    save_file(network.state_dict(), folder / "model.safetensors")
    files = {"model.safetensors": _sum(folder / "model.safetensors")}
    described = {"name": "tiny", "options": {}, "parameters": 2, "sha256": None}
    if source is not None:
        shutil.copyfile(source, folder / "model.py")
        files["model.py"] = _sum(source)
        described |= {"name": source.stem, "sha256": files["model.py"]}
    config = card_json()["config"]
    config["evaluation"] |= evaluation or {}
    fields = {"model": described, "files": files, "logits_hz": 2, "config": config, **changed}
    card = card_json(settings=asdict(settings), **fields)
    (folder / "card.json").write_text(json.dumps(card))
    return folder


def checkpoint_job(data: Path, *folders: Path, **more: Any) -> dict[str, Any]:
    chosen = [
        {"name": f"model-{i}", "title": f"loud, seed {i}", "folder": str(folder)}
        for i, folder in enumerate(folders)
    ]
    return job_of(data, checkpoint="train-a", checkpoints=chosen, **more)


def _sum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
