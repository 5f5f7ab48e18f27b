"""Damaged EDF files without end: each is read, or refused with its name; nothing else may happen.

`python test/python/seizure/fuzz_edf.py --seconds 600 --seed 7` goes on as long as it is told."""

from __future__ import annotations

import argparse
import contextlib
import os
import resource
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from edf_files import File, Raw, chb_mit, referential, siena, tusz
from jobkit.errors import Refused
from seizure.edf.header import read_header
from seizure.edf.montage import MONTAGES, plan
from seizure.edf.signals import read_blocks, samples_of

#: Bytes of address space beyond those in use when it begins, and seconds for a file.
ROOM, LONGEST = 512 << 20, 10.0
#: What is put into fields: sound, odd, absurd.
_TEXTS = [
    b"", b" ", b"0", b"1", b"-1", b"2", b"7", b"18", b"19", b"24", b"40", b"250", b"256", b"512",
    b"5120", b"9999", b"99999999", b"-9999999", b"1e300", b"1e-300", b"1e999", b"nan", b"inf",
    b"0x10", b"1_0", b"0.5", b"0,5", b"1.", b".", b"+", b"--0", b"-32768", b"32767", b"65535",
    b"EDF+C", b"EDF+D", b"02:03:20", b"31.02.20", b"99.99.99", b"Startdate 30-FEB-2020 X", b"uV",
    b"\xb5V", b"mV", b"V", b"mm", b"FP1-F7", b"EEG FP1-REF", b"EEG F3-LE", b"T8-P8", b"EEG", b"-",
    b"EDF Annotations", b"\0\0\0\0", b"\xff\xff\xff\xff", b"\xd9\xa3", b"%s%n", b"1\n2",
]  # fmt: skip
_WIDTHS = (16, 80, 8, 8, 8, 8, 8, 80, 8, 32)


def _bases() -> list[bytes]:
    mixed = referential(records=4).but(0, samples=200).but(1, samples=128)
    odd = File([Raw(f"EEG {one}", 50) for one in ("FP1", "F3")], records=3, duration="0.5")
    files = [tusz(records=3), chb_mit(records=3), siena(records=2), mixed, odd]
    return [one.data() for one in files]


_SOUND = _bases()


def cases(rng: np.random.Generator) -> Iterator[tuple[str, bytes]]:
    """(what was done, the file), without end."""
    while True:
        base = int(rng.integers(len(_SOUND)))
        data = bytearray(_SOUND[base])
        done = []
        for _ in range(int(rng.integers(1, 5))):
            change = _CHANGES[int(rng.integers(len(_CHANGES)))]
            change(data, rng)
            done.append(change.__name__.strip("_"))
        yield f"{base}:{'+'.join(done)}", bytes(data)


def run(path: Path) -> None:
    """Reads a file as preparing it would. Raises Refused at most."""
    header = read_header(path)
    made = {}
    for montage in MONTAGES:
        with contextlib.suppress(Refused):
            made[montage] = plan(header, montage)
    if not made:
        plan(header, "bipolar")
    for one in made.values():
        samples = 0
        for block in read_blocks(header, one):
            assert block.dtype == np.float32 and len(block) == len(one.names)
            assert np.isfinite(block).all()
            samples += block.shape[1]
        assert samples == samples_of(header, one)


def fuzz(seed: int, seconds: float) -> Counter[str]:
    """How many were "read" and "refused". What else a file brings about is raised, with the file
    kept and named."""
    counts: Counter[str] = Counter()
    end = time.monotonic() + seconds
    with tempfile.TemporaryDirectory() as folder, _bounded():
        path = Path(folder) / "fuzzed.edf"
        for number, (name, data) in enumerate(cases(np.random.default_rng(seed))):
            if time.monotonic() > end:
                return counts
            path.write_bytes(data)
            os.utime(path, (1e9, 1e9))
            try:
                signal.setitimer(signal.ITIMER_REAL, LONGEST)
                run(path)
                counts["read"] += 1
            except Refused as e:
                assert str(path) in e.what and e.why, f"case {number}, {name}: {e}"
                assert e.why.isprintable(), f"case {number}, {name}: {e.why!r}"
                counts["refused"] += 1
            except BaseException as e:
                kept = Path(tempfile.mkdtemp()) / "found.edf"
                kept.write_bytes(data)
                raise AssertionError(f"case {number} of seed {seed}, {name}, {kept}") from e
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
    return counts


