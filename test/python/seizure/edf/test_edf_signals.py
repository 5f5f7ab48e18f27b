"""Samples: in microvolts, at one rate, without seams; bad channels masked; files written and read."""

from __future__ import annotations

import os
import sys
import tracemalloc
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import edfio
import numpy as np
import pytest
from jobkit.errors import Refused
from scipy.signal import resample_poly
from seizure.edf.header import Header, read_header
from seizure.edf.montage import BIPOLAR, REFERENTIAL, plan
from seizure.edf.resample import Resampler
from seizure.edf.signals import Facts, examine, read_blocks, samples_of
from seizure.edf.write import Channel, write_edf

sys.path.insert(0, str(Path(__file__).parent.parent))
from edf_files import File, Raw, chb_mit, referential, siena, tusz


@pytest.fixture
def header(tmp_path: Path):
    def read(file: File) -> Header:
        return read_header(file.write(tmp_path / f"{len(list(tmp_path.iterdir()))}.edf"))

    return read


def close(found: np.ndarray, expected: np.ndarray, within: float = 1e-3) -> bool:
    return found.shape == expected.shape and bool(np.abs(found - expected).max() <= within)


def resampled(signal: np.ndarray, up: int, down: int) -> np.ndarray:
    first = signal[..., :1]
    return resample_poly(signal - first, up, down, axis=-1, padtype="edge") + first


def whole(header: Header, montage: str, **options: object) -> np.ndarray:
    made = plan(header, montage)
    found = np.concatenate(list(read_blocks(header, made, **options)), axis=1)  # type: ignore[arg-type]
    assert found.dtype == np.float32
    assert found.shape == (len(made.names), samples_of(header, made))
    return found


def test_agrees_with_edfio(header) -> None:
    for file in (tusz(), siena(), referential(reserved="EDF+C")):
        found = header(file)
        other = edfio.read_edf(found.path)
        electrodes = np.array([one.data for one in other.signals[:19]])
        average = electrodes - electrodes.mean(axis=0)
        assert close(whole(found, "referential"), average)
        pairs = [one.split("-") for one in BIPOLAR]
        at = dict(zip(REFERENTIAL, electrodes, strict=True))
        expected = np.array([at[one] - at[two] for one, two in pairs])
        assert close(whole(found, "bipolar"), expected)
    other = edfio.read_edf(header(chb_mit()).path)
    expected = np.array([one.data for one in other.signals[:18]])
    assert close(whole(header(chb_mit()), "bipolar"), expected)


def test_a_pair_recorded_the_other_way_round_changes_its_sign(header) -> None:
    file = chb_mit()
    signals = [one for one in file.signals if one.label != "T7-P7"]
    found = header(replace(file, signals=signals))
    other = edfio.read_edf(found.path).get_signal("P7-T7").data
    assert close(whole(found, "bipolar")[BIPOLAR.index("T3-T5")], -other)


@pytest.mark.parametrize("block_seconds", [0.001, 0.1, 1, 3, 1000])
def test_blocks_of_any_length_are_the_same(header, block_seconds: float) -> None:
    file = tusz(records=20)
    file = file.but(0, samples=200).but(5, samples=125)
    found = header(file)
    made = plan(found, "referential")
    assert (made.rate, [one.kind for one in made.notices]) == (250.0, ["rates"])
    blocks = list(read_blocks(found, made, block_seconds))
    assert max(one.shape[1] for one in blocks) <= max(250, block_seconds * 250) + 50
    assert close(whole(found, "referential"), np.concatenate(blocks, axis=1))
    raw = [one.data for one in edfio.read_edf(found.path).signals[:19]]
    raw[0] = resampled(raw[0], 5, 4)
    raw[5] = resampled(raw[5], 2, 1)
    average = np.array(raw) - np.mean(raw, axis=0)
    assert close(np.concatenate(blocks, axis=1), average, 1e-2)


def test_a_record_that_is_the_whole_file(header) -> None:
    long = File([Raw(one, 25600) for one in REFERENTIAL], records=1, duration="100")
    blocks = list(read_blocks(header(long), plan(header(long), "referential"), 10))
    assert [one.shape for one in blocks] == [(19, 2560)] * 10


