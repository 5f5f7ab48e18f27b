"""EDF files byte by byte: sound ones, and ones whose every field can be wrong."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

REFERENTIAL = "Fp1 F3 C3 P3 O1 F7 T3 T5 Fz Cz Pz Fp2 F4 C4 P4 O2 F8 T4 T6".split()
#: As CHB-MIT's files have them, T8-P8 twice.
CHB_MIT = (
    "FP1-F7 F7-T7 T7-P7 P7-O1 FP1-F3 F3-C3 C3-P3 P3-O1 FP2-F4 F4-C4 C4-P4 P4-O2 FP2-F8 F8-T8 "
    "T8-P8 P8-O2 FZ-CZ CZ-PZ P7-T7 T7-FT9 FT9-FT10 FT10-T8 T8-P8".split()
)
_FIELDS = {
    "label": 16, "transducer": 80, "unit": 8, "physical_min": 8, "physical_max": 8,
    "digital_min": 8, "digital_max": 8, "prefiltering": 80, "samples": 8, "reserved": 32,
}  # fmt: skip


@dataclass(frozen=True)
class Raw:
    """A signal as it stands in the file. `digital`: int16 samples, all records'; None: noise."""

    label: str | bytes
    samples: int | str = 256
    unit: str | bytes = "uV"
    physical_min: str = "-3276.8"
    physical_max: str = "3276.7"
    digital_min: str = "-32768"
    digital_max: str = "32767"
    transducer: str = ""
    prefiltering: str = ""
    reserved: str = ""
    digital: np.ndarray | None = None


@dataclass(frozen=True)
class File:
    """An EDF file. Any field may be a text that does not belong there. `tail`: bytes added behind;
    `cut`: bytes taken from the end."""

    signals: Sequence[Raw]
    records: int = 10
    claimed: str | None = None
    duration: str = "1"
    version: str = "0"
    patient: str | bytes = "X X X X"
    recording: str | bytes = "Startdate 02-MAR-2020 X X X"
    date: str = "02.03.20"
    time: str = "01.02.03"
    header_bytes: str | None = None
    reserved: str = ""
    count: str | None = None
    tail: bytes = b""
    cut: int = 0
    seed: int = 0

    def head(self) -> bytes:
        count = len(self.signals)
        parts = [
            _filled(self.version, 8), _filled(self.patient, 80), _filled(self.recording, 80),
            _filled(self.date, 8), _filled(self.time, 8),
            _filled(self.header_bytes or str(256 * (count + 1)), 8), _filled(self.reserved, 44),
            _filled(self.claimed or str(self.records), 8), _filled(self.duration, 8),
            _filled(self.count or str(count), 4),
        ]  # fmt: skip
        for name, length in _FIELDS.items():
            parts += [_filled(getattr(one, name), length) for one in self.signals]
        return b"".join(parts)

    def body(self) -> bytes:
        rng = np.random.default_rng(self.seed)
        columns = []
        for one in self.signals:
            width = int(one.samples)
            found = one.digital
            if found is None:
                found = rng.normal(0, 300, self.records * width).astype("<i2")
            columns.append(np.asarray(found, "<i2").reshape(self.records, width))
        return np.concatenate(columns, axis=1).tobytes() if columns else b""

    def data(self) -> bytes:
        whole = self.head() + self.body()
        return whole[: len(whole) - self.cut] + self.tail

    def write(self, path: Path, age: float = 3600.0) -> Path:
        """`age`: seconds since it was last written, by its time stamp."""
        path.write_bytes(self.data())
        then = time.time() - age
        os.utime(path, (then, then))
        return path

    def but(self, number: int, **changes: object) -> File:
        """The same with one signal changed."""
        signals = list(self.signals)
        signals[number] = replace(signals[number], **changes)
        return replace(self, signals=signals)


def referential(
    labels: Sequence[str] = REFERENTIAL, form: str = "EEG {}-REF", **of: object
) -> File:
    """All of `labels` in the way a recorder writes them; `of`: fields of the file."""
    return File([Raw(form.format(one.upper())) for one in labels], **of)  # type: ignore[arg-type]


def tusz(**of: object) -> File:
    """Like TUSZ's: 250 Hz, a 1-Hz channel, ECG, ears, a photic and a DC channel."""
    electrodes = [Raw(f"EEG {one.upper()}-REF", 250) for one in REFERENTIAL]
    others = [
        Raw("EEG A1-REF", 250), Raw("EEG EKG1-REF", 250), Raw("EEG 26-REF", 250),
        Raw("PHOTIC-REF", 250), Raw("DC1-DC", 250, unit="mV"), Raw("IBI", 1, unit="mm"),
        Raw("BURSTS", 1, unit=""), Raw("SUPPR", 1, unit="%"),
    ]  # fmt: skip
    return File(electrodes + others, **of)  # type: ignore[arg-type]


def chb_mit(**of: object) -> File:
    """Like CHB-MIT's: 23 pairs at 256 Hz, two of them equal, and a pad."""
    records = int(of.get("records", 10))  # type: ignore[call-overload]
    same = np.random.default_rng(1).normal(0, 300, records * 256).astype("<i2")
    signals = [Raw(one, digital=same if one == "T8-P8" else None) for one in CHB_MIT]
    return File([*signals, Raw("--0")], **of)  # type: ignore[arg-type]


def siena(**of: object) -> File:
    """Like Siena's: 512 Hz, "EEG Fp1" without a reference, 10-10 electrodes, pulse and saturation."""
    electrodes = [Raw(f"EEG {one}", 512) for one in REFERENTIAL]
    others = [
        Raw("EEG F9", 512), Raw("EEG CP1", 512), Raw("EKG EKG", 512),
        Raw("SPO2", 512, unit="%"), Raw("HR", 512, unit="bpm"), Raw("1", 512), Raw("MK", 512),
    ]  # fmt: skip
    return File(electrodes + others, **of)  # type: ignore[arg-type]


def _filled(value: object, length: int) -> bytes:
    raw = value if isinstance(value, bytes) else str(value).encode("latin-1")
    return raw[:length].ljust(length)
