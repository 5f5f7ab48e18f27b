"""Small trees in the layouts of the corpora, written for tests: headers as those corpora have them,
noise as signals."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np

_ELECTRODES = "FP1 FP2 F3 F4 C3 C4 P3 P4 O1 O2 F7 F8 T3 T4 T5 T6 FZ CZ PZ A1 A2"
_PAIRS = (
    "FP1-F7 F7-T7 T7-P7 P7-O1 FP1-F3 F3-C3 C3-P3 P3-O1 FP2-F4 F4-C4 C4-P4 P4-O2 "
    "FP2-F8 F8-T8 T8-P8 P8-O2 FZ-CZ CZ-PZ P7-T7 T7-FT9 FT9-FT10 FT10-T8 T8-P8"
)
TUSZ_LABELS = [f"EEG {name}-REF" for name in _ELECTRODES.split()]
#: T8-P8 twice, as in 654 of its files.
CHB_LABELS = _PAIRS.split()
_EVENTS = "onset duration eventType confidence channels dateTime recordingDuration"
START = datetime(2010, 1, 1, 19, 39, 33)


def edf_head(
    seconds: int, labels: list[str], rate: int, start: datetime, record_seconds: int
) -> bytes:
    """The header of an EDF file of microvolts."""
    count, samples = len(labels), rate * record_seconds

    def each(*texts: object, width: int) -> str:
        return "".join(str(text).ljust(width)[:width] for text in texts)

    head = (
        each("0", width=8) + each("X X X X", "Startdate X X X X", width=80)
        + each(start.strftime("%d.%m.%y"), start.strftime("%H.%M.%S"), width=8)
        + each(256 * (count + 1), width=8) + each("", width=44)
        + each(seconds // record_seconds, record_seconds, width=8) + each(count, width=4)
        + each(*labels, width=16) + each(*[""] * count, width=80)
        + each(*["uV"] * count, width=8) + each(*["-3276.8"] * count, width=8)
        + each(*["3276.7"] * count, width=8) + each(*["-32768"] * count, width=8)
        + each(*["32767"] * count, width=8) + each(*[""] * count, width=80)
        + each(*[samples] * count, width=8) + each(*[""] * count, width=32)
    )  # fmt: skip
    return head.encode("ascii")


_NOISE = np.random.default_rng(0)


def write_edf(
    path: Path,
    seconds: int = 60,
    labels: list[str] | None = None,
    rate: int = 64,
    start: datetime = START,
    record_seconds: int = 1,
    flat: bool = False,
) -> Path:
    """A recording of noise, another one each time; `flat`: of zeros that take no room."""
    labels = TUSZ_LABELS if labels is None else labels
    samples = rate * len(labels) * (seconds // record_seconds) * record_seconds
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "wb") as f:
        head = f.write(edf_head(seconds, labels, rate, start, record_seconds))
        if flat:
            f.truncate(head + 2 * samples)
        else:
            f.write(_NOISE.integers(-500, 500, samples).astype("<i2").tobytes())
    return path


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def csv_bi(stem: str, seconds: float, rows: list[tuple[float, float, str]]) -> str:
    """As TUSZ v2 writes it."""
    return csv(stem, seconds, [("TERM", *row) for row in rows])


def csv(stem: str, seconds: float, rows: list[tuple[str, float, float, str]]) -> str:
    head = [
        "# version = csv_v1.0.0",
        f"# bname = {stem}",
        f"# duration = {seconds:.2f} secs",
        "# montage_file = $NEDC_NFC/lib/nedc_eas_default_montage.txt",
        "#",
        "channel,start_time,stop_time,label,confidence",
    ]
    body = [f"{c},{start:.4f},{stop:.4f},{label},1.0000" for c, start, stop, label in rows]
    return "\n".join([*head, *body]) + "\n"


def events_tsv(seconds: float, rows: list[tuple[float, float, str]]) -> str:
    """As converters of the field write HED-SCORE."""
    head = _EVENTS.split()
    body = [
        f"{onset:.2f}\t{duration:.2f}\t{kind}\tn/a\tn/a\t2010-01-01 19:39:33\t{seconds:.2f}"
        for onset, duration, kind in rows
    ]
    return "\n".join(["\t".join(head), *body]) + "\n"


def tusz_recording(
    root: Path,
    split: str,
    patient: str,
    rows: list[tuple[float, float, str]] | None,
    token: int = 0,
    seconds: int = 60,
    **more: object,
) -> Path:
    """One recording of TUSZ; `rows` None: without its csv_bi."""
    stem = f"{patient}_s001_t{token:03d}"
    folder = root / "edf" / split / patient / "s001_2014" / "01_tcp_ar"
    path = write_edf(folder / f"{stem}.edf", seconds, **more)
    if rows is not None:
        write(folder / f"{stem}.csv_bi", csv_bi(stem, seconds, rows))
    return path


def bids_recording(
    root: Path,
    patient: str,
    rows: list[tuple[float, float, str]] | None,
    run: int = 0,
    seconds=60,
    **more,
) -> Path:
    """One recording of a BIDS corpus; `rows` None: without its events."""
    stem = f"sub-{patient}_ses-01_task-szMonitoring_run-{run:02d}"
    folder = root / f"sub-{patient}" / "ses-01" / "eeg"
    path = write_edf(folder / f"{stem}_eeg.edf", seconds, **more)
    if rows is not None:
        write(folder / f"{stem}_events.tsv", events_tsv(seconds, rows))
    return path
