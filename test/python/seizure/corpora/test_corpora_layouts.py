"""Corpora as they lie in folders: each layout is recognised, and its recordings are read."""

from __future__ import annotations

import json
import os
import shutil
from datetime import datetime
from pathlib import Path

import corpora_made as made
import pytest
from jobkit.errors import Refused

from seizure.corpora.corpus import Corpus, open_corpus
from seizure.corpora.inventory import Inventory, take

FIXTURES = Path(__file__).parent / "fixtures"


def entries(corpus: Corpus, **options) -> dict[str, tuple]:  # type: ignore[no-untyped-def]
    """id -> patient, split, seizures; all recordings have to be usable."""
    found = take(corpus, **options)
    assert [f"{f.what}: {f.why}" for f in found.faults] == []
    return {
        e.id: (e.patient, e.split, [(s.start, s.end, s.kind) for s in e.seizures])
        for e in found.entries
    }


def faults(corpus: Corpus, **options) -> list[str]:  # type: ignore[no-untyped-def]
    return [f"{f.what}: {f.why}" for f in take(corpus, **options).faults]


def kinds(corpus: Corpus, **options) -> dict[str, int]:  # type: ignore[no-untyped-def]
    return {n.kind: n.count for n in take(corpus, **options).notices}


def test_tusz(tmp_path: Path) -> None:
    root = tmp_path / "tusz" / "v2.0.3"
    rows = [(0, 10, "bckg"), (10, 30, "seiz"), (30, 60, "bckg")]
    one = made.tusz_recording(root, "train", "aaaaaaac", rows)
    typed = [("FP1-F7", 12, 30, "cpsz"), ("F7-T3", 12, 14, "fnsz"), ("F7-T3", 0, 12, "bckg")]
    made.write(one.with_suffix(".csv"), made.csv(one.stem, 60, typed))
    made.tusz_recording(root, "dev", "aaaaaabb", rows)
    made.tusz_recording(root, "eval", "aaaaaacc", [(0, 60, "bckg")])
    made.write_edf(root / "edf" / "train" / "stray.edf")
    corpus = open_corpus(root)
    assert (corpus.layout, corpus.version, corpus.name) == ("tusz", "v2.0.3", "v2.0.3")
    assert entries(corpus) == {
        "aaaaaaac_s001_t000": ("aaaaaaac", "train", [(10, 30, "sz-foc-ia")]),
        "aaaaaabb_s001_t000": ("aaaaaabb", "dev", [(10, 30, "sz")]),
        "aaaaaacc_s001_t000": ("aaaaaacc", "test", []),
    }
    assert kinds(corpus) == {"outside": 1}
    assert entries(open_corpus(root / "edf")) == entries(corpus)
    made.write(root / "AAREADME.txt", "File: AAREADME.txt\nDatabase: TUSZ\nVersion: v2.0.6\n")
    assert open_corpus(root).version == "v2.0.6"
    assert kinds(open_corpus(root)) == {"outside": 1, "version-differs": 1}


def test_tusz_tells_and_refuses(tmp_path: Path) -> None:
    made.tusz_recording(tmp_path, "train", "aaaaaaac", None)
    made.tusz_recording(tmp_path, "train", "aaaaaaad", [(0, 1, "bckg")], seconds=60)
    bad = made.tusz_recording(tmp_path, "train", "aaaaaaae", [(0, 100, "seiz")])
    corpus = open_corpus(tmp_path)
    first, second = faults(corpus)
    assert "aaaaaaac_s001_t000.edf cannot be used: it has no annotation" in first
    assert f"{bad.with_suffix('.csv_bi')}:7 cannot be used: a seizure from 0 to 100 s" in second
    assert kinds(corpus, unlabelled=True) == {"uncovered": 1, "unlabelled": 1}
    assert corpus.version == "unknown"


