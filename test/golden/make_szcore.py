"""Makes szcore.json: what szcore_evaluation 0.0.7 counts in lists of events, hand-made and random.

Its packages are no dependency of this repository. In a throw-away environment:

    python3 -m venv /tmp/szcore && /tmp/szcore/bin/pip install numpy
    /tmp/szcore/bin/pip install --ignore-requires-python --no-deps szcore-evaluation==0.0.7 \
        epilepsy2bids==0.0.7 timescoring==0.0.7 pandas pytz python-dateutil six tzdata
    /tmp/szcore/bin/python test/golden/make_szcore.py

The random lists are not stored: `cases()` makes them again from a seed, and a checksum of them is.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import random
import tempfile
import warnings
from pathlib import Path
from typing import Any

#: Events as they stand in a TSV: (onset, duration), seconds with two decimals.
Events = list[tuple[float, float]]
#: Seconds of the recording, truth, prediction.
Case = tuple[float, Events, Events]

SEED = 12
RANDOM = 1000

HAND_MADE: dict[str, Case] = {
    "one seizure, found exactly": (600, [(100, 60)], [(100, 60)]),
    "nothing to find, nothing found": (600, [], []),
    "a false alarm alone": (3600, [], [(1000, 20)]),
    "a miss alone": (3600, [(1000, 20)], []),
    "found 30 s early by its last second": (900, [(400, 50)], [(360, 11)]),
    "31 s early is a miss and an alarm": (900, [(400, 50)], [(360, 10)]),
    "found in the 60th second after its end": (900, [(400, 50)], [(509, 20)]),
    "61 s late is a miss and an alarm": (900, [(400, 50)], [(510, 20)]),
    "gaps of 89 s merge, of 90 s do not": (1200, [(100, 50), (239, 10), (339, 10)], [(150, 5)]),
    "a long alarm is cut every 300 s": (3600, [(50, 30)], [(0, 1000)]),
    "a long seizure is cut every 300 s": (3600, [(100, 700)], [(790, 5), (2000, 5)]),
    "half a second vanishes, unless it crosses a second": (300, [(10.2, 0.5)], [(20.7, 0.5)]),
    "fractions of a second are cut": (300.9, [(10.99, 20.02)], [(5.5, 4.49), (40.1, 0.9)]),
    "overlapping rows are one": (1800, [(100, 50), (120, 10), (110, 90)], [(90, 20), (95, 40)]),
    "a prediction beyond the end is cut; both fill all": (400, [(0, 400)], [(0, 900.5)]),
}


def _some(draw: random.Random, seconds: float, short: bool) -> Events:
    found = []
    for _ in range(int(draw.random() * (9 if short else 5))):
        onset = round(draw.random() * (seconds - 20), 2)
        longest = 3 if short else 10 ** (0.5 + 2.3 * draw.random())
        duration = round(min(0.1 + draw.random() * longest, seconds - onset), 2)
        found.append((onset, duration))
    return found


def cases(seed: int = SEED, count: int = RANDOM) -> list[Case]:
    """Random cases; every third is rich in events shorter than three seconds. Predictions follow
    half of the seizures."""
    draw = random.Random(seed)
    made: list[Case] = []
    for i in range(count):
        seconds = round(120 + draw.random() ** 3 * 7000, 2 if i % 2 else 0)
        truth = _some(draw, seconds, i % 3 == 0)
        predicted = _some(draw, seconds, i % 3 == 0)
        for onset, duration in truth:
            if draw.random() < 0.5:
                moved = max(0.0, round(onset + (draw.random() - 0.5) * 200, 2))
                predicted.append((moved, round(0.1 + duration * draw.random() * 2, 2)))
        made.append((seconds, truth, predicted))
    return made


def checksum(made: list[Case]) -> str:
    return hashlib.sha256(json.dumps(made).encode()).hexdigest()


def tsv(seconds: float, events: Events) -> str:
    """A table as the leaderboard writes it: one row of background where there is no event."""
    rows = [(o, d, "sz") for o, d in events] or [(0, seconds, "bckg")]
    head = "onset\tduration\teventType\tconfidence\tchannels\tdateTime\trecordingDuration\n"
    return head + "".join(
        f"{o:.2f}\t{d:.2f}\t{kind}\tn/a\tn/a\tn/a\t{seconds:.2f}\n" for o, d, kind in rows
    )


def data_set(made: list[Case]) -> dict[str, tuple[str, str | None]]:
    """A small data set, file name -> truth, prediction: 12 subjects with 1 to 4 recordings, among
    them predictions that are missing, without a row, and of another duration."""
    files: dict[str, tuple[str, str | None]] = {}
    for i, (seconds, truth, predicted) in enumerate(made[:30]):
        subject = f"sub-{i % 12:02d}"
        name = f"{subject}/ses-01/eeg/{subject}_ses-01_task-szMonitoring_run-{i:02d}_events.tsv"
        wrong = {7: None, 8: tsv(1, []).split("\n")[0] + "\n", 9: tsv(seconds + 1, predicted)}
        files[name] = tsv(seconds, truth), wrong.get(i, tsv(seconds, predicted))
    return files


def _evaluate(files: dict[str, tuple[str, str | None]], per_subject: bool = True) -> Any:
    from szcore_evaluation import evaluate

    counts: list[list[int]] = []

    class Told(evaluate.Result):
        def computeScores(self) -> None:
            super().computeScores()
            counts.append([int(self.tp), int(self.fp), int(self.refTrue)])

    kept, evaluate.Result = evaluate.Result, Told
    try:
        with tempfile.TemporaryDirectory() as folder:
            for name, texts in files.items():
                for side, text in zip(("truth", "predicted"), texts, strict=True):
                    if text is not None:
                        path = Path(folder, side, name)
                        path.parent.mkdir(parents=True, exist_ok=True)
                        path.write_text(text)
            out = Path(folder, "out.json")
            with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # means over one subject of undefined figures
                found = evaluate.evaluate_dataset(
                    Path(folder, "truth"), Path(folder, "predicted"), out, per_subject
                )
    finally:
        evaluate.Result = kept
    return counts, found


def _count(case: Case) -> str:
    """tp, fp, reference of samples, then of events."""
    seconds, truth, predicted = case
    files = {"sub-1/sub-1_events.tsv": (tsv(seconds, truth), tsv(seconds, predicted))}
    (samples, events), _ = _evaluate(files)
    return " ".join(map(str, samples + events))


def _plain(found: dict[str, dict[str, Any]]) -> dict[str, dict[str, float]]:
    return {part: {k: float(v) for k, v in of.items()} for part, of in found.items()}


def main() -> None:
    made = cases()
    files = data_set(made)
    golden = {
        "made_with": "szcore-evaluation 0.0.7, timescoring 0.0.7, epilepsy2bids 0.0.7",
        "order": "tp, fp, reference of samples; tp, fp, reference of events",
        "hand_made": {name: _count(case) for name, case in HAND_MADE.items()},
        "cases": checksum(made),
        "random": [_count(case) for case in made],
        "per_subject": _plain(_evaluate(files)[1]),
        "pooled": _plain(_evaluate(files, per_subject=False)[1]),
    }
    text = json.dumps(golden, indent=2)
    Path(__file__).with_name("szcore.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
