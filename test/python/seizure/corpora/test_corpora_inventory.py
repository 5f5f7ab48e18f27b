"""Inventories: what they count, what they call an error, what they refuse, how they are kept."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import corpora_made as made
import pytest
from jobkit.errors import Refused

from seizure.corpora.corpus import open_corpus
from seizure.corpora.inventory import Inventory, files, require_sound, same_patient, take
from seizure.corpora.inventory.whose import whose
from seizure.recording import Entry

ROWS = [(0, 10, "bckg"), (10, 28, "seiz"), (28, 60, "bckg")]
QUIET = [(0, 60, "bckg")]


@pytest.fixture
def tusz(tmp_path: Path) -> Path:
    root = tmp_path / "v2.0.3"
    made.tusz_recording(root, "train", "aaaaaaac", ROWS)
    made.tusz_recording(root, "train", "aaaaaaac", QUIET, token=1, seconds=120)
    made.tusz_recording(root, "train", "aaaaaaad", ROWS, rate=128)
    made.tusz_recording(root, "dev", "aaaaaabb", ROWS)
    made.tusz_recording(root, "eval", "aaaaaacc", ROWS)
    return root


def inventory(root: Path, **options) -> Inventory:  # type: ignore[no-untyped-def]
    return take(open_corpus(root, name=options.pop("name", None)), **options)


def test_counts_per_split(tusz: Path) -> None:
    found = inventory(tusz).summary()
    assert [s["split"] for s in found["splits"]] == ["train", "dev", "test"]
    assert found["splits"][0] == {
        "split": "train", "patients": 2, "recordings": 3, "hours": round(240 / 3600, 4),
        "seizures": 2, "seizure_hours": round(36 / 3600, 4), "rates": [64, 128],
        "kinds": {"sz": 2},
    }  # fmt: skip
    assert found["montages"] == ["referential", "bipolar"]
    assert found["store_bytes"] == {
        "referential": 19 * 360 * 256 * 2,
        "bipolar": 18 * 360 * 256 * 2,
    }
    assert found["notices"] == [
        {
            "kind": "uncovered", "count": 1,
            "says": "annotate only a part of the recording: the rest is taken as background",
            "first": str(next(tusz.rglob("aaaaaaac_s001_t001.csv_bi"))),
        }
    ]  # fmt: skip
    assert found["errors"] == [] and found["layout"] == "tusz" and not found["synthetic"]
    require_sound(inventory(tusz))


def test_leak_of_one_patient_is_refused(tusz: Path) -> None:
    """The first of the places where a patient could get into two splits."""
    leaked = made.tusz_recording(tusz, "eval", "aaaaaaad", ROWS, token=7)
    found = inventory(tusz)
    (error,) = found.summary()["errors"]
    assert error["what"] == "patient aaaaaaad is in two splits"
    assert str(leaked) in error["why"] and "aaaaaaad_s001_t000.edf" in error["why"]
    for splits in (["train"], ["test"], ["train", "dev", "test"]):
        with pytest.raises(Refused, match="patient aaaaaaad is in two splits"):
            require_sound(found, splits)


def test_leak_by_another_name_is_refused(tusz: Path) -> None:
    one = next(tusz.rglob("aaaaaaad_s001_t000.edf"))
    other = made.tusz_recording(tusz, "eval", "aaaaaazz", ROWS)
    shutil.copy(one, other)
    with pytest.raises(Refused, match="in two splits, as patient aaaaaazz and aaaaaaad"):
        require_sound(inventory(tusz))


def test_one_signal_twice_in_a_split_is_told(tusz: Path) -> None:
    shutil.copy(
        next(tusz.rglob("aaaaaaac_s001_t000.edf")), next(tusz.rglob("aaaaaaad_s001_t000.edf"))
    )
    found = inventory(tusz)
    assert [n.kind for n in found.notices] == ["twice", "uncovered"]
    require_sound(found)


def test_training_without_a_seizure_is_an_error(tmp_path: Path) -> None:
    made.tusz_recording(tmp_path, "train", "aaaaaaac", QUIET)
    made.tusz_recording(tmp_path, "dev", "aaaaaabb", QUIET)
    made.tusz_recording(tmp_path, "eval", "aaaaaacc", ROWS)
    found = inventory(tmp_path)
    (error,) = found.summary()["errors"]
    assert error["what"] == "the training split has no seizure"
    with pytest.raises(Refused, match="none of its 1 recordings has one"):
        require_sound(found)
    require_sound(found, ["dev"])
    (notice,) = found.summary()["notices"]
    assert notice["count"] == 1 and notice["says"] == (
        "of dev have no seizure among them: only false alarms can be counted there"
    )


def test_a_recording_that_cannot_be_used_does_not_hide_the_others(tusz: Path) -> None:
    bad = next(tusz.rglob("aaaaaabb_s001_t000.csv_bi"))
    bad.write_text(bad.read_text().replace("seiz", "xsz"))
    found = inventory(tusz)
    assert len(found.entries) == 4
    (error,) = found.summary()["errors"]
    assert error["what"] == f"{bad}:8 cannot be used" and 'label "xsz" is not known' in error["why"]
    require_sound(found, ["train", "test"])
    with pytest.raises(Refused, match="xsz"):
        require_sound(found, ["dev"])


def test_many_errors_are_counted(tmp_path: Path) -> None:
    for n in range(25):
        made.tusz_recording(tmp_path, "train", f"aaaaaa{n:02d}", None, seconds=1)
    errors = inventory(tmp_path).summary()["errors"]
    assert len(errors) == 21 and errors[20]["what"] == "5 more"
    assert errors[0]["hint"].endswith(f": ann-tui sync {tmp_path.name} --unlabelled")
    with pytest.raises(Refused, match="and 24 more like this"):
        require_sound(inventory(tmp_path))


def test_a_file_without_a_montage_is_named(tusz: Path) -> None:
    edf = made.tusz_recording(tusz, "eval", "aaaaaacd", QUIET, labels=["EEG FP1-REF", "EMG"])
    (error,) = inventory(tusz).summary()["errors"]
    assert error["what"] == f"{edf} cannot be used"


def test_montages_that_some_recordings_lack_are_told(tmp_path: Path) -> None:
    for patient, labels in (("01", made.TUSZ_LABELS), ("02", made.CHB_LABELS)):
        made.bids_recording(tmp_path, patient, [(5, 9, "sz")], labels=labels)
    found = inventory(tmp_path).summary()
    assert found["montages"] == ["bipolar"] and found["errors"] == []
    (told,) = [n for n in found["notices"] if n["kind"] == "no-referential"]
    assert (told["count"], told["says"]) == (1, "cannot be made referential, unlike the others")
    assert "sub-02" in told["first"]


def test_recordings_without_a_montage_in_common_are_an_error() -> None:
    entries = tuple(
        Entry(id, id, "test", Path(f"{id}.edf"), 60.0, 256.0, (montage,), ())
        for id, montage in (("a", "referential"), ("b", "bipolar"))
    )
    found = Inventory("x", "plain", "", "", False, Path("x"), "own-x", entries)
    (error,) = found.summary()["errors"]
    assert error["what"] == "no montage can be made of all recordings"
    assert error["why"] == "referential not of b.edf; bipolar not of a.edf"


def test_the_same_patient_in_two_corpora_is_refused(tmp_path: Path) -> None:
    raw, bids = tmp_path / "raw", tmp_path / "bids"
    for case in ("chb02", "chb21"):
        made.write_edf(raw / case / f"{case}_01.edf", labels=made.CHB_LABELS)
        listed = f"File Name: {case}_01.edf\nNumber of Seizures in File: 0\n"
        made.write(raw / case / f"{case}-summary.txt", listed)
    made.bids_recording(bids, "01", [])
    made.write(bids / "dataset_description.json", '{"Name": "BIDS CHB-MIT Scalp EEG Database"}')
    one, other = inventory(raw), inventory(bids)
    told, of_other = whose(one), whose(other)
    assert told["corpus"] is None and set(told["people"]) & set(of_other["people"])
    assert "chb" not in "".join(told["people"]), "names are not passed on"
    same_patient([one])
    with pytest.raises(Refused) as caught:
        same_patient([one, other])
    assert caught.value.what == "patient sub-01 is in two of the datasets"
    assert "chb21_01.edf" in caught.value.why and "in bids" in caught.value.why


def test_two_layouts_of_a_corpus_that_names_its_patients_otherwise_are_refused(
    tusz: Path, tmp_path: Path
) -> None:
    made.bids_recording(tmp_path / "bids", "001", [])
    made.write(tmp_path / "bids" / "dataset_description.json", '{"Name": "BIDS TUH"}')
    with pytest.raises(Refused, match=r"v2\.0\.3 and bids are the same corpus"):
        same_patient([inventory(tusz), inventory(tmp_path / "bids")])


def test_the_same_recording_in_two_corpora_is_refused(tmp_path: Path) -> None:
    one = made.write_edf(tmp_path / "a" / "p1" / "x.edf")
    made.write_edf(tmp_path / "b" / "p1" / "y.edf")
    for name in ("a/p1/x", "b/p1/y"):
        made.write(tmp_path / f"{name}.tsv", made.events_tsv(60, []))
    same_patient([inventory(tmp_path / "a"), inventory(tmp_path / "b")])
    shutil.copy(one, tmp_path / "b" / "p1" / "y.edf")
    with pytest.raises(Refused, match="patient p1 is in two of the datasets"):
        same_patient([inventory(tmp_path / "a"), inventory(tmp_path / "b")])


def test_is_kept_and_read_back(tusz: Path, tmp_path: Path) -> None:
    found = inventory(tusz, name="mine")
    datasets = tmp_path / "datasets"
    stamp = files.write(datasets, "mine", found, "folder")
    assert stamp["folder"] == str(tusz) and stamp["of"] == "recordings"
    assert stamp["bytes"] == sum(p.stat().st_size for p in tusz.rglob("*.edf"))
    assert json.loads((datasets / "mine.json").read_text()) == stamp
    assert files.read(datasets, "mine") == found
    shutil.copytree(tusz, datasets / "inside")
    inside = inventory(datasets / "inside")
    assert files.write(datasets, "inside", inside, "https://x")["folder"] == "inside"
    moved = shutil.move(datasets, tmp_path / "moved")
    assert files.read(Path(moved), "inside").entries[0].edf.is_relative_to(moved)
    assert files.read(Path(moved), "inside").split_hash == inside.split_hash


def test_damaged_files_are_explained(tusz: Path, tmp_path: Path) -> None:
    files.write(tmp_path, "mine", inventory(tusz), "folder")
    path = files.recordings_file(tmp_path, "mine")
    whole = path.read_text()
    for text in (
        whole[:-40],
        "[]",
        whole.replace('"v": 1', '"v": 9'),
        whole.replace('"rate"', '"r"'),
    ):
        path.write_text(text)
        with pytest.raises(Refused, match=r"the inventory of (mine|v2\.0\.3)"):
            files.read(tmp_path, "mine")
    with pytest.raises(Refused, match="none is no dataset of recordings here"):
        files.read(tmp_path, "none")


def test_what_is_unchanged_is_not_opened_again(tusz: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import seizure.edf.header as header

    opened: list[str] = []
    real = header.read_header
    monkeypatch.setattr(header, "read_header", lambda path: opened.append(path.stem) or real(path))
    first = inventory(tusz)
    assert len(opened) == 5
    opened.clear()
    assert inventory(tusz, earlier=first) == first and opened == []
    again = Inventory.from_json(json.loads(json.dumps(first.to_json())))
    assert inventory(tusz, earlier=again) == first and opened == []
    annotation = next(tusz.rglob("aaaaaabb_s001_t000.csv_bi"))
    annotation.write_text(annotation.read_text().replace("28.0000", "27.0000"))
    made.tusz_recording(tusz, "dev", "aaaaaabb", ROWS, token=1)
    edf = next(tusz.rglob("aaaaaacc_s001_t000.edf"))
    os.utime(edf, ns=(1, 1))
    second = inventory(tusz, earlier=first)
    assert sorted(opened) == ["aaaaaabb_s001_t000", "aaaaaabb_s001_t001", "aaaaaacc_s001_t000"]
    assert second == inventory(tusz)
    opened.clear()
    inventory(tusz, earlier=first, unlabelled=True)
    assert len(opened) == 6


def test_a_file_that_is_being_written_is_refused(
    tusz: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import seizure.corpora.inventory.reading as reading

    edf = next(tusz.rglob("aaaaaacc_s001_t000.edf"))
    real = reading.content_of

    def grow(path: Path, skip: int) -> str:
        if path == edf:
            with open(path, "ab") as f:
                f.write(b"more")
        return real(path, skip)

    monkeypatch.setattr(reading, "content_of", grow)
    (fault,) = inventory(tusz).faults
    assert fault.what == f"{edf} cannot be used" and "something still writes it" in fault.why


def test_progress_ends_at_the_last(tusz: Path) -> None:
    told: list[tuple] = []

    class Phase:
        def progress(self, *given: object) -> None:
            told.append(given)

    inventory(tusz, phase=Phase(), threads=2)
    assert [(done, total, unit) for done, total, unit, _ in told] == [
        (n, 5, "recordings") for n in range(1, 6)
    ]
    assert told[-1][3] == 0 and all(eta >= 0 for *_, eta in told)
