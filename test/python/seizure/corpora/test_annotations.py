"""Annotation files of each corpus: what they say is read exactly, what is wrong refused by line."""

from __future__ import annotations

from pathlib import Path

import corpora_made as made
import pytest
from jobkit.errors import Refused

from seizure.annotations import chb_mit, hed_score, seizeit1, siena, tusz
from seizure.annotations.kinds import KINDS, SEIZEIT1, SIENA, TUSZ, common, kind_of
from seizure.annotations.rows import STRICT, Row, settle

FIXTURES = Path(__file__).parent / "fixtures"
STEM = "aaaaaaaa_s001_t000"


def spans(rows) -> list[tuple]:  # type: ignore[no-untyped-def]
    return [(row.start, row.end, row.kind) for row in rows]


def refusal(read, path: Path, *more: object) -> str:  # type: ignore[no-untyped-def]
    """What a person is told, "LINE: why"; the file is named by it."""
    with pytest.raises(Refused) as caught:
        read(path, *more)
    place = caught.value.what.removesuffix(" cannot be used")
    assert place.startswith(str(path)), place
    return f"{place.removeprefix(str(path)).lstrip(':')}: {caught.value.why}"


def test_reads_tusz() -> None:
    found = tusz.read_csv_bi(FIXTURES / "tusz" / f"{STEM}.csv_bi", STEM)
    assert found.duration == 301.0
    assert spans(found.rows) == [
        (0.0, 36.8868, "bckg"), (36.8868, 183.3055, "sz"), (183.3055, 301.0, "bckg"),
    ]  # fmt: skip
    assert [row.line for row in found.rows] == [7, 8, 9]


def test_gives_a_seizure_of_tusz_the_type_it_has_longest() -> None:
    file = FIXTURES / "tusz" / f"{STEM}.csv_bi"
    seizures, _ = settle(tusz.read_csv_bi(file, STEM).rows, 301.0, file, STRICT)
    rows = tusz.read_csv(file.with_suffix(".csv"), STEM).rows
    typed, notices = tusz.typed(seizures, rows, file)
    assert spans(typed) == [(36.8868, 183.3055, "sz-foc-ia")] and notices == ()
    typed, notices = tusz.typed(seizures, [Row(200.0, 210.0, "sz-gen", 9)], file)
    assert spans(typed) == [(36.8868, 183.3055, "sz")]
    assert [n.kind for n in notices] == ["types-differ"]


GOOD = (FIXTURES / "tusz" / f"{STEM}.csv_bi").read_text()
CSV_BI = {
    "unknown label": (("seiz", "xxsz"), '8: label "xxsz" is not known'),
    "a channel": (("TERM,36", "FP1-F7,36"), '8: the channel is "FP1-F7", not TERM'),
    "another recording": (("bname = aaaaaaaa", "bname = aaaaaaab"), "2: it is the annotation of"),
    "no version": (("# version", "# vers"), '1: the head has no line "# version'),
    "other version": (("csv_v1.0.0", "tse_v1.0.0"), '1: version "tse_v1.0.0" is none'),
    "duration": (("301.00 secs", "301.00"), '3: duration is "301.00"'),
    "said twice": (("#\nch", "# bname = x\nch"), '5: the head says "bname" twice'),
    "number": (("36.8868,183", "36,8868,183"), "8: the row has 6 fields"),
    "no number": (("TERM,36.8868", "TERM,36.88.68"), '8: start_time is "36.88.68", not a number'),
    "nan": (("TERM,36.8868", "TERM,nan"), '8: start_time is "nan"'),
    "inf": (("183.3055,seiz", "inf,seiz"), '8: stop_time is "inf"'),
    "huge": (("183.3055,seiz", "1e300,seiz"), "far out of range"),
    "underscore": (("183.3055,seiz", "1_8,seiz"), '8: stop_time is "1_8"'),
    "confidence": (("seiz,1.0000", "seiz,1.5"), "8: confidence is"),
    "tabs": ((",", "\t"), '6: the first row names no column "channel"'),
    "column": (("start_time", "start"), '6: the first row names no column "start_time"'),
    "column twice": (("label,confidence", "label,label"), "6: the first row names no column"),
    "torn": (("TERM,183.3055,301.0000,bckg,1.0000\n", "TERM,183.3"), "9: the row has 2 fields"),
    "NUL": (("seiz", "se\0z"), "8: there is a NUL byte"),
    "long line": (("seiz", "seiz" * 9999), "8: the line has"),
}  # fmt: skip


@pytest.mark.parametrize("case", CSV_BI)
def test_refuses_csv_bi(tmp_path: Path, case: str) -> None:
    (old, new), why = CSV_BI[case]
    path = made.write(tmp_path / f"{STEM}.csv_bi", GOOD.replace(old, new))
    assert why in refusal(tusz.read_csv_bi, path, STEM)


