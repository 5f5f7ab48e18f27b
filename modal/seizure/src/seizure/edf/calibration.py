"""One signal as its file describes it, and whether its samples can be made microvolts."""

from __future__ import annotations

from dataclasses import dataclass

from jobkit.errors import Refused

from seizure.edf.fields import Fields
from seizure.edf.units import factor

#: Microvolts beyond which a physical range is no EEG amplifier's, but a slip in the header: 10 V.
WIDEST = 1e7


@dataclass(frozen=True)
class Signal:
    """One signal. `offset`: of its first sample in a data record, counted in samples. Ranges are as
    in the header, in `unit`."""

    label: str
    unit: str
    rate: float  # Hz
    samples: int  # in a data record
    offset: int
    digital: tuple[float, float]  # minimum, maximum
    physical: tuple[float, float]
    fault: str | None = None  # why samples cannot be made volts of; None where they can

    @property
    def scale(self) -> tuple[float, float]:
        """(gain, zero): microvolts = gain * digital + zero. Only where `fault` is None."""
        microvolts = factor(self.unit) or 1.0
        (low, high), (bottom, top) = self.digital, self.physical
        gain = (top - bottom) / (high - low)
        return gain * microvolts, (bottom - gain * low) * microvolts


def read_signals(fields: Fields, seconds: float) -> tuple[Signal, ...]:
    """`seconds`: of a data record. Errors: Refused where it is not known how many samples there
    are."""
    signals, offset = [], 0
    for i in range(fields.signals):
        samples = fields.whole("samples in a data record", i)
        if samples < 0:
            raise fields.refuse("samples in a data record", i, f"{samples} is less than none")
        signals.append(_signal(fields, i, samples, offset, seconds))
        offset += samples
    return tuple(signals)


def _signal(fields: Fields, i: int, samples: int, offset: int, seconds: float) -> Signal:
    """A scale that makes no sense is no error of the file: the signal may be one that nobody
    needs."""
    unit, fault = fields.text("unit", i), None
    digital = physical = (0.0, 0.0)
    try:
        digital = (fields.number("digital minimum", i), fields.number("digital maximum", i))
        physical = (fields.number("physical minimum", i), fields.number("physical maximum", i))
    except Refused as e:
        fault = e.why
    if fault is None:
        fault = _fault(digital, physical, factor(unit) or 1.0)
    return Signal(
        fields.text("label", i), unit, samples / seconds, samples, offset, digital, physical, fault
    )


def _fault(
    digital: tuple[float, float], physical: tuple[float, float], microvolts: float
) -> str | None:
    if digital[0] >= digital[1]:
        return f"digital minimum {digital[0]:g} is not below the maximum {digital[1]:g}"
    if digital[0] < -32768 or digital[1] > 32767:
        return f"digital range {digital[0]:g} to {digital[1]:g} does not fit in 16 bits"
    if physical[0] == physical[1]:
        return f"physical minimum and maximum are both {physical[0]:g}"
    if max(abs(physical[0]), abs(physical[1])) * microvolts > WIDEST:
        return f"physical range {physical[0]:g} to {physical[1]:g} is beyond any EEG"
    return None
