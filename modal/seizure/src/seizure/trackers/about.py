"""What a tracker is told beside the curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jobkit.errors import Refused

from seizure.trackers.read import Track


@dataclass(frozen=True)
class About:
    """`run`: its name. `config`: what was asked for. `synthetic`: its data are made up, which then
    stands beside every curve."""

    run: str
    config: dict[str, Any]
    synthetic: bool

    def title(self, track: Track) -> str:
        return f"{self.run} seed {track.seed}{' (synthetic)' if self.synthetic else ''}"

    def word(self, track: Track) -> str:
        """The same as a folder's name."""
        return f"{self.run}-seed-{track.seed}{'-synthetic' if self.synthetic else ''}"


def absent(package: str, cause: ImportError) -> Refused:
    """What to do where an optional package is not there."""
    hint = f"ann-tui setup --training --with {package}"
    return Refused(f"{package} is not in this environment", str(cause), hint)