def test_reads_over_marks_of_other_programs(tmp_path: Path) -> None:
    path = tmp_path / f"{STEM}.csv_bi"
    for data in (b"\xef\xbb\xbf" + GOOD.encode(), GOOD.replace("\n", "\r\n").encode()):
        path.write_bytes(data)
        assert len(tusz.read_csv_bi(path, STEM).rows) == 3
    path.write_bytes(GOOD.encode("utf-16"))
    assert "1: it is written in UTF-16" in refusal(tusz.read_csv_bi, path, STEM)
    path.write_bytes(GOOD.encode().replace(b"seiz", b"se\xefz"))
    assert "8: there are bytes that are no UTF-8" in refusal(tusz.read_csv_bi, path, STEM)


def test_reads_a_summary_of_chb_mit() -> None:
    found = chb_mit.read(FIXTURES / "chb-mit" / "chb03-summary.txt").files
    assert {name: spans(one.rows) for name, one in found.items()} == {
        "chb03_01.edf": [(12.0, 34.0, "sz")],
        "chb03_02.edf": [],
        "chb03_03+.edf": [(5.0, 9.0, "sz"), (40.0, 55.0, "sz")],
        "chb03_04.edf": [],
    }
    assert [one.seconds for one in found.values()] == [60.0, 60.0, 60.0, None]


def test_tells_a_seizure_of_chb_mit_that_is_numbered_otherwise() -> None:
    notices = chb_mit.read(FIXTURES / "chb-mit" / "chb03-summary.txt").notices
    assert [(n.kind, n.line) for n in notices] == [("numbered-otherwise", 34)]


SUMMARY = (FIXTURES / "chb-mit" / "chb03-summary.txt").read_text()
SUMMARIES = {
    "count": (("in File: 1", "in File: 2"), "14: chb03_01.edf should have 2 seizures, but 1"),
    "no count": (("Number of Seizures in File: 1\n", ""), '11: chb03_01.edf has no line "Number'),
    "no end": (("Seizure End Time: 34 seconds\n", ""), "11: the last seizure of chb03_01.edf"),
    "no start": (("Seizure Start Time: 12 seconds\n", ""), "15: a seizure ends that has no start"),
    "two starts": (("Seizure 1 End Time: 9", "Seizure 2 Start Time: 9"), "32: a seizure starts"),
    "listed twice": (("chb03_02", "chb03_01"), "18: chb03_01.edf is listed twice"),
    "words": (("12 seconds", "twelve seconds"), '15: the seizure\'s start is "twelve"'),
    "spelling": (("Seizure Start Time: 12", "Seizure Begin Time: 12"), "15: "),
    "hour": (("13:23:36", "13:73:36"), '12: "13:73:36" is no time of day'),
    "name": (("chb03_01.edf", "../chb03_01.edf"), "is no name of an EDF file"),
    "empty": ((SUMMARY, ""), "it names no file"),
}


@pytest.mark.parametrize("case", SUMMARIES)
def test_refuses_a_summary(tmp_path: Path, case: str) -> None:
    (old, new), why = SUMMARIES[case]
    path = made.write(tmp_path / "chb03-summary.txt", SUMMARY.replace(old, new))
    assert why in refusal(chb_mit.read, path)


def at(clock: str) -> int:
    hour, minute, second = clock.split(".")
    return int(hour) * 3600 + int(minute) * 60 + int(second)


def test_reads_a_list_of_siena() -> None:
    found = siena.read(FIXTURES / "siena" / "Seizures-list-PN20.txt")
    assert [(s.file, s.registration, s.start, s.end, s.line) for s in found.seizures] == [
        ("PN20-1.edf", at("19.39.33"), at("19.58.36"), at("19.59.46"), 16),
        ("PNO20-2.edf", at("23.50.00"), at("23.59.40"), at("00.01.10"), 23),
        ("PNO20-2.edf", at("23.50.00"), at("00.10.06"), at("00.11.04"), 28),
        ("PN20-3.edf", at("18.15.44"), at("18.28.29"), at("19.29.29"), 35),
    ]
    assert [[(n.kind, n.line) for n in s.notices] for s in found.seizures] == [
        [], [("time-spelt", 20)], [("several-times", 27), ("several-times", 28)], [],
    ]  # fmt: skip


def test_reads_a_list_of_siena_that_says_file_and_registration_once() -> None:
    found = siena.read(FIXTURES / "siena" / "Seizures-list-PN01.txt")
    assert [(s.file, s.registration, s.start, s.end) for s in found.seizures] == [
        ("PN01.edf", at("19.00.44"), at("21.51.02"), at("21.51.56")),
        ("PN01.edf", at("19.00.44"), at("07.53.17"), at("07.54.31")),
    ]


