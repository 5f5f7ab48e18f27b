"""Seconds that an inventory of a corpus of TUSZ's size takes: 7,364 recordings of 675 patients.

    python test/python/seizure/measure_inventory.py [--recordings N] [--folder DIR]

Files are as small as they can be (2 s of 34 signals); an inventory reads headers, annotations and
the first 64 kB of signals, whatever the length of a recording. Prints one JSON object."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "corpora"))

from corpora_made import TUSZ_LABELS, csv, tusz_recording, write

from seizure.corpora.corpus import open_corpus
from seizure.corpora.inventory import take

#: Recordings and patients of each split, as TUSZ v2.0.3 has them.
SIZES = {"train": (4667, 579), "dev": (1832, 53), "eval": (865, 43)}
MORE = [f"EEG {n}-REF" for n in range(20, 33)]


def make(root: Path, count: int) -> None:
    total = sum(size for size, _ in SIZES.values())
    for split, (size, patients) in SIZES.items():
        share = round(size * count / total)
        for n in range(share):
            patient = f"{split[0]}aaa{n % patients:04d}"
            rows = [(0, 1, "bckg"), (1, 2, "seiz")]
            path = tusz_recording(
                root, split, patient, rows, n // patients, 2, labels=TUSZ_LABELS + MORE, rate=250
            )
            channels = ("FP1-F7", "F7-T3", "T3-T5", "T5-O1")
            typed = [(c, 1.0, 2.0, "fnsz") for c in channels]
            write(path.with_suffix(".csv"), csv(path.stem, 2, typed))


def seconds(work) -> tuple[float, float, object]:  # type: ignore[no-untyped-def]
    wall, cpu = time.monotonic(), time.process_time()
    found = work()
    return round(time.monotonic() - wall, 2), round(time.process_time() - cpu, 2), found


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--recordings", type=int, default=7364)
    options.add_argument("--folder", type=Path)
    asked = options.parse_args()
    with tempfile.TemporaryDirectory() as made:
        root = asked.folder or Path(made) / "tusz"
        if not root.exists():
            make(root, asked.recordings)
        opened, opened_cpu, corpus = seconds(lambda: open_corpus(root))
        first, first_cpu, found = seconds(lambda: take(corpus))
        again, again_cpu, _ = seconds(lambda: take(corpus, earlier=found))
        json_s, _, value = seconds(lambda: json.dumps(found.to_json()))
        sums, _, summary = seconds(found.summary)
    print(json.dumps({
        "recordings": len(found.entries), "errors": len(summary["errors"]),
        "open": [opened, opened_cpu], "first": [first, first_cpu], "again": [again, again_cpu],
        "summary": sums, "json": json_s, "json_bytes": len(value),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
