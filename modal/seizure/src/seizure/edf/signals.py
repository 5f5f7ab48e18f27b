"""The EEG of a file in microvolts, montage applied, block by block."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from seizure.edf.channels import ratio
from seizure.edf.header import Header
from seizure.edf.mixing import mixing
from seizure.edf.montage import ChannelPlan
from seizure.edf.quality import Facts, examine, grouped
from seizure.edf.records import digital
from seizure.edf.resample import Resampler

__all__ = ["Facts", "examine", "read_blocks", "samples_of"]


def read_blocks(
    header: Header, plan: ChannelPlan, block_seconds: float = 30.0, facts: Facts | None = None
) -> Iterator[np.ndarray]:
    """Yields float32 [channels of the plan, samples] in microvolts at `plan.rate`, one after the
    other to the last complete record, together `samples_of(header, plan)`. Blocks are of about
    `block_seconds`; those of one call have not all the same length.

    `facts`: what `examine` found; without it the file is read twice, first for that. Memory: a few
    blocks, or three times the longest data record.

    Errors: those of `examine`; Refused where the file changes while it is read; Problem where the
    file system does not give it."""
    facts = facts or examine(header, plan)
    weights = mixing(plan, facts.masked)
    groups = grouped(header, plan)
    signals = [[header.signals[plan.inputs[i].signal] for i in group] for group in groups]
    scales = [np.array([one.scale for one in group], np.float32)[:, :, None] for group in signals]
    most = max(group[0].samples for group in signals)
    resamplers = [Resampler(*ratio(most, group[0].samples)) for group in signals]
    order = np.array([i for group in groups for i in group])
    weights = np.ascontiguousarray(weights[:, order])
    wanted = [[plan.inputs[i].signal for i in group] for group in groups]
    waiting = [np.empty((len(group), 0), np.float32) for group in groups]
    done = [0] * len(groups)
    for blocks in digital(header, wanted, block_seconds):
        for i, block in enumerate(blocks):
            done[i] += block.shape[1]
            last = done[i] == header.records * signals[i][0].samples
            volts = block * scales[i][:, 0] + scales[i][:, 1]
            made = resamplers[i].push(volts, last)
            waiting[i] = np.concatenate([waiting[i], made], axis=1) if waiting[i].size else made
        ready = min(one.shape[1] for one in waiting)
        if ready:
            yield weights @ np.concatenate([one[:, :ready] for one in waiting])
            waiting = [one[:, ready:] for one in waiting]


def samples_of(header: Header, plan: ChannelPlan) -> int:
    """How many samples `read_blocks` yields of each channel."""
    return header.records * max(header.signals[one.signal].samples for one in plan.inputs)
