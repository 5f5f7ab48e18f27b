"""EDF files of signals that were made, by edfio."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from jobkit.files import as_problem

#: Microvolts at both ends of 16 bits: a tenth of a microvolt a step, room for any artefact.
RANGE = (-3276.8, 3276.7)


@dataclass(frozen=True)
class Channel:
    """`label`: at most 16 ASCII characters, "Fp1-Avg". `rate`: Hz. `data`: microvolts [samples]."""

    label: str
    rate: float
    data: np.ndarray


def write_edf(
    path: Path, channels: Sequence[Channel], start: datetime, record_seconds: float = 1.0
) -> None:
    """Writes a whole EDF file or none. All channels have to be equally long, a whole number of
    records. Samples beyond `RANGE` are clipped, as an amplifier does. The patient is anonymous; the
    fields are EDF+'s, so that both kinds of reader take them.

    Errors: ValueError where samples are not finite or do not make whole records; Problem where the
    file system does not take it."""
    from edfio import Edf, EdfSignal, Patient, Recording

    signals = [
        EdfSignal.from_digital(
            _digital(one.data),
            one.rate,
            label=one.label,
            transducer_type="AgAgCl electrode",
            physical_dimension="uV",
            physical_range=RANGE,
        )
        for one in channels
    ]
    edf = Edf(
        signals,
        patient=Patient(),
        recording=Recording(startdate=start.date()),
        starttime=start.time().replace(microsecond=0),
        data_record_duration=record_seconds,
    )
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        edf.write(beside)
        os.replace(beside, path)
    except OSError as e:
        raise as_problem(e, f"{path} cannot be written", path.parent) from e
    finally:
        beside.unlink(missing_ok=True)


def _digital(data: np.ndarray) -> np.ndarray:
    """Steps of a tenth of a microvolt."""
    if not np.isfinite(data).all():
        raise ValueError("samples have to be finite")
    return np.clip(np.rint(data * 10.0), -32768, 32767).astype(np.int16)
