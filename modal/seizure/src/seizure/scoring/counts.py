"""What was counted in recordings, and the figures that follow from sums of it."""

from __future__ import annotations

from dataclasses import dataclass

DAY = 86400.0

#: Figures of every count, in the order in which they are told.
FIGURES = ("sensitivity", "precision", "f1", "fa_per_day")


@dataclass(frozen=True)
class Counts:
    """`found` of `reference` events (or seconds), and `false` ones of the prediction; `seconds` of
    recording. The formulas are those of timescoring 0.0.7. They are added before figures are
    computed: over recordings of a patient, or of all patients (pooled)."""

    found: int = 0
    false: int = 0
    reference: int = 0
    seconds: float = 0.0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.found + other.found,
            self.false + other.false,
            self.reference + other.reference,
            self.seconds + other.seconds,
        )

    @property
    def sensitivity(self) -> float | None:
        """None: there is nothing to find."""
        return self.found / self.reference if self.reference else None

    @property
    def precision(self) -> float | None:
        """None: nothing was predicted (or all of it touches only what another event found)."""
        return self.found / (self.found + self.false) if self.found + self.false else None

    @property
    def f1(self) -> float | None:
        """None: nothing to find and nothing false."""
        if not self.reference + self.false:
            return None
        return 2 * self.found / (self.found + self.false + self.reference)

    @property
    def fa_per_day(self) -> float | None:
        """False ones in 24 hours. None: nothing was recorded."""
        return self.false / (self.seconds / DAY) if self.seconds else None

    def to_json(self) -> dict[str, float | int | None]:
        figures = {name: getattr(self, name) for name in FIGURES}
        return {"found": self.found, "false": self.false, "reference": self.reference, **figures}


def total(counts: list[Counts]) -> Counts:
    return sum(counts, Counts())
