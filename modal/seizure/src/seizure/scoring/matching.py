"""SzCORE's event rules as arithmetic on intervals of whole seconds, for all recordings at once.

The same counts as timescoring makes (tested), without its 10-Hz masks: fast enough for a thousand
thresholds, and it says which events were missed and which alarms were false."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

#: Seconds; the defaults of timescoring 0.0.7 (EventScoring.Parameters).
CLOSED_BELOW = 90
CUT_AT = 300
WIDENED_BEFORE = 30
WIDENED_BEHIND = 60


def joined(runs: np.ndarray, gap: float) -> np.ndarray:
    """Closes gaps shorter than `gap` between intervals: int [n, 2] in order."""
    if len(runs) < 2:
        return runs
    apart = runs[1:, 0] - runs[:-1, 1] >= gap
    first = np.concatenate(([True], apart))
    last = np.concatenate((apart, [True]))
    return np.stack([runs[first, 0], runs[last, 1]], axis=1)


def cut(runs: np.ndarray, longest: int) -> np.ndarray:
    """Intervals longer than `longest` in pieces of it, the rest behind them."""
    pieces = np.maximum(1, -(-(runs[:, 1] - runs[:, 0]) // longest))
    if (pieces == 1).all():
        return runs
    of = np.repeat(np.arange(len(runs)), pieces)
    number = np.arange(len(of)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    start = runs[of, 0] + number * longest
    return np.stack([start, np.minimum(start + longest, runs[of, 1])], axis=1)


def events(runs: np.ndarray) -> np.ndarray:
    """Stretches of a mask as SzCORE counts them: near ones joined, long ones cut."""
    return cut(joined(runs, CLOSED_BELOW), CUT_AT)


@dataclass(frozen=True)
class Reference:
    """Annotated events on a time line, and the same widened: int [n, 2] both. Starts and ends of
    `wide` both ascend, for events do not overlap. It may reach beyond its recording: nothing is
    predicted there."""

    events: np.ndarray
    wide: np.ndarray

    @classmethod
    def of(cls, runs: np.ndarray) -> Reference:
        """`runs`: annotated stretches, int [n, 2] in order; of two recordings further apart than
        an event is joined or widened."""
        found = events(runs)
        return cls(found, found + np.array([-WIDENED_BEFORE, WIDENED_BEHIND]))


def match(reference: Reference, predicted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(found: bool [reference events], false: bool [predicted]); `predicted`: what `events`
    made."""
    found = touched(reference.wide, predicted)
    return found, ~touched(predicted, reference.wide[found])


def touched(these: np.ndarray, others: np.ndarray) -> np.ndarray:
    """bool: which of `these` overlap any of `others`; starts and ends of both ascend."""
    if not len(others) or not len(these):
        return np.zeros(len(these), dtype=bool)
    nearest = np.searchsorted(others[:, 1], these[:, 0], side="right")
    inside = nearest < len(others)
    return inside & (others[np.minimum(nearest, len(others) - 1), 0] < these[:, 1])
