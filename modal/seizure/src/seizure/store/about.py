"""store.json: what a store was prepared with, and what there is to prepare."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from jobkit.errors import Problem
from jobkit.files import read_json, write_json

from seizure.recording import SPLITS
from seizure.store.settings import FORMAT, Settings


@dataclass(frozen=True)
class About:
    """`dataset`, `version`, `licence`, `synthetic`, `split_hash`: the inventory's. `expected`: its
    recordings by split, whether they are prepared or not: a split is whole when the store has as
    many."""

    settings: Settings
    dataset: str
    layout: str
    version: str
    licence: str
    synthetic: bool
    split_hash: str
    expected: dict[str, int]


def count_splits(splits: Iterable[str]) -> dict[str, int]:
    found = list(splits)
    return {split: found.count(split) for split in SPLITS if split in found}


def write_about(path: Path, about: About) -> None:
    """One that says the same stays: others may be reading it, or writing the same beside us."""
    wanted = {"v": 1, "format": FORMAT, **asdict(about)}
    if read_json(path) != wanted:
        write_json(path, wanted)


def read_about(path: Path) -> About:
    """Problem where there is no store, or one of another format."""
    what = "The prepared data cannot be used"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found.pop("v") != 1 or found.pop("format") != FORMAT:
            raise Problem(what, f"{path} is of another version of this program", "prepare it again")
        return About(**{**found, "settings": Settings(**found["settings"])})
    except FileNotFoundError as e:
        raise Problem(what, f"nothing is prepared in {path.parent}", "ann-tui prepare") from e
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as e:
        raise Problem(
            what, f"{path} is damaged ({e})", "remove its folder and prepare again"
        ) from e
