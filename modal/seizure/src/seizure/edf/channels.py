"""The signals of a file that are EEG of the 19 electrodes, and what is odd about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import gcd

from seizure.edf.calibration import Signal
from seizure.edf.header import Header
from seizure.edf.names import ELECTRODES, Pair, read_label
from seizure.edf.units import factor
from seizure.notices import Notice, refused

#: Hz that an EEG channel can have. Below 50 the fast half of the beta band is lost; no recorder for
#: scalps is above 50,000.
RATES = (50.0, 50_000.0)
#: Of a ratio between two rates, the larger side at most: the resampling filter has 20 taps for each
#: unit of it.
_LARGEST_RATIO = 1000


@dataclass(frozen=True)
class Input:
    """A signal that a montage is made of. `name`: electrode or pair. `signal`: its place in the
    header. `sign`: -1 where the pair was recorded the other way round. `copies`: places of more
    signals of the same name, which have to be equal."""

    name: str
    signal: int
    sign: int = 1
    copies: tuple[int, ...] = ()


class Channels:
    """What `read_label` finds in a header. `unusable`: EEG signals that are left out, each with the
    reason."""

    def __init__(self, header: Header) -> None:
        self.header = header
        self.notices: dict[str, Notice] = {}
        self.unusable: list[str] = []
        self._electrodes: dict[str, dict[str, list[int]]] = {}  # reference → name → signals
        self._pairs: dict[str, list[int]] = {}
        for i, signal in enumerate(header.signals):
            name = read_label(signal.label)
            if name is None or not self._usable(i, signal):
                continue
            if isinstance(name, Pair):
                self._pairs.setdefault(name.name, []).append(i)
            else:
                by_name = self._electrodes.setdefault(name.reference, {})
                by_name.setdefault(name.name, []).append(i)

    def electrodes(self) -> tuple[Input, ...]:
        """Of one reference, of that which has most: differences between references are no EEG. In
        SzCORE's order."""
        best = max(self._electrodes.values(), key=len, default={})
        return tuple(self._input(name, best[name], 1) for name in ELECTRODES if name in best)

    def references(self) -> tuple[str, ...]:
        """All against which electrodes were measured, that of `electrodes` first."""
        return tuple(sorted(self._electrodes, key=lambda one: -len(self._electrodes[one])))

    def pairs(self, wanted: Sequence[str]) -> tuple[Input, ...]:
        """Those of `wanted` that were recorded, either way round."""
        inputs = []
        for name in wanted:
            reverse = Pair(name).reverse
            if name in self._pairs:
                inputs.append(self._input(name, self._pairs[name], 1))
            elif reverse in self._pairs:
                inputs.append(self._input(name, self._pairs[reverse], -1))
        return tuple(inputs)

    def rate(self, inputs: Sequence[Input]) -> float:
        """The highest of the inputs. Errors: Refused where they are in no ratio of small
        numbers."""
        signals = self.header.signals
        most = max(signals[one.signal].samples for one in inputs)
        for one in inputs:
            signal = signals[one.signal]
            if signal.samples != most:
                self.notice("rates", "have EEG channels of several rates: brought to the highest")
            if max(ratio(most, signal.samples)) > _LARGEST_RATIO:
                why = f"{quoted(signal.label)} has {signal.samples} samples a record, others {most}"
                raise refused(self.header.path, 0, f"{why}: such rates are not brought together")
        return most / self.header.record_seconds

    def notice(self, kind: str, says: str) -> None:
        self.notices.setdefault(kind, Notice(kind, says, str(self.header.path)))

    def _input(self, name: str, signals: list[int], sign: int) -> Input:
        first, *copies = signals
        if copies:
            says = "have a channel several times: the first is kept, if they are equal"
            self.notice("copies", says)
        return Input(name, first, sign, tuple(copies))

    def _usable(self, i: int, signal: Signal) -> bool:
        if signal.unit and factor(signal.unit) is None:
            why = f"unit {quoted(signal.unit)}"
            kind, says = "unit", "have EEG channels in a unit that is no voltage: taken as missing"
        elif signal.fault is not None:
            why, kind = signal.fault, "no-scale"
            says = "have EEG channels whose header gives no usable scale: taken as missing"
        elif not RATES[0] <= signal.rate <= RATES[1]:
            why, kind = f"{signal.rate:g} Hz", "odd-rate"
            says = "have EEG channels at a rate that is no EEG's: taken as missing"
        else:
            if not signal.unit:
                self.notice("no-unit", "have EEG channels without a unit: taken as microvolts")
            return True
        self.unusable.append(f"signal {i + 1} ({quoted(signal.label)}): {why}")
        self.notice(kind, says)
        return False


def ratio(wanted: int, given: int) -> tuple[int, int]:
    """(up, down) in lowest terms: what brings `given` samples in a record to `wanted`."""
    common = gcd(wanted, given)
    return wanted // common, given // common


def quoted(text: str) -> str:
    """As it can be printed in one line, whatever characters it has."""
    return repr(text).encode("ascii", "backslashreplace").decode()
