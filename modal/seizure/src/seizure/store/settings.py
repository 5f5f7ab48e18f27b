"""What a store is prepared with. Stores of other settings lie in other folders."""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, fields
from typing import Any

from jobkit.errors import JobError, Refused
from jobkit.fields import Fields

#: Goes up whenever the same settings and recordings give other bytes.
FORMAT = 1

MONTAGES = ("referential", "bipolar")
FILTERS = ("zero-phase", "causal")
RATES = (32, 1024)
LEAST_LOW = 0.1


@dataclass(frozen=True)
class Settings:
    """`montage`: "referential" (19 channels, average reference) or "bipolar" (18). `rate`: samples
    a second, whole. `low`, `high`: Hz, where the band-pass has fallen by half (-6 dB). `notch`: Hz
    of the mains to take out, or None. `filter`: "zero-phase" looks ahead and moves nothing in time;
    "causal" does not look ahead, and delays; resampling still looks a few samples ahead, and scales
    are always those of the whole recording. `clip`: robust units (1 = a normal signal's standard
    deviation), beyond which a sample is cut off."""

    montage: str
    rate: int = 256
    low: float = 0.5
    high: float = 60.0
    notch: int | None = None
    filter: str = "zero-phase"
    clip: float = 10.0

    def __post_init__(self) -> None:
        if wrong := _wrong(asdict(self)):
            name, why = wrong
            raise Refused("These settings cannot be used", f"{name} {why}")
        # 60 and 60.0 are one setting, with one key.
        for name in ("low", "high", "clip"):
            object.__setattr__(self, name, float(getattr(self, name)))
        object.__setattr__(self, "rate", int(self.rate))

    @property
    def channels(self) -> int:
        return 19 if self.montage == "referential" else 18

    def key(self) -> str:
        """12 hex digits, others for any other setting and for any other format of stores."""
        told = json.dumps({"format": FORMAT, **asdict(self)}, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:12]

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def from_fields(given: Fields) -> Settings:
    """The settings of a job. JobError names the field that is missing, wrong or unknown."""
    values: dict[str, Any] = {}
    for one in fields(Settings):
        if one.name == "montage":
            values["montage"] = given.take("montage")
        else:
            values[one.name] = given.take(one.name, one.default)
    given.done()
    if wrong := _wrong(values):
        name, why = wrong
        raise JobError(given.path(name), why)
    return Settings(**values)


def _is_number(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(float(value))
    )


def _wrong(values: dict[str, Any]) -> tuple[str, str] | None:
    """The first field that cannot be, and why."""
    if values["montage"] not in MONTAGES:
        return "montage", f"must be one of {', '.join(MONTAGES)}"
    least, most = RATES
    rate = values["rate"]
    if not _is_number(rate) or rate != int(rate) or not least <= rate <= most:
        return "rate", f"must be a whole number from {least} to {most} (Hz)"
    low, high = values["low"], values["high"]
    if not _is_number(low) or low < LEAST_LOW:
        return "low", f"must be a number from {LEAST_LOW} (Hz)"
    if not _is_number(high) or high <= low:
        return "high", f"must be a number above low, {low:g} (Hz)"
    if high >= rate / 2:
        return "high", f"must be below half the rate, {rate / 2:g} (Hz)"
    if values["notch"] not in (None, 50, 60) or isinstance(values["notch"], bool):
        return "notch", "must be 50, 60 (Hz) or null"
    if values["notch"] is not None and values["notch"] + 2 > rate / 2:
        return "notch", f"must be at least 2 Hz below half the rate, {rate / 2:g} (Hz)"
    if values["filter"] not in FILTERS:
        return "filter", f"must be one of {', '.join(FILTERS)}"
    if not _is_number(values["clip"]) or not 1 <= values["clip"] <= 1000:
        return "clip", "must be a number from 1 to 1000 (robust units)"
    return None
