"""A montage as a matrix: every output sample is a weighted sum of input samples of the same
instant."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from seizure.edf.montage import BIPOLAR, REFERENTIAL, ChannelPlan, rebuilt
from seizure.edf.scalp import spline


def mixing(plan: ChannelPlan, masked: Collection[str] = ()) -> np.ndarray:
    """float32 weights [outputs, inputs] of a plan. `masked`: inputs that are bad: nothing comes of
    them.

    Electrodes: missing and masked ones are interpolated by splines first; only then is the average
    of the 19 taken away, or one subtracted from another. Pairs: those that are masked are the sum
    of others where that can be, else 0."""
    names = [one.name for one in plan.inputs]
    good = [i for i, name in enumerate(names) if name not in masked]
    whole = REFERENTIAL if plan.of == "electrodes" else BIPOLAR
    weights = np.zeros((len(whole), len(names)))
    for i in good:
        weights[whole.index(names[i]), i] = plan.inputs[i].sign
    bad = [name for name in whole if name in plan.missing or name in masked]
    if plan.of == "pairs":
        for pair, sums in rebuilt(bad).items():
            weights[whole.index(pair)] = sum(
                (sign * weights[whole.index(one)] for one, sign in sums.items()),
                start=np.zeros(len(names)),
            )
        return weights.astype(np.float32)
    if bad:
        rows = spline([names[i] for i in good], bad)
        weights[np.ix_([whole.index(name) for name in bad], good)] = rows
    if plan.montage == "referential":
        return (weights - weights.mean(axis=0)).astype(np.float32)
    ends = [tuple(REFERENTIAL.index(end) for end in pair.split("-")) for pair in BIPOLAR]
    return np.array([weights[one] - weights[other] for one, other in ends], dtype=np.float32)
