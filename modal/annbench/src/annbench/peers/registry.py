"""Which libraries of others can be measured: what peers.json says of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from annbench.registered import Registered, fields_of

CHILD = Path(__file__).parent / "child"


@dataclass(frozen=True)
class Peer(Registered):
    """One index of one library."""

    package: str  # "hnswlib==0.8.0"
    more: tuple[str, ...]  # what else pip has to install, which the package forgets to ask for
    source: bool  # there is no wheel: it is compiled
    licence: str
    adapter: Path
    megabytes: int  # its environment on the disk

    @property
    def library(self) -> str:
        """As the package is called."""
        return self.package.partition("==")[0]

    @property
    def version(self) -> str:
        return self.package.partition("==")[2]

    @property
    def requirements(self) -> tuple[str, ...]:
        return (self.package, *self.more)


def _peer(facts: dict[str, Any]) -> Peer:
    return Peer(
        **fields_of(facts), package=facts["package"], more=tuple(facts.get("more", [])),
        source=facts.get("source", False), licence=facts["licence"],
        adapter=CHILD / "adapters" / f"{facts['adapter']}.py", megabytes=facts["megabytes"],
    )  # fmt: skip


#: Peers are registered there, for this side and the other.
_REGISTERED: dict[str, Any] = json.loads(
    files("annbench").joinpath("peers/peers.json").read_text(encoding="utf-8")
)
PEERS: dict[str, Peer] = {name: _peer(facts) for name, facts in _REGISTERED["peers"].items()}
#: This word stands for all of them.
ALL = "peers"
