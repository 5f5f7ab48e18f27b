"""What a signal's label says of its electrodes, however a recorder spells it."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: The 19 electrodes of the 10-20 system, in SzCORE's order.
ELECTRODES: tuple[str, ...] = (
    "Fp1", "F3", "C3", "P3", "O1", "F7", "T3", "T5", "Fz", "Cz",
    "Pz", "Fp2", "F4", "C4", "P4", "O2", "F8", "T4", "T6",
)  # fmt: skip

#: Names of the 10-10 system for electrodes that 10-20 has under another.
_OTHER = {"T7": "T3", "T8": "T4", "P7": "T5", "P8": "T6"}
_BY_NAME = {one.upper(): one for one in ELECTRODES} | _OTHER
#: A number that tells copies of a label apart: "T8-P8-1".
_COPY = re.compile(r"-\d$")


@dataclass(frozen=True)
class Electrode:
    """One of the 19, measured against `reference`: "REF", "LE", …; "" where the label does not
    say."""

    name: str
    reference: str


@dataclass(frozen=True)
class Pair:
    """The voltage of one electrode of the 19 against another: "Fp1-F7"."""

    name: str

    @property
    def reverse(self) -> str:
        return "-".join(reversed(self.name.split("-")))


def read_label(label: str) -> Electrode | Pair | None:
    """None: no electrode of the 19: ECG, EMG, photic, pads ("--0"), ears, other electrodes.

    "EEG FP1-REF", "EEG Fp1", "Fp1-Avg", "FP1" are electrodes; "FP1-F7", "EEG T8-P8-1" are pairs.
    T7, T8, P7, P8 are T3, T4, T5, T6."""
    text = label.upper().strip()
    text = text[3:].lstrip(" -:") if text.startswith("EEG") else text
    text = _COPY.sub("", text.replace(" ", ""))
    first, _, second = text.partition("-")
    name, other = _BY_NAME.get(first), _BY_NAME.get(second)
    if name is None or name == other:
        return None
    return Electrode(name, second) if other is None else Pair(f"{name}-{other}")
