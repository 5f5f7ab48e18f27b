"""Another sampling rate, by a polyphase filter against aliases."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from fractions import Fraction

import numpy as np

from seizure.store.chain.around import around
from seizure.store.chain.kaiser import half_length, low_pass

#: Outputs that one matrix makes: enough for a product of matrices to be quick, few enough for it to
#: be mostly band.
TILE = 64
#: Of a rate, the highest frequency that passes, at most: the rest is the filter's slope.
WIDEST = 0.475
#: Of a rate as a fraction, at most: the matrices grow with it.
DENOMINATOR = 100
#: Seconds that are worked on at a time.
PIECE = 30.0


def ratio(rate: float, to: int) -> Fraction:
    """`to / rate`. Rates in hundredths are exact; another one is taken to the nearest fraction, off
    by 0.005 samples a second at most: 1.7 s in a day at 250 Hz."""
    return Fraction(to) / Fraction(rate).limit_denominator(DENOMINATOR)


def resampled_length(samples: int, rate: float, to: int) -> int:
    """Samples at the rate `to`: none later than the last one's period ends."""
    return math.floor(samples * ratio(rate, to))


class Resampler:
    """`Resampler(rate, to, keep).apply(blocks)`: signals [C, any] at `rate` Hz come as blocks [C,
    any] at `to` Hz, sample 0 at the same time. What is below `keep` Hz passes, and nothing folds
    onto it, within 60 dB, as long as `keep` is below 0.475 of either rate; what lies above half the
    lower rate is taken out.

    Output m is the sum over k of x[k] h(m * down - k * up), h a low-pass filter at `up` times the
    rate; `up` outputs later the same coefficients come again, `down` inputs later. They lie in band
    matrices, so that each piece is a product of matrices."""

    def __init__(self, rate: float, to: int, keep: float) -> None:
        share = ratio(rate, to)
        self.up, self.down = share.numerator, share.denominator
        self.same = self.up == self.down
        if self.same:
            return
        fine = rate * self.up  # Hz, of the rate that both are parts of
        narrow = min(rate, float(to))
        transition = min(max(narrow - 2 * keep, (1 - 2 * WIDEST) * narrow), 0.2 * narrow)
        self.taps = low_pass(narrow / 2 / fine, transition / fine) * self.up
        half = half_length(transition / fine)
        self.reach = math.ceil(half / self.up) + 1  # inputs on each side
        # Few outputs a period (512 to 256 has one): several periods share a matrix.
        periods = math.ceil(TILE / self.up)
        self.hop, self.width = self.down * periods, self.up * periods
        self.step = self.hop * max(1, round(PIECE * rate / self.hop))
        self.tiles = list(self._tiles(half))

    def _tiles(self, half: int) -> Iterator[tuple[int, int, np.ndarray]]:
        """(first output, first input, matrix [inputs, outputs]) of each tile; inputs count from
        `reach` before output 0."""
        for first in range(0, self.width, TILE):
            m = np.arange(first, min(first + TILE, self.width))
            begin = first * self.down // self.up
            end = int(m[-1]) * self.down // self.up + 2 * self.reach + 1
            k = np.arange(begin, end)
            at = m[None, :] * self.down - (k[:, None] - self.reach) * self.up + half
            inside = (at >= 0) & (at < len(self.taps))
            yield first, begin, np.where(inside, self.taps[np.clip(at, 0, len(self.taps) - 1)], 0.0)

    def apply(self, blocks: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        """float64 [C, n] at the new rate; in all `resampled_length` samples."""
        if self.same:
            yield from blocks
            return
        for piece in around(blocks, self.reach, self.step):
            yield self._piece(piece)

    def _piece(self, piece: np.ndarray) -> np.ndarray:
        channels, length = piece.shape
        samples = length - 2 * self.reach
        groups = math.ceil(samples / self.hop)
        wide = np.zeros((channels, groups * self.hop + 2 * self.reach + 1))
        wide[:, :length] = piece
        made = np.empty((channels, groups, self.width))
        for first, begin, matrix in self.tiles:
            rows = np.lib.stride_tricks.sliding_window_view(wide, len(matrix), axis=1)
            rows = rows[:, begin : begin + (groups - 1) * self.hop + 1 : self.hop]
            made[:, :, first : first + matrix.shape[1]] = rows @ matrix
        return made.reshape(channels, -1)[:, : samples * self.up // self.down]
