"""Which channels of a recording carry no EEG: one pass over the whole of it, before any of it is
used."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jobkit.errors import Refused

from seizure.edf.channels import quoted
from seizure.edf.header import Header
from seizure.edf.montage import MOST_GUESSED, ChannelPlan, rebuilt
from seizure.edf.records import digital
from seizure.notices import Notice, refused

#: Microvolts: a second whose range is smaller is flat, and so is one of not more than one digital
#: step. Far below the 2 microvolts from which on the ACNS takes a brain's activity as present (its
#: guideline on EEG in suspected cerebral death, 2016).
FLAT = 0.5
#: The part of its seconds in which a flat channel is flat. Those in which all channels are, as
#: where a recorder paused, do not count.
FLAT_PART = 0.5
#: The part of its samples that lie at a clipped channel's own lowest or highest value. An amplifier
#: that is driven to its end stays there; a channel that is not is at its extremes for a few samples
#: of the whole recording.
CLIPPED_PART = 0.1
#: Seconds looked at together: they fit into the processor's cache.
_BLOCK = 30.0


@dataclass(frozen=True)
class Facts:
    """Of a recording as it is read. `masked`: inputs that are flat or clipped, and pairs that were
    to be made of such. `interpolated`: inputs made from others: those that the file lacks, and
    those of the masked that can be; the other masked ones are 0."""

    masked: tuple[str, ...]
    interpolated: tuple[str, ...]
    notices: tuple[Notice, ...] = ()


def examine(header: Header, plan: ChannelPlan) -> Facts:
    """Reads the whole file. Errors: Refused where copies of a channel differ, nothing is recorded,
    or too many channels are bad."""
    groups = grouped(header, plan)
    order = [plan.inputs[i] for group in groups for i in group]
    copies = [[one.signal, copy] for one in order for copy in one.copies]
    for one, copy in copies:
        if _nature(header, one) != _nature(header, copy):
            raise _differ(header, one, copy, "in rate or scale")
    signals = [header.signals[one.signal] for one in order]
    seen = _Seen(np.array([abs(one.scale[0]) for one in signals]))
    seconds = 0.0
    wanted = [[plan.inputs[i].signal for i in group] for group in groups]
    for blocks in digital(header, wanted + copies, _BLOCK):
        for (one, copy), (first, second) in zip(copies, blocks[len(groups) :], strict=True):
            if not np.array_equal(first, second):
                raise _differ(header, one, copy, f"at {seconds:g} seconds or soon after")
        length = blocks[0].shape[1] / signals[0].rate
        seen.add(blocks[: len(groups)], max(1, int(length)))
        seconds += length
    return _facts(header, plan, [one.name for one in order], seen)


def grouped(header: Header, plan: ChannelPlan) -> list[list[int]]:
    """Inputs of a plan, by their place in it, together with those of the same rate."""
    groups: dict[int, list[int]] = {}
    for i, one in enumerate(plan.inputs):
        groups.setdefault(header.signals[one.signal].samples, []).append(i)
    return list(groups.values())


class _Seen:
    """Counts over blocks, for each channel. `steps`: microvolts of a digital step. Only seconds in
    which not all are flat count."""

    def __init__(self, steps: np.ndarray) -> None:
        self.steps = steps
        self.seconds = 0
        self.flat = np.zeros(len(steps), dtype=np.int64)  # seconds
        self.samples = np.zeros(len(steps), dtype=np.int64)
        self.lowest = np.full(len(steps), 1 << 15)  # digital; no sample is so high, or so low
        self.highest = np.full(len(steps), -(1 << 15) - 1)
        self.at_lowest = np.zeros(len(steps), dtype=np.int64)  # samples
        self.at_highest = np.zeros(len(steps), dtype=np.int64)

    def add(self, blocks: list[np.ndarray], seconds: int) -> None:
        """`blocks`: int16 [channels of a rate, samples], of the same stretch of time, which is cut
        into `seconds`."""
        rows = []  # of each channel [seconds, samples]
        for block in blocks:
            width = block.shape[1] // seconds
            rows += list(block[:, : width * seconds].reshape(len(block), seconds, width))
        lowest = np.array([row.min(axis=1) for row in rows], dtype=np.int64)
        highest = np.array([row.max(axis=1) for row in rows], dtype=np.int64)
        steps = highest - lowest
        flat = (steps <= 1) | (steps * self.steps[:, None] < FLAT)
        kept = ~flat.all(axis=0)
        if not kept.any():
            return
        self.seconds += int(kept.sum())
        self.flat += flat[:, kept].sum(axis=1)
        self.samples += np.array([row.shape[1] for row in rows]) * int(kept.sum())
        for ends, of_second, at, better in (
            (self.lowest, lowest, self.at_lowest, np.minimum),
            (self.highest, highest, self.at_highest, np.maximum),
        ):
            found = better.reduce(of_second[:, kept], axis=1)
            at[better(found, ends) != ends] = 0
            ends[:] = better(found, ends)
            for i in np.flatnonzero(found == ends):
                at[i] += np.count_nonzero(rows[i][kept & (of_second[i] == ends[i])] == ends[i])

    def bad(self) -> np.ndarray:
        """Which channels are flat or clipped."""
        at_ends = self.at_lowest + self.at_highest
        flat = self.flat > FLAT_PART * self.seconds
        return flat | (at_ends > CLIPPED_PART * self.samples)


def _facts(header: Header, plan: ChannelPlan, names: list[str], seen: _Seen) -> Facts:
    if seen.seconds == 0:
        raise refused(header.path, 0, "all its EEG channels are flat")
    bad = {name for name, is_bad in zip(names, seen.bad(), strict=True) if is_bad}
    masked = tuple(one.name for one in plan.inputs if one.name in bad)
    guessed = [*plan.missing, *masked]
    if len(masked) == len(plan.inputs):
        raise refused(header.path, 0, "all its EEG channels are flat or clipped")
    if len(guessed) > MOST_GUESSED:
        lacking = f"{', '.join(masked)} are flat or clipped"
        lacking += f", {', '.join(plan.missing)} are missing" if plan.missing else ""
        raise refused(header.path, 0, f"{lacking}: {len(guessed)}, at most {MOST_GUESSED} can be")
    notices = ()
    if masked:
        says = "have flat or clipped channels: masked"
        notices = (Notice("masked", says, str(header.path)),)
    if plan.of == "pairs":
        sums = rebuilt(guessed)
        guessed = [pair for pair in guessed if sums[pair]]
        masked += tuple(pair for pair in plan.missing if not sums[pair])
    return Facts(masked, tuple(guessed), notices)


def _nature(header: Header, signal: int) -> tuple[object, ...]:
    one = header.signals[signal]
    return one.samples, one.scale


def _differ(header: Header, one: int, copy: int, how: str) -> Refused:
    label = quoted(header.signals[one].label)
    why = f"signals {one + 1} and {copy + 1} are both {label} and differ {how}"
    return refused(header.path, 0, f"{why}: rename or remove one of them")
