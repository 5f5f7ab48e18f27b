"""How fast recordings are prepared, and in how much memory: a day in hours, and a day in one file.
What makes the files is a process of its own, for its memory is not what is measured.

Files are made of ten minutes of noise by edfio, whose data records are written again and again."""

from __future__ import annotations

import argparse
import io
import json
import resource
import shutil
import sys
import time
from datetime import datetime
from pathlib import Path

import numpy as np
from jobkit.events.phase import Phase

from seizure.corpora.inventory import Inventory
from seizure.edf.header import read_header
from seizure.edf.montage import REFERENTIAL, montages_of, plan
from seizure.edf.write import Channel, write_edf
from seizure.program import Events
from seizure.recording import Entry, Seizure
from seizure.store.prepare import prepare
from seizure.store.settings import Settings

MINUTES = 10


def write_long(path: Path, rate: float, hours: float, seed: int) -> None:
    """An EDF file of 19 electrodes and so many hours."""
    rng = np.random.default_rng(seed)
    shape = (len(REFERENTIAL), round(MINUTES * 60 * rate))
    signals = np.cumsum(rng.standard_normal(shape, np.float32), axis=1)
    signals -= np.linspace(0, 1, shape[1], dtype=np.float32) * signals[:, -1:]
    signals *= 40 / signals.std(axis=1, keepdims=True)
    signals += 10 * rng.standard_normal(shape, np.float32)
    named = zip(REFERENTIAL, signals, strict=True)
    write_edf(path, [Channel(f"EEG {a}-REF", rate, b) for a, b in named], datetime(2020, 1, 1))
    whole = path.read_bytes()
    start = 256 * (len(REFERENTIAL) + 1)
    times = round(hours * 60 / MINUTES)
    records = f"{times * MINUTES * 60:<8}".encode()
    with open(path, "wb") as f:
        f.write(whole[:236] + records + whole[244:start])
        for _ in range(times):
            f.write(whole[start:])


def inventory(paths: list[Path]) -> Inventory:
    entries = []
    for path in paths:
        header = read_header(path)
        entries.append(
            Entry(
                path.stem, path.stem, "train", path, header.seconds,
                plan(header, "referential").rate, montages_of(header), (Seizure(60, 120),),
                bytes=header.bytes, mtime_ns=header.mtime_ns,
            )
        )  # fmt: skip
    folder = paths[0].parent
    return Inventory("noise", "plain", "1", "none", True, folder, "noise", tuple(entries))


def measured(paths: list[Path], out: Path, settings: Settings, workers: int) -> dict[str, float]:
    """Prepares these files; how long it took, and the peaks of memory."""
    found = inventory(paths)
    hours = sum(one.seconds for one in found.entries) / 3600
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    with Phase(Events(stream=io.StringIO(), human=None), "prepare") as phase:
        store = prepare(found, out, settings, ["train"], workers, phase, lambda *_: None)
    wall = time.monotonic() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    store.close()
    shutil.rmtree(out)
    return {
        "hours": hours,
        "wall_seconds": wall,
        "cpu_seconds": cpu,
        "times_real": hours * 3600 / cpu,
        "workers": workers,
        # Peaks of the largest worker and of the process that leads.
        "worker_mb": after.ru_maxrss * _unit() / 1e6,
        "leader_mb": own * _unit() / 1e6,
    }


def _unit() -> int:
    """Bytes in which the system counts memory."""
    return 1 if sys.platform == "darwin" else 1024


#: name: (recordings, hours of each, settings, Hz of the files)
CASES = {
    "24 recordings of 1 h at 256 Hz": (24, 1, Settings("referential"), 256),
    "1 recording of 24 h at 256 Hz": (1, 24, Settings("referential"), 256),
    "6 recordings of 1 h at 250 Hz, with a notch": (6, 1, Settings("referential", notch=50), 250),
    "6 recordings of 1 h at 512 Hz": (6, 1, Settings("referential"), 512),
    "6 recordings of 1 h at 1000 Hz, causal": (
        6,
        1,
        Settings("referential", filter="causal"),
        1000,
    ),
}


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("do", choices=["list", "make", "measure"])
    asked.add_argument("--case")
    asked.add_argument("--folder", type=Path)
    asked.add_argument("--workers", type=int, default=1)
    options = asked.parse_args()
    if options.do == "list":
        print(json.dumps(list(CASES)))
        return
    count, hours, settings, rate = CASES[options.case]
    paths = [options.folder / "edf" / f"r{n:02}.edf" for n in range(count)]
    if options.do == "make":
        paths[0].parent.mkdir()
        write_long(paths[0], rate, hours, 0)
        for path in paths[1:]:
            shutil.copy(paths[0], path)
        return
    print(json.dumps(measured(paths, options.folder / "out", settings, options.workers)))
    shutil.rmtree(paths[0].parent)


if __name__ == "__main__":
    main()