def chb_mit(root: Path) -> None:
    for case in ("chb03", "chb21"):
        text = (FIXTURES / "chb-mit" / "chb03-summary.txt").read_text()
        made.write(root / case / f"{case}-summary.txt", text.replace("chb03", case))
        for name in ("01", "02", "03+"):
            made.write_edf(root / case / f"{case}_{name}.edf", labels=made.CHB_LABELS)


def test_chb_mit(tmp_path: Path) -> None:
    chb_mit(tmp_path / "1.0.0")
    corpus = open_corpus(tmp_path / "1.0.0")
    assert (corpus.layout, corpus.version) == ("chb-mit", "1.0.0")
    found = entries(corpus)
    assert {id: seizures for id, (_, _, seizures) in found.items() if id.startswith("chb03")} == {
        "chb03_01": [(12, 34, "sz")], "chb03_02": [], "chb03_03+": [(5, 9, "sz"), (40, 55, "sz")],
    }  # fmt: skip
    assert {patient for patient, _, _ in found.values()} == {"chb03", "chb01"}
    assert found["chb21_01"][0] == "chb01"
    told = kinds(corpus)
    assert told["absent"] == 2 and told["numbered-otherwise"] == 2


def test_chb_mit_recordings_that_no_summary_lists(tmp_path: Path) -> None:
    chb_mit(tmp_path)
    edf = made.write_edf(tmp_path / "chb03" / "chb03_09.edf", labels=made.CHB_LABELS)
    (refused,) = faults(open_corpus(tmp_path))
    assert (
        f'{edf} cannot be used: it has no annotation: there is no "File Name: chb03_09' in refused
    )
    assert kinds(open_corpus(tmp_path), unlabelled=True)["unlabelled"] == 1
    listed = made.write(tmp_path / "RECORDS-WITH-SEIZURES", "chb03/chb03_01.edf\n")
    assert entries(open_corpus(tmp_path))["chb03_09"][2] == []
    assert kinds(open_corpus(tmp_path))["not-listed"] == 1
    listed.write_text("chb03/chb03_09.edf\n")
    (refused,) = faults(open_corpus(tmp_path))
    assert (
        "chb03-summary.txt cannot be used: chb03_09.edf has seizures, but is not listed" in refused
    )
    (tmp_path / "chb03" / "chb03-summary.txt").unlink()
    assert len(faults(open_corpus(tmp_path))) == 4


def test_siena(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "siena", tmp_path / "PN20")
    (tmp_path / "PN20" / "Seizures-list-PN01.txt").unlink()
    shutil.copytree(FIXTURES / "siena", tmp_path / "PN01")
    for name, seconds, clock in (
        ("PN20/PN20-1", 1800, (19, 39, 33)), ("PN20/PN020-2", 3600, (23, 50)),
        ("PN20/PN20-3", 2480, (18, 15, 44)), ("PN01/PN01-1", 47520, (19, 0, 54)),
    ):  # fmt: skip
        start = datetime(2016, 1, 1, *clock)
        file = tmp_path / f"{name}.edf"
        made.write_edf(file, seconds, start=start, record_seconds=10, flat=True)
    corpus = open_corpus(tmp_path)
    assert corpus.layout == "siena"
    (refused,) = take(corpus).faults
    assert refused.what == f"{tmp_path}/PN20/Seizures-list-PN20.txt:35 cannot be used"
    assert "61 minutes, 765 to 4425 s: more than 30" in refused.why
    assert "and beyond the recording's 2480 s" in refused.why  # so it cannot be kept
    assert refused.hint == (
        "if 18.29.29 was meant (60 s), correct this line; to go on all the same: "
        f"ann-tui sync {tmp_path.name} --long-seizures leave-out"
    )
    found = entries(corpus, long_seizures="leave-out")
    assert {id: seizures for id, (_, _, seizures) in found.items()} == {
        "PN20-1": [(1143, 1213, "sz")],
        "PN020-2": [(580, 670, "sz"), (1206, 1264, "sz")],
        "PN01-1": [(10208, 10262, "sz"), (46343, 46417, "sz")],
    }
    assert kinds(corpus, long_seizures="leave-out") == {
        "several-times": 2, "time-spelt": 1, "other-start": 2, "file-name-spelt": 2, "left-out": 1,
    }  # fmt: skip
    made.write(tmp_path / "subject_info.csv", "patient_id, seizure,x\nPN20,FBTC,1\nPN01,WIAS,2\n")
    assert entries(open_corpus(tmp_path), long_seizures="leave-out")["PN20-1"][2] == [
        (1143, 1213, "sz-foc-f2b")
    ]


