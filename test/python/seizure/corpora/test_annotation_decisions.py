"""Each doubtful case of an annotation is decided: refused by line, asked, or used and told."""

from __future__ import annotations

from pathlib import Path

import pytest
from jobkit.errors import Refused

from seizure.annotations.rows import STRICT, LeftOut, Row, Rules, Undecided, settle, unlabelled

FILE = Path("x_events.tsv")


def settled(*rows: tuple, seconds: float = 3600.0, rules: Rules = STRICT, complete: bool = False):  # type: ignore[no-untyped-def]
    """Rows (start, end[, kind]); their lines count from 2."""
    made = [
        Row(start, end, kind[0] if kind else "sz", line)
        for line, (start, end, *kind) in enumerate(rows, 2)
    ]
    seizures, notices = settle(made, seconds, FILE, rules, complete)
    return [(s.start, s.end, s.kind) for s in seizures], [(n.kind, n.line) for n in notices]


def why(*rows: tuple, **more) -> str:  # type: ignore[no-untyped-def]
    with pytest.raises(Refused) as caught:
        settled(*rows, **more)
    return f"{caught.value.what}: {caught.value.why}"


def test_takes_seizures_in_order() -> None:
    found, told = settled((50, 60), (5, 20, "sz-foc"), (0, 5, "bckg"))
    assert found == [(5, 20, "sz-foc"), (50, 60, "sz")] and told == []


def test_no_seizure_is_normal() -> None:
    assert settled((0, 3600, "bckg"), complete=True) == ([], [])
    assert settled() == ([], [])


def test_refuses_an_event_beyond_the_end() -> None:
    said = why((5, 20), (3590, 3620))
    assert said == (
        "x_events.tsv:3 cannot be used: a seizure from 3590 to 3620 s, but the recording has 3600 s"
    )
    assert "x_events.tsv:2" in why((3600, 3600.5))


def test_cuts_what_rounding_puts_behind_the_end() -> None:
    assert settled((3590, 3601)) == ([(3590, 3600, "sz")], [("cut-at-end", 2)])
    assert settled((3590, 3600.005)) == ([(3590, 3600, "sz")], [])
    assert "x_events.tsv:2" in why((3590, 3601.01))


def test_reads_over_background_beyond_the_end() -> None:
    assert settled((0, 4000, "bckg")) == ([], [("background-beyond", 2)])


def test_refuses_an_end_before_its_start() -> None:
    assert (
        why((5, 20), (40, 30))
        == "x_events.tsv:3 cannot be used: it ends at 30 s, but starts at 40 s"
    )
    assert "ends at 40 s, but starts at 40 s" in why((40, 40))
    assert "x_events.tsv:2" in why((40, 30, "bckg"))
    assert settled((40, 40, "bckg")) == ([], [])


def test_refuses_a_start_before_the_recording() -> None:
    assert "x_events.tsv:2 cannot be used: it starts at -1 s" in why((-1, 20))


def test_asks_about_a_seizure_of_more_than_30_minutes() -> None:
    assert settled((0, 1800)) == ([(0, 1800, "sz")], [])
    with pytest.raises(Undecided) as caught:
        settled((5, 20), (10, 1811))
    assert caught.value.options == ("--long-seizures keep", "--long-seizures leave-out")
    assert caught.value.what == "x_events.tsv:3 cannot be used"
    assert "30 minutes, 10 to 1811 s: more than 30" in caught.value.why
    assert caught.value.hint == "correct this line if that is a slip"
    keep = Rules(long_seizures="keep")
    assert settled((10, 1811), rules=keep) == ([(10, 1811, "sz")], [])
    assert "but the recording has 900 s" in why((10, 1811), rules=keep, seconds=900)
    with pytest.raises(LeftOut) as left:
        settled((10, 1811), rules=Rules(long_seizures="leave-out"))
    assert left.value.notice.kind == "left-out" and left.value.notice.line == 2
    with pytest.raises(Refused, match="--long-seizures cannot be used"):
        Rules(long_seizures="drop")


def test_rows_that_overlap_are_one_seizure() -> None:
    found, told = settled(
        (10, 30, "sz-foc-a"), (25, 40, "sz-foc-ia"), (26, 27, "sz-foc-a"), (40, 50)
    )
    assert found == [(10, 40, "sz-foc"), (40, 50, "sz")]
    assert told == [("overlapping", 0)]


def test_tells_what_is_not_annotated() -> None:
    found, told = settled((0.0119, 1.0492, "bckg"), complete=True)
    assert found == [] and told == [("uncovered", 0)]
    assert settled((0, 1800, "bckg"), (1799, 1850), (1850, 3599.5, "bckg"), complete=True)[1] == []
    assert settled((0, 10), (20, 3600, "bckg"), complete=True)[1] == [("uncovered", 0)]
    assert settled((10, 20))[1] == []
    assert settled(complete=True)[1] == [("uncovered", 0)]


def test_a_recording_without_annotation_is_asked_about() -> None:
    with pytest.raises(Undecided) as caught:
        unlabelled(Path("a.edf"), "a.csv_bi", STRICT)
    assert caught.value.options == ("--unlabelled",)
    assert "there is no a.csv_bi" in caught.value.why
    assert unlabelled(Path("a.edf"), "a.csv_bi", Rules(unlabelled=True)).kind == "unlabelled"
