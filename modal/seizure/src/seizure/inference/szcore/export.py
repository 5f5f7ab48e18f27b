"""The folder of a container, with all that it needs but what pip brings."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import jobkit
import torch
from jobkit.errors import Refused

import seizure
from seizure.checkpoints import no_threshold
from seizure.checkpoints.folder import CARD, Checkpoint, read_checkpoint
from seizure.inference.load import load
from seizure.inference.szcore import texts


def export(folder: Path, source: Path | None, title: str, out: Path) -> Path:
    """Writes `out`, which may not be there yet, and gives the name of its description. `source`:
    as `load` asks for it. Refused where the checkpoint cannot be used."""
    what = f"{folder} cannot be exported"
    if out.exists():
        raise Refused(
            what, f"{out} is there already, and is not written over", "choose another --out"
        )
    checkpoint = read_checkpoint(folder)
    if checkpoint.card.threshold is None:
        why = f"it has no threshold: {no_threshold.why_none(folder, checkpoint.card)}"
        raise Refused(what, why, no_threshold.hint_of(folder))
    load(checkpoint, source, torch.device("cpu"))
    name = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "algorithm"
    beside = out.with_name(f".{out.name}.part")
    shutil.rmtree(beside, ignore_errors=True)
    try:
        _fill(beside, checkpoint, title, name)
        beside.rename(out)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return out / f"{name}.yaml"


def _fill(folder: Path, checkpoint: Checkpoint, title: str, name: str) -> None:
    card, yaml = checkpoint.card, f"{name}.yaml"
    (folder / "checkpoint").mkdir(parents=True)
    for one in (CARD, *card.files):
        shutil.copyfile(checkpoint.folder / one, folder / "checkpoint" / one)
    for package in (jobkit, seizure):
        source = Path(package.__file__).parent
        left_out = shutil.ignore_patterns("__pycache__", "*.pyc")
        shutil.copytree(source, folder / "packages" / source.name, ignore=left_out)
    for file, text in {
        "Dockerfile": texts.dockerfile(),
        "requirements.txt": texts.requirements(),
        "README.md": texts.readme(title, yaml, texts.image_of(name)),
        yaml: texts.algorithm(title, name, card),
    }.items():
        (folder / file).write_text(text, encoding="utf-8")
    # A container's own user reads them, whoever built it.
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