@pytest.mark.parametrize(("up", "down"), [(32, 25), (1, 2), (5, 4), (128, 125), (1, 1)])
def test_resampling_has_no_seams(up: int, down: int) -> None:
    rng = np.random.default_rng(up)
    signal = rng.normal(100, 20, (2, 3000)).astype(np.float32)
    one = Resampler(up, down)
    parts, at = [], 0
    while at < 3000:
        step = int(rng.integers(1, 400))
        parts.append(one.push(signal[:, at : at + step], last=at + step >= 3000))
        at += step
    expected = resampled(signal.astype(float), up, down)
    assert close(np.concatenate(parts, axis=1), expected, 1e-2)


def bad(number: int, digital: np.ndarray, **of: object) -> File:
    return referential(records=20, **of).but(number, digital=digital)


NOISE = np.random.default_rng(5).normal(0, 300, 20 * 256).astype("<i2")
SECOND = np.arange(20 * 256) // 256
BAD = {
    "flat": np.zeros(20 * 256),
    "railed": np.full(20 * 256, 32767),
    "a step of noise": NOISE % 2,
    "flat for most of it": np.where(SECOND < 11, 7, NOISE),
    "clipped": np.clip(NOISE, -300, 300),
    "clipped above": np.clip(NOISE, -32768, 300),
}
GOOD = {
    "flat for a while": np.where(SECOND < 9, 7, NOISE),
    "clipped for a while": np.where(SECOND < 1, np.clip(NOISE, -300, 300), NOISE),
    "faint": np.rint(NOISE / 30),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_channels_are_masked(header, case: str) -> None:
    found = header(bad(2, BAD[case]))
    made = plan(found, "referential")
    facts = examine(found, made)
    assert (facts.masked, facts.interpolated) == (("C3",), ("C3",))
    assert [one.kind for one in facts.notices] == ["masked"]
    without = header(referential([one for one in REFERENTIAL if one != "C3"], records=20))
    assert plan(without, "referential").missing == ("C3",)
    same = header(bad(2, np.zeros(20 * 256)))
    assert close(whole(found, "referential"), whole(same, "referential"), 0)


@pytest.mark.parametrize("case", GOOD)
def test_channels_that_are_good_enough_stay(header, case: str) -> None:
    found = header(bad(2, GOOD[case]))
    assert examine(found, plan(found, "referential")) == Facts((), ())


def test_extremes_are_those_of_the_whole_recording(header) -> None:
    """Half a minute within narrow bounds, which the rest goes beyond, is not clipped."""
    noise = np.random.default_rng(6).normal(0, 300, 90 * 256).astype("<i2")
    first = np.arange(90 * 256) < 30 * 256
    narrow = np.where(first, np.clip(noise, -100, 100), noise)
    file = referential(records=90)
    found = header(file.but(2, digital=narrow))
    assert examine(found, plan(found, "referential")) == Facts((), ())
    found = header(file.but(2, digital=np.clip(noise, -300, 300)))
    assert examine(found, plan(found, "referential")).masked == ("C3",)


def test_a_pause_of_all_channels_is_no_fault_of_one(header) -> None:
    file = referential(records=20)
    for i in range(19):
        file = file.but(i, digital=np.where(SECOND < 15, -32768, np.roll(NOISE, i)))
    assert examine(header(file), plan(header(file), "referential")) == Facts((), ())


def test_too_many_bad_channels_are_refused(header) -> None:
    file = referential(REFERENTIAL[:17], records=20)
    for i in range(3):
        file = file.but(i, digital=np.zeros(20 * 256))
    with pytest.raises(Refused) as caught:
        examine(header(file), plan(header(file), "referential"))
    assert "Fp1, F3, C3 are flat or clipped, T4, T6 are missing: 5, at most 4" in caught.value.why
    for i in range(17):
        file = file.but(i, digital=np.zeros(20 * 256))
    with pytest.raises(Refused, match="all its EEG channels are flat"):
        list(read_blocks(header(file), plan(header(file), "bipolar")))


def test_a_file_of_clipped_channels_is_refused(header) -> None:
    file = referential(records=20)
    for i in range(19):
        file = file.but(i, digital=np.clip(np.roll(NOISE, i), -200, 200))
    with pytest.raises(Refused, match="all its EEG channels are flat or clipped"):
        examine(header(file), plan(header(file), "referential"))


def test_masked_pairs(header) -> None:
    file = chb_mit(records=20)
    for i in (4, 16):  # Fp1-F3 follows from its side's others, Fz-Cz from nothing
        file = file.but(i, digital=np.zeros(20 * 256))
    found = header(file)
    facts = examine(found, plan(found, "bipolar"))
    assert facts.masked == ("Fp1-F3", "Fz-Cz")
    assert facts.interpolated == ("Fp1-F3",)
    made = whole(found, "bipolar")
    assert not made[16].any()
    assert close(made[4], made[:4].sum(axis=0) - made[5:8].sum(axis=0), 1e-2)


def test_a_masked_pair_that_another_was_to_be_made_of(header) -> None:
    file = chb_mit(records=20).but(1, digital=np.zeros(20 * 256))
    file = replace(file, signals=file.signals[:5] + file.signals[6:])
    found = header(file)
    made = plan(found, "bipolar")
    assert made.missing == ("F3-C3",)
    facts = examine(found, made)
    assert (facts.masked, facts.interpolated) == (("F7-T3", "F3-C3"), ())
    silent = [
        name for name, row in zip(BIPOLAR, whole(found, "bipolar"), strict=True) if not row.any()
    ]
    assert silent == ["F7-T3", "F3-C3"]


@pytest.mark.parametrize(("samples", "records", "most"), [(256, 7200, 16), (1_700_000, 1, 180)])
def test_memory_is_bounded(tmp_path: Path, samples: int, records: int, most: int) -> None:
    """Two hours, and a record of nearly two; `most`: megabytes."""
    path = tmp_path / "long.edf"
    signals = [Raw(one, samples) for one in REFERENTIAL]
    duration = str(samples // 256)
    path.write_bytes(File(signals, claimed=str(records), duration=duration).head())
    os.truncate(path, 256 * 20 + 19 * 2 * samples * records)
    found = read_header(path)
    tracemalloc.start()
    for block in read_blocks(found, plan(found, "referential"), facts=Facts((), ())):
        assert not block.any()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < most * 1e6


def test_copies_have_to_be_equal(header) -> None:
    file = chb_mit()
    found = header(file)
    assert plan(found, "bipolar").inputs[14].copies == (22,)
    assert whole(found, "bipolar").shape == (18, 2560)
    for changes, why in (
        ({"digital": NOISE[:2560]}, "differ at 0 seconds or soon after"),
        ({"physical_max": "3000"}, "differ in rate or scale"),
        ({"samples": 512, "digital": None}, "differ in rate or scale"),
    ):
        found = header(file.but(22, **changes))
        with pytest.raises(Refused) as caught:
            examine(found, plan(found, "bipolar"))
        assert f"signals 15 and 23 are both 'T8-P8' and {why}" in caught.value.why


def test_written_and_read(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    data = rng.normal(0, 50, (19, 30 * 256))
    data[0, 5] = 1e5
    start = datetime(2021, 12, 31, 23, 59, 58)
    channels = [Channel(f"{n}-Avg", 256.0, x) for n, x in zip(REFERENTIAL, data, strict=True)]
    path = tmp_path / "made.edf"
    write_edf(path, [*channels, Channel("Temp", 1.0, np.arange(30.0))], start)
    found = read_header(path)
    assert (found.kind, found.start, found.seconds, found.notices) == ("edf", start, 30.0, ())
    assert [one.label for one in found.signals[:19]] == [f"{one}-Avg" for one in REFERENTIAL]
    head = path.read_bytes()[:256]
    assert head[8:88].rstrip() == b"X X X X"
    assert head[88:168].rstrip() == b"Startdate 31-DEC-2021 X X X"
    clipped = np.clip(data, -3276.8, 3276.7)
    expected = clipped - clipped.mean(axis=0)
    assert close(whole(found, "referential"), expected, 0.11)
    assert list(tmp_path.iterdir()) == [path]
    again = tmp_path / "again.edf"
    write_edf(again, [*channels, Channel("Temp", 1.0, np.arange(30.0))], start)
    assert again.read_bytes() == path.read_bytes()
    with pytest.raises(ValueError, match="finite"):
        write_edf(path, [replace(channels[0], data=np.array([np.nan] * 256))], start)
