"""Why a checkpoint has no threshold, for who wants to use it."""

from __future__ import annotations

from pathlib import Path

from seizure.checkpoints.card import STATE, Card

_CHOSEN = "a threshold is chosen at the end of a training, for its best checkpoint"


def why_none(folder: Path, card: Card) -> str:
    """A card has none for three reasons: dev had no seizure, it is one of those that a training
    goes on from, or its training has not come to its end."""
    if card.metrics.get("dev_auroc", 0.0) is None:
        return "its training had no seizure in dev to choose one on"
    if set(STATE) & card.files.keys():
        return f"{_CHOSEN} alone, and this is one that it goes on from: of step {card.step}"
    if _is_over(folder):
        return "its training had no seizure in dev to choose one on"
    return (
        f"{_CHOSEN}, and this one is not finished: wait for it, or resume it where it was stopped"
    )


def hint_of(folder: Path) -> str:
    """What to type where only its training can bring one."""
    found = _job_of(folder)
    return f"ann-tui show {found.parent.name if found else 'RUN'}"


def _is_over(folder: Path) -> bool:
    job = _job_of(folder)
    return job is not None and (job / "results.json").is_file()


def _job_of(folder: Path) -> Path | None:
    """RUN/job, of RUN/job/checkpoints/seed-0/best; None for one that lies elsewhere."""
    parents = folder.absolute().parents
    right = len(parents) > 3 and (parents[1].name, parents[2].name) == ("checkpoints", "job")
    return parents[2] if right else None