def test_seizeit1(tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "seizeit1", tmp_path / "P_ID07")
    for run in ("r1", "r2"):
        made.write_edf(tmp_path / "P_ID07" / f"P_ID07_{run}.edf", 600)
    corpus = open_corpus(tmp_path)
    assert corpus.layout == "seizeit1" and kinds(corpus) == {"without-end": 1}
    assert [found[2] for found in entries(corpus).values()] == [
        [(10, 25, "sz-foc-ia"), (40, 70, "sz-foc-a"), (100, 130, "sz-foc-f2b")], [],
    ]  # fmt: skip


def test_bids(tmp_path: Path) -> None:
    for patient in ("01", "21", "03", "04"):
        made.bids_recording(tmp_path, patient, [(5, 20, "sz_foc_ia")])
    made.write_edf(tmp_path / "derivatives" / "x_eeg.edf")
    described = {
        "Name": "BIDS CHB-MIT Scalp EEG Database",
        "License": "ODC-By",
        "DatasetVersion": "2",
    }
    made.write(tmp_path / "dataset_description.json", json.dumps(described))
    splits = "participant_id\tage\tsplit\nsub-01\t1\ttrain\nsub-03\t2\tval\nsub-04\tn/a\teval\n"
    made.write(tmp_path / "participants.tsv", splits)
    corpus = open_corpus(tmp_path)
    assert (corpus.layout, corpus.version, corpus.licence, corpus.synthetic, corpus.family) == (
        "bids", "2", "ODC-By", False, "chb-mit",
    )  # fmt: skip
    found = [(patient, split) for patient, split, _ in entries(corpus).values()]
    assert found == [
        ("sub-01", "train"),
        ("sub-03", "dev"),
        ("sub-04", "test"),
        ("sub-01", "train"),
    ]
    assert kinds(corpus) == {"outside": 1}
    made.write(tmp_path / "dataset_description.json", json.dumps({"ann_tui_synthetic": "abc"}))
    assert open_corpus(tmp_path).synthetic and open_corpus(tmp_path).version == "abc"
    made.write(tmp_path / "participants.tsv", splits + "sub-01\t3\ttest\n")
    with pytest.raises(
        Refused, match=r'participants.tsv:5 .*"sub-01" is in two splits, here and at'
    ):
        open_corpus(tmp_path)
    made.write(tmp_path / "participants.tsv", splits + "sub-21\t3\ttest\n")
    made.write(tmp_path / "dataset_description.json", json.dumps(described))
    one = r'participants.tsv:5 .*"sub-21", who is "sub-01", is in two splits, here and at line 2'
    with pytest.raises(Refused, match=one):
        open_corpus(tmp_path)
    made.write(tmp_path / "participants.tsv", splits.replace("sub-0", "0"))
    assert kinds(open_corpus(tmp_path)) == {"outside": 1, "no-split": 3}
    made.write(tmp_path / "participants.tsv", splits.replace("eval", "held out"))
    with pytest.raises(Refused, match=r'participants.tsv:4 .*split "held out" is not known'):
        open_corpus(tmp_path)
    made.write(tmp_path / "dataset_description.json", '{"Name":')
    with pytest.raises(Refused, match=r"dataset_description.json:1 .*it is no JSON"):
        open_corpus(tmp_path)


