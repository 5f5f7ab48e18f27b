"""From one sampling rate to another, block by block as if it were all at once."""

from __future__ import annotations

import numpy as np


class Resampler:
    """`scipy.signal.resample_poly` of a signal that comes in blocks: same filter, no seams. Beyond
    its ends the signal is taken to stay as it is there; its first value is taken away before and
    given back, so that an electrode's offset, often a thousand times the EEG, leaves no trace.

    `up`, `down`: the new rate is up / down times the old, in lowest terms. The filter is
    resample_poly's own: a low-pass at the lower of the two Nyquist frequencies, 20 max(up, down) +
    1 taps, Kaiser window of 5.0; zero phase."""

    def __init__(self, up: int, down: int) -> None:
        self.up, self.down = up, down
        self._half = 10 * max(up, down)
        self._margin = -(-self._half // up) + 1  # input samples that an output sample reaches to
        self._kept: np.ndarray | None = None
        self._start = 0  # place of the first sample that is kept; a multiple of `down`
        self._given = 0
        self._made = 0
        if up != down:
            from scipy.signal import firwin

            taps = firwin(2 * self._half + 1, 1 / max(up, down), window=("kaiser", 5.0))
            self._taps = taps.astype(np.float32)

    def push(self, block: np.ndarray, last: bool = False) -> np.ndarray:
        """float32 [channels, samples] in; out as much as is certain by now, and with `last` all the
        rest: together samples * up / down, rounded up. `block` may be empty only with `last`, and
        not the first."""
        if self.up == self.down:
            return block
        from scipy.signal import resample_poly

        if self._kept is None:
            self._first = block[:, :1].copy()
            self._kept = block - self._first
        else:
            self._kept = np.concatenate([self._kept, block - self._first], axis=1)
        self._given += block.shape[1]
        sure = self._given - self._margin
        if last:
            end = -(-self._given * self.up // self.down)
            ends = np.repeat(self._kept[:, -1:], self._margin + self.down, axis=1)
            self._kept = np.concatenate([self._kept, ends], axis=1)
        else:
            end = max(self._made, sure * self.up // self.down)
        if end == self._made:
            return self._kept[:, :0]
        made = resample_poly(self._kept, self.up, self.down, axis=1, window=self._taps)
        offset = self._start // self.down * self.up
        out = made[:, self._made - offset : end - offset] + self._first
        self._made = end
        needed = max(0, end * self.down // self.up - self._margin) // self.down * self.down
        self._kept = self._kept[:, needed - self._start :]
        self._start = needed
        return out
