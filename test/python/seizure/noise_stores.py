"""Recordings, inventories and stores for the tests of stores and of what is drawn from them."""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from jobkit import signals
from jobkit.command import guarded
from jobkit.events.phase import Phase

from seizure.corpora.inventory import Inventory
from seizure.edf.header import read_header
from seizure.edf.montage import REFERENTIAL, montages_of, plan
from seizure.edf.write import Channel, write_edf
from seizure.program import PROGRAM, Events
from seizure.recording import Entry, Seizure
from seizure.store.prepare import prepare
from seizure.store.settings import Settings
from seizure.store.store import Store

SETTINGS = Settings("referential", rate=64, low=0.5, high=25)


@dataclass(frozen=True)
class Made:
    """What a recording of noise is to be. `seconds` whole."""

    id: str
    patient: str
    split: str = "train"
    seconds: int = 20
    rate: float = 128
    seizures: tuple[Seizure, ...] = ()


def noise(seed: int, seconds: int, rate: float, channels: int = 19) -> np.ndarray:
    """µV [channels, samples] with an offset, a drift and the mains on it."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * rate)) / rate
    odd = 40 + 3 * t + 20 * np.sin(2 * np.pi * 50 * t)
    return rng.standard_normal((channels, len(t))) * 30 + odd


def write_recording(folder: Path, one: Made) -> Entry:
    """Its EDF file, and what an inventory has of it."""
    path = folder / f"{one.id}.edf"
    seed = int(hashlib.sha256(one.id.encode()).hexdigest()[:8], 16)
    signals = noise(seed, one.seconds, one.rate)
    named = zip(REFERENTIAL, signals, strict=True)
    write_edf(path, [Channel(f"EEG {a}", one.rate, b) for a, b in named], datetime(2020, 1, 1))
    return entry_of(path, one)


def entry_of(path: Path, one: Made) -> Entry:
    header = read_header(path)
    return Entry(
        id=one.id, patient=one.patient, split=one.split, edf=path, seconds=header.seconds,
        rate=plan(header, "referential").rate, montages=montages_of(header), seizures=one.seizures,
        bytes=header.bytes, mtime_ns=header.mtime_ns,
    )  # fmt: skip


def inventory_of(folder: Path, entries: Sequence[Entry]) -> Inventory:
    return Inventory(
        name="noise", layout="plain", version="1", licence="none", synthetic=True,
        folder=folder, family="noise", entries=tuple(entries),
    )  # fmt: skip


def make_inventory(folder: Path, made: Sequence[Made]) -> Inventory:
    folder.mkdir(parents=True, exist_ok=True)
    return inventory_of(folder, [write_recording(folder, one) for one in made])


def prepared(
    inventory: Inventory, out: Path, settings: Settings = SETTINGS,
    splits: Sequence[str] = ("train", "dev", "test"), workers: int = 1,
    on_prepared: Callable[..., None] = lambda *_: None, stream: io.StringIO | None = None,
    verified: bool = False,
) -> Store:  # fmt: skip
    events = Events(stream=stream or io.StringIO(), human=None)
    with Phase(events, "prepare") as phase:
        return prepare(inventory, out, settings, splits, workers, phase, on_prepared, verified)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below, but the locks."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }


def main(inventory: Path, out: Path, workers: int) -> int:
    """What a job does, as a process that can be stopped and killed."""
    found = Inventory.from_json(json.loads(inventory.read_text()))
    events = Events()

    def work() -> None:
        with Phase(events, "prepare") as phase:
            prepare(found, out, SETTINGS, ["train"], workers, phase, lambda *_: None).close()

    signals.install()
    return guarded(PROGRAM, events, work)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