def test_plain(tmp_path: Path) -> None:
    for name in ("p1/a", "p1/b", "p2/deep/a", "p3_night1", "p3_night2"):
        made.write_edf(tmp_path / f"{name}.edf")
        made.write(tmp_path / f"{name}.tsv", made.events_tsv(60, [(5, 20, "sz")]))
    made.write(tmp_path / "participants.tsv", "participant_id\tsplit\np1\ttrain\n")
    corpus = open_corpus(tmp_path, name="mine")
    assert (corpus.layout, corpus.name) == ("plain", "mine")
    found = entries(corpus)
    assert {id: patient for id, (patient, _, _) in found.items()} == {
        "p1__a": "p1", "p1__b": "p1", "p2__deep__a": "p2", "p3_night1": "p3", "p3_night2": "p3",
    }  # fmt: skip
    assert found["p1__a"][1] == "train"
    assert kinds(corpus) == {"patient-by-name": 2, "no-split": 2}


def test_says_what_it_looked_for(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        open_corpus(tmp_path)
    for layout in ("(tusz)", "(chb-mit)", "(siena)", "(seizeit1)", "(bids)", "(plain)"):
        assert layout in caught.value.why
    made.bids_recording(tmp_path / "inner", "01", [])
    with pytest.raises(Refused, match=r"looked for sub-XX/eeg"):
        open_corpus(tmp_path, layout="bids")
    try:
        open_corpus(tmp_path, layout="tusz")
    except Refused as e:
        assert e.hint == f"{tmp_path / 'inner'} looks like bids: name that folder"
    with pytest.raises(Refused, match='no layout "edf"'):
        open_corpus(tmp_path, layout="edf")
    with pytest.raises(Refused, match="there is no such folder"):
        open_corpus(tmp_path / "none")


def test_two_recordings_of_one_name_are_refused(tmp_path: Path) -> None:
    made.tusz_recording(tmp_path, "train", "aaaaaaac", [])
    shutil.copytree(tmp_path / "edf" / "train", tmp_path / "edf" / "dev")
    with pytest.raises(Refused, match="two recordings are called aaaaaaac_s001_t000"):
        open_corpus(tmp_path)


def test_links_are_followed_and_circles_are_not(tmp_path: Path) -> None:
    made.write_edf(tmp_path / "there" / "a.edf")
    (tmp_path / "here" / "p1").mkdir(parents=True)
    (tmp_path / "here" / "p1" / "link").symlink_to(tmp_path / "there")
    (tmp_path / "here" / "p1" / "back").symlink_to(tmp_path / "here")
    (tmp_path / "here" / "p1" / "b.edf").symlink_to(tmp_path / "nowhere")
    corpus = open_corpus(tmp_path / "here")
    assert [one.id for one in corpus.recordings] == ["p1__b", "p1__link__a"]
    assert "content is not here" in faults(corpus)[0]


@pytest.mark.parametrize("name", [b"/p\xff", b"/p\n1", b"/p\t1"])
def test_a_name_that_cannot_be_written_down_is_refused(tmp_path: Path, name: bytes) -> None:
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + name))
    for folder in (odd, tmp_path / "p'\"2 $(x)", tmp_path / "患者"):
        made.write_edf(folder / "a b.edf")
        made.write(folder / "a b.tsv", made.events_tsv(60, [(5, 20, "sz")]))
    found = take(open_corpus(tmp_path))
    assert [entry.patient for entry in found.entries] == ["p'\"2 $(x)", "患者"]
    (fault,) = found.faults
    assert fault.what.startswith(f"{tmp_path}/p?") and fault.hint == "rename that file or folder"
    again = json.loads(json.dumps(found.to_json(), ensure_ascii=False).encode("utf-8"))
    assert Inventory.from_json(again) == found and len(found.split_hash) == 16
