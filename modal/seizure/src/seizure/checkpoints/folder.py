"""A checkpoint's folder, taken strictly: bytes that a card does not vouch for are not used."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from jobkit.errors import JobError, Refused
from jobkit.files import require_file, sha256

from seizure.checkpoints.card import OWN_MODEL, WEIGHTS, Card, card_of

CARD = "card.json"
#: Bytes of a card, at most; one of ten thousand patients has 150 kB.
MOST_CARD = 1 << 23


@dataclass(frozen=True)
class Checkpoint:
    """A folder whose files are those that its card tells of."""

    folder: Path
    card: Card

    @property
    def weights(self) -> Path:
        return self.folder / WEIGHTS

    @property
    def own_model(self) -> Path | None:
        """A person's own model file in it; it is not run for lying there."""
        return self.folder / OWN_MODEL if OWN_MODEL in self.card.files else None

    @property
    def checksum(self) -> str:
        """SHA-256 of the weights."""
        return self.card.files[WEIGHTS]


def read_card(folder: Path) -> Card:
    """Refused where there is none, or it is wrong; the files it tells of are not looked at."""
    path = folder / CARD
    try:
        require_file(path)
        with open(path, "rb") as f:
            content = f.read(MOST_CARD + 1)
        if len(content) > MOST_CARD:
            raise _refused(folder, f"{path} is larger than any card")
        return card_of(json.loads(content))
    except OSError as e:
        raise _refused(folder, f"{path} cannot be read: {e.strerror}") from e
    except (ValueError, RecursionError) as e:
        raise _refused(folder, f"{path} is not JSON: {e}") from e
    except JobError as e:
        raise _refused(folder, f"{path}: {e.key} {e.message}") from e


def read_checkpoint(folder: Path) -> Checkpoint:
    """Refused where the card is wrong, or a file is not the one that it vouches for."""
    card = read_card(folder)
    for name, wanted in card.files.items():
        path = folder / name
        try:
            found = sha256(path)
        except OSError as e:
            raise _refused(folder, f"{path} cannot be read: {e.strerror}") from e
        if found != wanted:
            raise _refused(folder, f"{path} is not the file its card was written for: damaged")
    return Checkpoint(folder, card)


def _refused(folder: Path, why: str) -> Refused:
    return Refused(f"{folder} is no checkpoint that can be used", why)
