from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from jobkit.errors import Refused
from seizure.recording import Seizure
from seizure.scoring.command import lines, score
from seizure.scoring.folders import read_folders
from seizure.scoring.mask import mask_of
from seizure.scoring.tsv import read, write

HEAD = "onset\tduration\teventType\tconfidence\tchannels\tdateTime\trecordingDuration\n"


def row(onset: object, duration: object, kind: str = "sz", seconds: object = 600) -> str:
    return f"{onset}\t{duration}\t{kind}\tn/a\tn/a\tn/a\t{seconds}\n"


def table(folder: Path, name: str, *rows: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD + "".join(rows))
    return path


def bids(subject: str, run: int = 0) -> str:
    name = f"sub-{subject}_ses-01_task-szMonitoring_run-{run:02d}_events.tsv"
    return f"sub-{subject}/ses-01/eeg/{name}"


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "truth", tmp_path / "guess"


def test_what_is_missing_empty_or_of_another_length_counts_as_no_output(
    folders: tuple[Path, Path],
) -> None:
    truth, guess = folders
    for run in range(5):
        table(truth, bids("01", run), row(100, 20))
    table(guess, bids("01", 0), row(100, 20, seconds=600.9))
    table(guess, bids("01", 1))
    table(guess, bids("01", 2), row(100, 20, seconds=599.99))
    table(guess, bids("01", 4), row(0, 600, "bckg"))
    table(guess, bids("02"), row(1, 2))
    told = score(truth, guess, 10, 0)
    assert told["missing"] == [bids("01", run) for run in (1, 2, 3)]
    assert told["extra"] == [bids("02")]
    assert {n["kind"]: n["count"] for n in told["notices"]} == {
        "no-row": 1, "other-length": 1, "no-prediction": 1, "extra": 1,
    }  # fmt: skip
    assert (told["events"]["pooled"]["found"], told["events"]["pooled"]["reference"]) == (1, 5)
    assert told["patients"] == 1 and told["recordings"] == 5
    text = "\n".join(lines(told))
    assert "1 have no prediction: counted as no output" in text and "SzCORE rules" in text
    assert told["synthetic"] is False and "synthetic" not in text


def test_figures_on_made_up_patients_are_told_as_synthetic(folders: tuple[Path, Path]) -> None:
    truth, guess = folders
    for folder in folders:
        table(folder, bids("01"), row(100, 20))
    (truth / "dataset_description.json").write_text('{"ann_tui_synthetic": "de891a20b5bb455b"}')
    told = score(truth, guess, 10, 0)
    text = lines(told)
    assert told["synthetic"] is True
    assert text[0].endswith("1 as SzCORE joins and cuts them · synthetic")
    heads = [line for line in text if line.startswith(("events", "seconds"))]
    assert [line.split("  ")[0] for line in heads] == ["events · synthetic", "seconds · synthetic"]


def test_plain_names_pair_without_folders_and_each_is_its_own_patient(
    folders: tuple[Path, Path],
) -> None:
    truth, guess = folders
    table(truth, "deep/chb01_03.tsv", row(10, 20))
    table(truth, "chb01_04.tsv", row(0, 600, "bckg"))
    table(guess, "chb01_03_events.tsv", row(12, 20))
    table(guess, "chb01_04_events.tsv", row(0, 600, "bckg"))
    found = read_folders(truth, guess)
    assert [m.patient for m in found.marked] == ["chb01_04", "chb01_03"]
    assert not found.missing and {n.kind for n in found.notices} == {"no-patient"}
    assert found.marked[1].predicted == (Seizure(12, 32),)


def test_tables_beside_the_events_are_not_taken_for_them(folders: tuple[Path, Path]) -> None:
    truth, guess = folders
    for folder in folders:
        table(folder, bids("01"), row(10, 20))
        (folder / "participants.tsv").write_text("participant_id\nsub-01\n")
    (truth / "sub-01/ses-01/eeg/sub-01_channels.tsv").write_text("name\n")
    assert len(read_folders(truth, guess).marked) == 1


def refused(call: object, *args: object) -> str:
    with pytest.raises(Refused) as told:
        call(*args)  # type: ignore[operator]
    return f"{told.value} {told.value.hint}"


def test_folders_that_cannot_be_scored(folders: tuple[Path, Path]) -> None:
    truth, guess = folders
    assert "no such folder" in refused(read_folders, truth, guess)
    table(truth, bids("01"), row(10, 20))
    guess.mkdir()
    assert "holds no event table" in refused(read_folders, truth, guess)
    assert "the same folder" in refused(read_folders, truth, truth / "." / "")
    table(guess, bids("02"), row(10, 20))
    assert "no prediction has the name" in refused(read_folders, truth, guess)
    table(guess, "again/" + bids("02"), row(10, 20))
    assert "has the same name" in refused(read_folders, truth, guess)


