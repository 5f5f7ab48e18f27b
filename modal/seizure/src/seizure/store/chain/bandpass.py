"""The band that is kept: without delay by a symmetric filter, or causal by a recursive one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from seizure.store.chain.around import around
from seizure.store.chain.kaiser import low_pass, without
from seizure.store.settings import Settings

Blocks = Iterable[np.ndarray]

#: Of the causal filter: poles at each end of the band, and centre over width of its notch.
ORDER, QUALITY = 3, 30.0


def band(blocks: Blocks, settings: Settings) -> Iterator[np.ndarray]:
    """float64 [C, any] at `settings.rate` Hz in, as many samples out, in the same unit."""
    return (
        zero_phase(blocks, settings)
        if settings.filter == "zero-phase"
        else causal(blocks, settings)
    )


def taps_of(settings: Settings) -> np.ndarray:
    """float64 [2 M + 1], symmetric: a finite impulse response, which blocks with M samples around
    them make exactly, where running a recursive filter forwards and backwards would need the whole
    recording.

    -6 dB at `low` and `high`, -55 dB from low / 2 downwards (0 Hz: nothing) and from high + t / 2
    upwards, t a quarter of `high` or what is left up to half the rate, at least 1 Hz. The notch is
    2 Hz wide (-6 dB), below -60 dB at its middle. M is 1.8 s at a `low` of 1 Hz, and inversely as
    long."""
    rate, low, high = settings.rate, settings.low, settings.high
    wide = max(1.0, min(high / 4, rate - 2 * high))
    taps = np.convolve(
        without(low_pass(low / rate, low / rate)), low_pass(high / rate, wide / rate)
    )
    if settings.notch is not None:
        taps = np.convolve(taps, _notch(settings.notch, rate))
    return taps


def _notch(mains: int, rate: int) -> np.ndarray:
    narrow = low_pass(1 / rate, 1 / rate)
    half = len(narrow) // 2
    around_mains = 2 * np.cos(2 * np.pi * mains / rate * np.arange(-half, half + 1)) * narrow
    return without(around_mains)


def zero_phase(blocks: Blocks, settings: Settings) -> Iterator[np.ndarray]:
    """Each sample is filtered with what comes before and after it: nothing is moved in time."""
    taps = taps_of(settings)
    reach = len(taps) // 2
    size = 1 << max(13, (8 * reach).bit_length())
    response = np.fft.rfft(taps, size)
    for piece in around(blocks, reach, size - 2 * reach):
        made = np.fft.irfft(np.fft.rfft(piece, size) * response, size)
        # The first 2 reach samples are those that the transform folds onto each other.
        yield made[:, 2 * reach : piece.shape[1]]


def causal(blocks: Blocks, settings: Settings) -> Iterator[np.ndarray]:
    """Butterworth's band-pass of 3 poles at each end, -3 dB at `low` and `high`, in second-order
    sections; then the notch. State goes from block to block; at the beginning it is as if the first
    sample had stood for ever."""
    from scipy.signal import butter, iirnotch, sosfilt, sosfilt_zi, tf2sos

    sections = butter(
        ORDER, [settings.low, settings.high], "bandpass", fs=settings.rate, output="sos"
    )
    if settings.notch is not None:
        notch = tf2sos(*iirnotch(settings.notch, QUALITY, fs=settings.rate))
        sections = np.concatenate([sections, notch])
    state: np.ndarray | None = None
    for block in blocks:
        if not block.shape[1]:
            continue
        if state is None:
            state = sosfilt_zi(sections)[:, None, :] * block[None, :, :1]
        made, state = sosfilt(sections, block, axis=1, zi=state)
        yield made
