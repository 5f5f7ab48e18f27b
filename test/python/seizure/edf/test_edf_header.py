"""Headers: sound ones are read, odd ones are repaired and told, bad ones are refused by file and byte."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from jobkit.errors import Problem, Refused
from seizure.edf.header import Header, read_header
from seizure.edf.montage import plan
from seizure.edf.signals import read_blocks

sys.path.insert(0, str(Path(__file__).parent.parent))
from edf_files import File, Raw, chb_mit, referential, siena, tusz

SOUND = referential(records=5)


def read(tmp_path: Path, file: File, age: float = 3600.0) -> Header:
    return read_header(file.write(tmp_path / "one.edf", age))


def kinds(header: Header) -> list[str]:
    return [one.kind for one in header.notices]


def test_reads_what_it_says(tmp_path: Path) -> None:
    header = read(tmp_path, tusz(records=7, duration="2", reserved="EDF+C"))
    assert header.kind == "edf+c"
    assert header.start == datetime(2020, 3, 2, 1, 2, 3)
    assert (header.records, header.record_seconds, header.seconds) == (7, 2.0, 14.0)
    assert len(header.signals) == 27 and header.notices == ()
    first, one_hertz = header.signals[0], header.signals[-1]
    assert (first.label, first.unit, first.rate, first.samples) == ("EEG FP1-REF", "uV", 125.0, 250)
    assert first.scale == pytest.approx((0.1, 0.0))
    assert (one_hertz.rate, one_hertz.offset) == (0.5, 24 * 250 + 2)
    assert header.bytes == (tmp_path / "one.edf").stat().st_size


@pytest.mark.parametrize("file", [tusz(), chb_mit(), siena()], ids=["tusz", "chb-mit", "siena"])
def test_corpora_are_sound(tmp_path: Path, file: File) -> None:
    header = read(tmp_path, file)
    assert (header.kind, header.seconds, header.notices) == ("edf", 10.0, ())


#: date, time, recording field → start, notice
STARTS = {
    "sound": ("31.12.99", "23.59.59", "", datetime(1999, 12, 31, 23, 59, 59), []),
    "from 1985": ("01.01.85", "00.00.00", "", datetime(1985, 1, 1), []),
    "until 2084": ("01.01.84", "00.00.00", "", datetime(2084, 1, 1), []),
    "colons": ("02:03:20", "01:02:03", "", datetime(2020, 3, 2, 1, 2, 3), ["bad-date"]),
    "slashes": ("02/03/20", "01.02.03", "", datetime(2020, 3, 2, 1, 2, 3), ["bad-date"]),
    "one figure": ("2.3.20", "1.2.3", "", datetime(2020, 3, 2, 1, 2, 3), ["bad-date"]),
    "EDF+ knows": ("00.00.00", "01.02.03", "Startdate 02-MAR-2020 X X X",
                   datetime(2020, 3, 2, 1, 2, 3), ["bad-date"]),
    "EDF+ neither": ("00.00.00", "01.02.03", "Startdate 30-FEB-2020 X X X", None, ["no-date"]),
    "EDF+ anonymous": ("31.02.20", "01.02.03", "Startdate X X X X", None, ["no-date"]),
    "no such hour": ("02.03.20", "25.00.00", "", None, ["no-date"]),
    "empty": ("", "", "", None, ["no-date"]),
    "words": ("sometime", "01.02.03", "", None, ["no-date"]),
}  # fmt: skip


@pytest.mark.parametrize("case", STARTS)
def test_start(tmp_path: Path, case: str) -> None:
    date, time, recording, start, told = STARTS[case]
    header = read(tmp_path, replace(SOUND, date=date, time=time, recording=recording))
    assert (header.start, kinds(header)) == (start, told)


#: Whole file → complete records, notice. A record has 19 * 256 * 2 = 9,728 bytes.
LENGTHS = {
    "a record is cut": (replace(SOUND, cut=1), 4, ["truncated"]),
    "records are missing": (replace(SOUND, claimed="99"), 5, ["truncated"]),
    "length unknown": (replace(SOUND, claimed="-1"), 5, ["no-record-count"]),
    "length unknown, cut": (replace(SOUND, claimed="-1", cut=9729), 3, ["no-record-count"]),
    "bytes behind": (replace(SOUND, tail=b"x"), 5, ["surplus"]),
    "records behind": (replace(SOUND, claimed="3"), 3, ["surplus"]),
}


@pytest.mark.parametrize("case", LENGTHS)
def test_length(tmp_path: Path, case: str) -> None:
    file, records, told = LENGTHS[case]
    header = read(tmp_path, file)
    assert (header.records, header.seconds, kinds(header)) == (records, float(records), told)
    blocks = list(read_blocks(header, plan(header, "referential")))
    assert sum(one.shape[1] for one in blocks) == records * 256


#: File → part of the reason.
REFUSED = {
    "EDF+D": (replace(SOUND, reserved="EDF+D"), "byte 192, reserved: EDF+D"),
    "BDF": (replace(SOUND, version=b"\xffBIOSEMI"), "it is BDF"),  # type: ignore[arg-type]
    "no EDF": (replace(SOUND, version="1"), "byte 0, version"),
    "not one record": (replace(SOUND, cut=5 * 9728 - 100), "not one complete record"),
    "no records": (replace(SOUND, claimed="0"), "byte 236, number of data records: 0"),
    "-2 records": (replace(SOUND, claimed="-2"), "-2 records cannot be"),
    "records in words": (replace(SOUND, claimed="many"), "'many' is no number"),
    "half a record": (replace(SOUND, claimed="4.5"), "4.5 is no whole number"),
    "annotations alone": (replace(SOUND, duration="0"), "annotations alone"),
    "negative duration": (replace(SOUND, duration="-1"), "byte 244, duration"),
    "endless duration": (replace(SOUND, duration="1e300"), "from 0.001 to 86,400"),
    "duration nan": (replace(SOUND, duration="nan"), "'nan' is no number"),
    "duration 1_0": (replace(SOUND, duration="1_0"), "'1_0' is no number"),
    "duration inf": (replace(SOUND, duration="1e999"), "too large"),
    "no signals": (replace(SOUND, signals=[], header_bytes="256"), "byte 252, number of signals: 0"),
    "9999 signals": (replace(SOUND, count="9999"), "would need 2560000 bytes of header"),
    "fewer signals": (replace(SOUND, count="18"), "byte 184, bytes in the header: 5120"),
    "header empty": (replace(SOUND, header_bytes=" "), "an empty field is no number"),
    "no samples": (File([Raw("Fp1", 0)]), "all together 0 bytes"),
    "negative samples": (replace(SOUND.but(2, samples=-5), records=0, claimed="5"), "signal 3: -5"),
    "vast record": (SOUND.but(18, samples="99999999"), "all together 200"),
    "samples in words": (SOUND.but(0, samples="0x10"), "byte 4360, samples in a data record of"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refuses(tmp_path: Path, case: str) -> None:
    file, why = REFUSED[case]
    path = tmp_path / "one.edf"
    path.write_bytes(file.head() + bytes(5 * 9728 - file.cut))
    os.utime(path, (1e9, 1e9))
    with pytest.raises(Refused) as caught:
        read_header(path)
    assert why in caught.value.why
    assert str(path) in caught.value.what


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "0 bytes are no EDF header"),
        (b"0       ", "8 bytes are no EDF header"),
        (SOUND.head()[:700], "would need 5120 bytes of header, the file has 700"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (b"/annex/objects/MD5E-s42--0.edf\n", "git annex get"),
        (b"\x1f\x8b" + bytes(400), "gzip"),
        (bytes(6000), "byte 0, version"),
    ],
)
def test_refuses_what_is_no_header(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "one.edf"
    path.write_bytes(data)
    with pytest.raises(Refused) as caught:
        read_header(path)
    assert why in caught.value.why


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="No such file"):
        read_header(tmp_path / "none.edf")
    with pytest.raises(Refused, match="it is no file"):
        read_header(tmp_path)
    link = tmp_path / "link.edf"
    link.symlink_to("nowhere")
    with pytest.raises(Refused, match="a link whose content is not here"):
        read_header(link)


@pytest.mark.parametrize("file", [LENGTHS["a record is cut"][0], LENGTHS["length unknown"][0]])
def test_a_file_on_its_way_is_refused(tmp_path: Path, file: File) -> None:
    with pytest.raises(Refused, match="written a moment ago"):
        read(tmp_path, file, age=1.0)
    assert read(tmp_path, SOUND, age=1.0).records == 5  # one that is complete is not


@pytest.mark.parametrize("change", ["grows", "shrinks", "is written anew"])
def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path: Path, change: str) -> None:
    header = read(tmp_path, replace(SOUND, records=50))
    blocks = read_blocks(header, plan(header, "referential"), block_seconds=5)
    next(blocks)
    with open(header.path, "r+b") as f:
        if change == "shrinks":
            f.truncate(100_000)
        elif change == "grows":
            f.seek(0, os.SEEK_END)
            f.write(b"x")
        else:
            os.utime(header.path)
    with pytest.raises(Refused, match="changed while it was read"):
        list(blocks)


def test_odd_bytes_are_read_and_told(tmp_path: Path) -> None:
    header = read(tmp_path, replace(SOUND, patient="Müller".encode()))
    assert kinds(header) == []  # nobody reads who it was
    header = read(tmp_path, SOUND.but(0, unit="\xb5V").but(1, unit="µV".encode()))
    assert kinds(header) == ["not-ascii"]
    assert plan(header, "referential").missing == ()
    header = read(tmp_path, SOUND.but(0, physical_min="-3276,8"))
    assert kinds(header) == ["decimal-comma"]
    assert header.signals[0].physical[0] == -3276.8