@pytest.mark.parametrize(
    ("rows", "line", "why"),
    [
        ([row(10, 20), row(20, -1)], 3, "ends at 19 s"),
        ([row(10, 0)], 2, "begins at 10 s and ends at 10 s"),
        ([row(-3, 20)], 2, "before the recording"),
        ([row(590, 20)], 2, "ends at 610 s"),
        ([row(10, 20, "seiz")], 2, 'eventType "seiz" is not known'),
        ([row(10, "n/a")], 2, 'duration is "n/a", not a number'),
        ([row("1_0", 5)], 2, 'onset is "1_0", not a number'),
        ([row(10, 20, seconds="n/a")], 2, 'recordingDuration is "n/a"'),
        ([row(10, 20, seconds="1e8")], 2, "is no recording's length"),
        ([row(10, 20, seconds="nan")], 2, "not a number"),
        (["10\t20\tsz\n"], 2, "the row has 3 fields"),
        ([], 0, "it has no row"),
    ],
)
def test_a_truth_is_refused_by_file_and_line(
    tmp_path: Path, rows: list[str], line: int, why: str
) -> None:
    path = table(tmp_path, "x.tsv", *rows)
    told = refused(read, path, True)
    assert why in told and (f"x.tsv:{line}" if line else "x.tsv") in told


def test_files_that_are_no_tables(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    for content, why in (
        (b"", "it is empty"),
        (b"onset,duration\n1,2\n", 'no column "onset"'),
        (b"onset\tduration\teventType\trecordingDuration\n\xff\t1", "x.tsv:2"),
    ):
        path.write_bytes(content)
        assert why in refused(read, path, True)
    assert "no such file" in refused(read, tmp_path / "none.tsv", True)


def test_a_prediction_may_end_late_or_last_no_time(tmp_path: Path) -> None:
    rows = (row(590, 20), row(5, 0), row(7, 2, "sz-foc-ia"), row("n/a", "n/a", "bckg"))
    path = table(tmp_path, "x.tsv", *rows, "\n", row(9, 1, seconds=700))
    found = read(path, truth=False)
    assert found.seconds == 600
    assert found.seizures == (Seizure(7, 9, "sz-foc-ia"), Seizure(9, 10), Seizure(590, 610))
    kinds = {n.kind: n.line for n in found.notices}
    assert kinds == {"beyond-end": 2, "no-duration": 3, "hyphens": 4, "length-changes": 7}


def test_columns_are_taken_by_name_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.tsv"
    text = "\ufeffrecordingDuration\teventType\tduration\tonset\r\n2000\tsz_foc\t1801\t4.5\r\n"
    path.write_bytes(text.encode())
    found = read(path, truth=True)
    assert found.seizures == (Seizure(4.5, 1805.5, "sz-foc"),)
    assert [n.kind for n in found.notices] == ["long"]


def test_what_is_written_reads_back_to_the_same_seconds(tmp_path: Path) -> None:
    rng = np.random.default_rng(4)
    path = tmp_path / "a" / "x.tsv"
    for rate in (1, 4):
        for _ in range(40):
            seconds = float(rng.integers(50, 5000)) + 0.9996
            starts = np.sort(rng.integers(0, int(seconds) * rate, 6)) / rate
            events = [Seizure(s, s + int(rng.integers(1, 90)) / rate) for s in starts.tolist()]
            write(path, events, seconds, datetime(2020, 1, 2, 3, 4, 5))
            found = read(path, truth=False)
            assert int(found.seconds) == int(seconds)
            assert (mask_of(found.seizures, seconds) == mask_of(events, seconds)).all()
    write(path, [], 12.0)
    assert path.read_text() == HEAD + "0.000\t12.000\tbckg\tn/a\tn/a\tn/a\t12.000\n"
    assert read(path, truth=True).seizures == ()


def test_bytes_of_any_kind_are_read_or_refused_with_their_file(tmp_path: Path) -> None:
    rng = np.random.default_rng(9)
    good = (HEAD + row(10, 20) + row(0, 600, "bckg")).encode()
    path = tmp_path / "fuzz.tsv"
    for _ in range(500):
        data = bytearray(good)
        for _ in range(int(rng.integers(1, 6))):
            at = int(rng.integers(0, len(data)))
            data[at : at + int(rng.integers(0, 4))] = bytes(
                rng.choice(list(b"\t\n\r-e.09n\xffsz_\x00"), int(rng.integers(0, 4))).tolist()
            )
        path.write_bytes(bytes(data))
        for truth in (True, False):
            try:
                found = read(path, truth)
            except Refused as told:
                assert "fuzz.tsv" in str(told)
            else:
                assert all(0 <= s.start < s.end for s in found.seizures)