LIST = (FIXTURES / "siena" / "Seizures-list-PN20.txt").read_text()
LISTS = {
    "no end": (("Seizure end time: 19.59.46\n", ""), "15: the seizure that starts here has no end"),
    "no end at last": (("Seizure end time: 19.29.29\n", ""), "34: the seizure that starts here"),
    "no start": (("Seizure start time: 19.58.36\n", ""), "15: a seizure ends that has no start"),
    "no file": (("File name: PN20-1.edf\n", ""), "15: a seizure before its file name"),
    "no registration": (("Registration start time: 19.39.33\n", ""), "15: a seizure before its"),
    "hour": (("19.58.36", "29.58.36"), '15: "29.58.36" is no time of day'),
    "minute": (("19.58.36", "19.78.36"), '15: "19.78.36" is no time of day'),
    "digits": (("19.58.36", "19.58.3"), '15: "19.58.3" is no time of day'),
    "spelling": (("Seizure start time: 19", "Seizure begins: 19"), "15: "),
    "empty": ((LIST, "PN20\n"), "it names no file"),
}


@pytest.mark.parametrize("case", LISTS)
def test_refuses_a_list_of_siena(tmp_path: Path, case: str) -> None:
    (old, new), why = LISTS[case]
    path = made.write(tmp_path / "Seizures-list-PN20.txt", LIST.replace(old, new))
    assert why in refusal(siena.read, path)


def test_knows_how_the_lists_of_siena_misspell_files() -> None:
    assert siena.spelt("PNO6-1.edf") == siena.spelt("PN06-1.edf") == "pn06-1"
    assert siena.spelt("PN11-.edf") == "pn11"


def test_reads_seizeit1() -> None:
    found = seizeit1.read(FIXTURES / "seizeit1" / "P_ID07_r1_a1.tsv", 600.0)
    assert spans(found.rows) == [
        (10.0, 25.0, "sz-foc-ia"), (40.0, 70.0, "sz-foc-a"), (100.0, 130.0, "sz-foc-f2b"),
    ]  # fmt: skip
    assert [(n.kind, n.line) for n in found.notices] == [("without-end", 10)]
    assert seizeit1.read(FIXTURES / "seizeit1" / "P_ID07_r1_a1.tsv", 50.0).rows[1].end == 50.0
    assert seizeit1.read(FIXTURES / "seizeit1" / "P_ID07_r2_a1.tsv", 600.0).rows == ()


def test_refuses_seizeit1(tmp_path: Path) -> None:
    text = (FIXTURES / "seizeit1" / "P_ID07_r1_a1.tsv").read_text()
    for old, new, why in (
        ("FIA\t", "XIA\t", '9: type "XIA" is not known'),
        ("40\tNone", "None\tNone", '10: the start is "None"'),
        ("100\t130", "100 130", '11: type "Hem:R'),
        ("#", "", "1: no line begins"),
    ):
        path = made.write(tmp_path / "P_ID07_r1_a1.tsv", text.replace(old, new))
        assert why in refusal(seizeit1.read, path, 600.0)


def test_reads_hed_score(tmp_path: Path) -> None:
    path = made.write(
        tmp_path / "x_events.tsv",
        made.events_tsv(
            3600, [(36.89, 200.32, "sz_foc_ia"), (300, 5, "sz-gen-m-tonicClonic"), (0, 9, "bckg")]
        ),
    )
    found = hed_score.read(path)
    assert spans(found.rows) == [
        (36.89, 36.89 + 200.32, "sz-foc-ia"),
        (300.0, 305.0, "sz-gen-m-tonicClonic"),
        (0.0, 9.0, "bckg"),
    ]
    assert found.seconds == 3600.0 and [row.line for row in found.rows] == [2, 3, 4]
    path = made.write(tmp_path / "short.tsv", "eventType\tonset\tduration\nsz\t1\t2\n")
    assert spans(hed_score.read(path).rows) == [(1.0, 3.0, "sz")]


def test_refuses_hed_score(tmp_path: Path) -> None:
    text = made.events_tsv(60, [(5, 10, "sz")])
    for old, new, why in (
        ("sz", "seizure", '2: eventType "seizure" is not known'),
        ("5.00", "n/a", '2: onset is "n/a"'),
        ("duration", "length", '1: the first row names no column "duration"'),
        ("confidence", "onset", '1: column "onset" is there twice'),
        ("60.00", "-1", "2: recordingDuration is"),
        ("\t", ",", '1: the first row names no column "onset"'),
        (text, "", "it is empty"),
    ):
        path = made.write(tmp_path / "x_events.tsv", text.replace(old, new))
        assert why in refusal(hed_score.read, path)
    assert "there is no such file" in refusal(hed_score.read, tmp_path / "none.tsv")


def test_kinds_are_those_of_hed_score() -> None:
    assert len(KINDS) == len(set(KINDS)) == 72
    assert kind_of("sz_foc_ia_nm_behavior") == "sz-foc-ia-nm-behavior"
    assert kind_of("SZ-GEN-M-TONICCLONIC") == "sz-gen-m-tonicClonic"
    assert kind_of("bckg") == "bckg" and kind_of("seiz") is None and kind_of("") is None
    for table in (TUSZ, SEIZEIT1, SIENA):
        assert set(table.values()) <= set(KINDS)
    assert common("sz-foc-a", "sz-foc-ia") == "sz-foc" and common("sz-foc", "sz-gen") == "sz"
