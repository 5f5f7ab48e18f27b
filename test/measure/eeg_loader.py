"""How many windows a second come out of a store, with the system's cache warm and cold, and how
long a batch takes."""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

import numpy as np
from jobkit.files import sha256

from seizure.recording import SPLITS, Entry, Seizure
from seizure.sampling.sampler import Sampler
from seizure.store import recordings
from seizure.store.about import About, write_about
from seizure.store.layout import Layout
from seizure.store.settings import Settings
from seizure.store.store import Store, open_store

HOURS = 0.5


def write_store(folder: Path, rate: int, count: int) -> Path:
    """A store as a preparation leaves it: recordings of half an hour with two seizures each."""
    settings = Settings("referential", rate, 0.5, min(60, 0.45 * rate))
    layout = Layout(folder)
    layout.make()
    samples = round(HOURS * 3600 * rate)
    noise = np.random.default_rng(0).standard_normal((settings.channels, samples)).astype("<f2")
    for i in range(count):
        name = f"r{i:02}"
        layout.signal(name).write_bytes(noise.tobytes())
        seizures = (Seizure(300, 360), Seizure(900, 940.5))
        entry = Entry(
            name, f"p{i // 4}", "train", Path(f"{name}.edf"), HOURS * 3600, rate, (), seizures
        )
        ones = (1.0,) * settings.channels
        made = recordings.stored(entry, samples, (), (), ones, ones, sha256(layout.signal(name)))
        recordings.write(layout.recording(name), made)
    expected = dict.fromkeys(SPLITS, 0) | {"train": count}
    write_about(
        layout.about, About(settings, "noise", "plain", "1", "none", True, "0" * 16, expected)
    )
    return folder


def forget(folder: Path) -> None:
    """The system's cache of these files is dropped."""
    os.sync()
    for path in (folder / "signals").iterdir():
        with open(path, "rb") as f:
            os.posix_fadvise(f.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def windows_a_second(sampler: Sampler, steps: range) -> dict[str, float]:
    """By the wall and by the processor time of this process, which is one thread."""
    wall, cpu, most = time.perf_counter(), time.process_time(), 0.0
    for step in steps:
        begun = time.perf_counter()
        sampler.batch(step)
        most = max(most, time.perf_counter() - begun)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    count = len(steps) * sampler.batch_size
    return {
        "windows_per_second": count / wall,
        "windows_per_cpu_second": count / cpu,
        "batch_ms": 1000 * wall / len(steps),
        "batch_cpu_ms": 1000 * cpu / len(steps),
        "slowest_batch_ms": 1000 * most,
    }


def warm(store: Store, seconds: int, steps: int) -> dict[str, float]:
    sampler = Sampler(store, "train", seconds, 32, 0.5, 0)
    for one in store.recordings:
        np.array(store.signal(one.id)).sum()
    passes = [windows_a_second(sampler, range(i * steps, (i + 1) * steps)) for i in range(3)]
    return max(passes, key=lambda one: one["windows_per_second"])


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--folder", type=Path, required=True)
    folder = asked.parse_args().folder
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    found = {}
    large = write_store(folder / "256", 256, 24)
    with open_store(large) as store:
        found["warm"] = warm(store, 60, 60)
    if hasattr(os, "posix_fadvise"):
        with open_store(large) as store:
            sampler = Sampler(store, "train", 60, 32, 0.5, 0)
            forget(large)
            found["cold"] = windows_a_second(sampler, range(1000, 1020))
    with open_store(write_store(folder / "128", 128, 24)) as store:
        found["batch"] = warm(store, 30, 100)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