@contextlib.contextmanager
def _bounded() -> Iterator[None]:
    """Within: no more than ROOM bytes can be taken, where the system says how many are in use; and
    SIGALRM raises TimeoutError."""

    def late(*_: object) -> None:
        raise TimeoutError(f"no end after {LONGEST:g} s")

    before = resource.getrlimit(resource.RLIMIT_AS)
    in_use = Path("/proc/self/statm")
    if in_use.exists():
        used = int(in_use.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + ROOM, before[1]))
    handler = signal.signal(signal.SIGALRM, late)
    try:
        yield
    finally:
        signal.signal(signal.SIGALRM, handler)
        resource.setrlimit(resource.RLIMIT_AS, before)


def _bytes(data: bytearray, rng: np.random.Generator) -> None:
    for _ in range(int(rng.integers(1, 9))):
        if data:
            data[int(rng.integers(min(len(data), 7000)))] = int(rng.integers(256))


def _file_field(data: bytearray, rng: np.random.Generator) -> None:
    starts = (0, 8, 88, 168, 176, 184, 192, 236, 244, 252)
    widths = (8, 80, 80, 8, 8, 8, 44, 8, 8, 4)
    i = int(rng.integers(len(starts)))
    _put(data, starts[i], widths[i], rng)


def _signal_field(data: bytearray, rng: np.random.Generator) -> None:
    """Of one signal, or of all."""
    try:
        count = int(data[252:256])
    except ValueError:
        return
    field = int(rng.integers(len(_WIDTHS)))
    begin = 256 + count * sum(_WIDTHS[:field])
    if rng.random() < 0.2:
        state = rng.bit_generator.state
        for i in range(min(count, 64)):
            rng.bit_generator.state = state
            _put(data, begin + i * _WIDTHS[field], _WIDTHS[field], rng)
    elif count > 0:
        _put(data, begin + int(rng.integers(count)) * _WIDTHS[field], _WIDTHS[field], rng)


def _swap(data: bytearray, rng: np.random.Generator) -> None:
    """Two labels, or two numbers of samples, change places."""
    at = 256 + 16 * int(rng.integers(40))
    other = 256 + 16 * int(rng.integers(40))
    one = data[at : at + 16]
    data[at : at + 16] = data[other : other + 16]
    data[other : other + 16] = one


def _cut(data: bytearray, rng: np.random.Generator) -> None:
    del data[int(rng.integers(len(data) + 1)) if rng.random() < 0.7 else 256 * 3 :]


def _more(data: bytearray, rng: np.random.Generator) -> None:
    data += rng.bytes(int(rng.integers(1, 5000)))


def _moved(data: bytearray, rng: np.random.Generator) -> None:
    """Bytes are left out or put in, so that all behind them shift."""
    at = int(rng.integers(len(data) + 1))
    if rng.random() < 0.5:
        del data[at : at + int(rng.integers(1, 300))]
    else:
        data[at:at] = rng.bytes(int(rng.integers(1, 300)))


def _body(data: bytearray, rng: np.random.Generator) -> None:
    """A stretch of samples becomes one value."""
    if len(data) > 8000:
        at = int(rng.integers(6000, len(data)))
        length = min(int(rng.integers(1, 60_000)), len(data) - at)
        data[at : at + length] = bytes([int(rng.integers(256))]) * length


def _put(data: bytearray, at: int, width: int, rng: np.random.Generator) -> None:
    text = _TEXTS[int(rng.integers(len(_TEXTS)))]
    if at + width <= len(data):
        data[at : at + width] = text[:width].ljust(width)


_CHANGES = (_bytes, _file_field, _file_field, _signal_field, _signal_field, _signal_field,
            _swap, _cut, _more, _moved, _body, _body)  # fmt: skip

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    found = fuzz(asked.seed, asked.seconds)
    print(f"{sum(found.values())} files: {found['read']} read, {found['refused']} refused")
    sys.exit(0)
