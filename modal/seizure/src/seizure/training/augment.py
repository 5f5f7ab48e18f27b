"""What is changed in a window before the model sees it: a function of the seed and of which window
it is, and of nothing else. Does without torch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from seizure.training.config import Augment

#: The second half of a generator's key: the sampler draws with 0.
_STREAM = 1


def augmented(
    signal: NDArray[np.float16], augment: Augment, seed: int, first: int
) -> NDArray[np.float32]:
    """float16 [B, C, T] → float32 [B, C, T], robust units. `first`: the number of the first window
    among all that were ever drawn; window n has a Philox generator with `seed` as its key and n as
    its counter (as sampling.sampler has)."""
    found = signal.astype(np.float32)
    if not (augment.gain or augment.channel_dropout or augment.noise):
        return found
    for i, window in enumerate(found):
        rng = np.random.Generator(
            np.random.Philox(key=[seed, _STREAM], counter=[0, 0, 0, first + i])
        )
        gain, dropped = rng.standard_normal(), rng.random(len(window))
        window *= np.float32(np.exp(augment.gain * gain))
        if augment.noise:
            window += np.float32(augment.noise) * rng.standard_normal(window.shape, np.float32)
        window[dropped < augment.channel_dropout] = 0
    return found
