"""Events of recordings without labels: what an evaluation would find; in words what cannot be."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from checkpoint_folders import SETTINGS, write_checkpoint
from seizure import cli
from seizure.corpora.inventory import files
from seizure.edf.header import read_header
from seizure.edf.montage import plan
from seizure.edf.signals import read_blocks
from seizure.edf.write import Channel, write_edf
from seizure.inference.predict import Failed, _prepared, _ToPrepare
from seizure.scoring import tsv
from seizure.store.layout import Layout

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "evaluation"))
from edf_files import File, Raw, chb_mit, referential, siena, tusz
from evaluation_support import Done

pytest_plugins = ["evaluation_fixtures", "inference_fixtures"]
pytestmark = pytest.mark.usefixtures("loud_models")


@pytest.fixture(autouse=True)
def _signals_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.signals, "install", lambda: None)
    monkeypatch.setattr("jobkit.command.signals.ignore", lambda: None)


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_checkpoint(tmp_path_factory.mktemp("model") / "one")


def predict(
    checkpoint: Path, out: Path, *edfs: Path, more: tuple[str, ...] = ()
) -> tuple[int, list]:
    """Exit code, and what --json has of each recording."""
    told = out.with_name(f"{out.name}.json")
    words = ["predict", *map(str, edfs), "--checkpoint", str(checkpoint), "--out", str(out)]
    code = cli.main([*words, "--workers", "1", "--json", str(told), *more])
    return code, json.loads(told.read_text())["recordings"] if told.exists() else []


def edf_of(datasets: Path, split: str = "test") -> list[Path]:
    return [one.edf for one in files.read(datasets, "tiny").entries if one.split == split]


def test_it_finds_what_an_evaluation_finds(
    datasets: Path, judged: tuple[Done, list[Path], Path], tmp_path: Path
) -> None:
    found, folders, _ = judged
    code, told = predict(folders[0], tmp_path / "out", *edf_of(datasets))
    assert code == 0 and len(told) == 4
    theirs = found.out / "predictions" / "tiny" / "model-0"
    count = 0
    for path in sorted(theirs.rglob("*_events.tsv")):
        mine = tsv.read(tmp_path / "out" / path.name, truth=True)
        assert (mine.seconds, mine.seizures) == (
            tsv.read(path, truth=True).seconds, tsv.read(path, truth=True).seizures,
        )  # fmt: skip
        count += len(mine.seizures)
    assert count > 4
    assert not list((tmp_path / "out").glob(".*"))


def test_scores_are_the_same_to_the_last_bit(
    datasets: Path, judged: tuple[Done, list[Path], Path], tmp_path: Path
) -> None:
    found, folders, _ = judged
    from seizure.checkpoints.chosen import Chosen
    from seizure.inference.detectors import trained
    from seizure.inference.predict import Predicted, predict_all

    (detector,) = trained([Chosen("c", "c", folders[0], None)], 1)
    entries = [one for one in files.read(datasets, "tiny").entries if one.split == "test"]
    seen: list[np.ndarray] = []
    order: list[int] = []

    def kept(signal: object) -> np.ndarray:
        seen.append(detector.score(signal))  # type: ignore[arg-type]
        return seen[-1]

    def done(index: int, what: object) -> None:
        assert isinstance(what, Predicted)
        order.append(index)

    edfs = [one.edf for one in entries]
    watched = replace(detector, score=kept)
    predict_all(edfs, watched, SETTINGS, 0.5, tmp_path, 2, lambda *_: None, done)
    assert sorted(order) == [0, 1, 2, 3] and not list((tmp_path / "signals").iterdir())
    for index, scores in zip(order, seen, strict=True):
        theirs = np.load(found.out / "scores" / "tiny" / f"{entries[index].id}.npz")["model-0"]
        assert scores.tobytes() == theirs.tobytes()


def test_nothing_found_is_one_row_of_background_over_the_whole(
    checkpoint: Path, tmp_path: Path
) -> None:
    edf = referential(records=21, duration="1.5").write(tmp_path / "quiet_eeg.edf")
    code, (told,) = predict(checkpoint, tmp_path / "out", edf, more=("--threshold", "1.1"))
    assert code == 0 and told["events"] == []
    head, row, end = (tmp_path / "out" / "quiet_events.tsv").read_text().split("\n")
    assert head.split("\t") == list(tsv.COLUMNS) and end == ""
    assert row.split("\t") == [
        "0.000", "31.500", "bckg", "n/a", "n/a", "2020-03-02 01:02:03", "31.500"
    ]  # fmt: skip


def rewritten(source: Path, to: Path, change: Callable[[list[Channel]], list[Channel]]) -> Path:
    """The same recording as another recorder would have left it."""
    header = read_header(source)
    planned = plan(header, "referential")
    signals = np.concatenate(list(read_blocks(header, planned)), axis=1)
    channels = [Channel(f"{n}-Avg", 256, x) for n, x in zip(planned.names, signals, strict=True)]
    write_edf(to, change(channels), datetime(2021, 1, 1))
    return to


NEW_NAMES = {"T3": "T7", "T4": "T8", "T5": "P7", "T6": "P8"}


def renamed(channels: list[Channel]) -> list[Channel]:
    """Another order, the names of the 10-10 system, a common reference, a pulse beside them."""
    shift = np.sin(np.arange(len(channels[0].data)) / 50) * 20
    others = []
    for one in reversed(channels):
        name = one.label.split("-")[0]
        label = f"EEG {NEW_NAMES.get(name, name).upper()}-REF"
        others.append(Channel(label, 256, one.data + shift))
    return [others[0], Channel("ECG", 256, shift * 9), *others[1:]]


def faster(channels: list[Channel]) -> list[Channel]:
    from scipy.signal import resample_poly

    return [Channel(one.label, 512, resample_poly(one.data, 2, 1)) for one in channels]


@pytest.mark.parametrize("change", [renamed, faster])
def test_order_names_reference_and_rate_are_the_recorders_own(
    datasets: Path, checkpoint: Path, tmp_path: Path, change: Callable[..., list[Channel]]
) -> None:
    source = edf_of(datasets)[0]
    other = rewritten(source, tmp_path / "other.edf", change)
    code, told = predict(checkpoint, tmp_path / "out", source, other)
    assert code == 0
    events = [sum(end - start for start, end in one["events"]) for one in told]
    assert events[0] > 0 and abs(events[0] - events[1]) <= 2


def test_a_missing_channel_is_interpolated_and_told(
    datasets: Path, checkpoint: Path, tmp_path: Path
) -> None:
    source = edf_of(datasets)[0]
    fewer = rewritten(
        source, tmp_path / "fewer.edf", lambda c: [x for x in c if x.label[:2] != "Fz"]
    )
    flat = rewritten(
        source, tmp_path / "flat.edf",
        lambda c: [Channel(x.label, 256, x.data * (x.label != "C3-Avg")) for x in c],
    )  # fmt: skip
    code, (whole, lacking, masked) = predict(checkpoint, tmp_path / "out", source, fewer, flat)
    assert code == 0
    assert lacking["told"][0] == "Fz interpolated"
    assert "C3 flat or clipped: masked" in masked["told"]
    assert not any("interpolated" in text for text in whole["told"])


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: chb_mit(), "recorded as pairs of electrodes"),
        (
            lambda: File([Raw("SpO2", unit="%"), Raw("Pulse"), Raw("Resp nasal")]),
            r"no signal of it is EEG of the 10-20 system; there are 'SpO2', 'Pulse', 'Resp nasal'",
        ),
        (lambda: referential(["F3", "C3", "P3", "O1"]), "lacks .* 15 of 19"),
        (lambda: replace(referential(), reserved="EDF+D"), "recording with gaps"),
        (lambda: replace(referential(), version="edf"), "no EDF file"),
    ],
)
def test_what_cannot_be_predicted_is_told_in_words(
    checkpoint: Path, tmp_path: Path, make: Callable[[], File], why: str,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    edf = make().write(tmp_path / "odd.edf")
    code, (told,) = predict(checkpoint, tmp_path / "out", edf)
    assert code == 1
    import re

    assert re.search(why, told["error"]), told["error"]
    assert re.search(why, capsys.readouterr().err)
    assert not list((tmp_path / "out").iterdir())


def test_recorders_of_the_corpora_are_read(checkpoint: Path, tmp_path: Path) -> None:
    made = [one(records=30).write(tmp_path / f"{one.__name__}.edf") for one in (tusz, siena)]
    code, told = predict(checkpoint, tmp_path / "out", *made)
    assert code == 0
    assert "250 Hz, resampled to 64" in told[0]["told"]
    assert "512 Hz, resampled to 64" in told[1]["told"]


def test_what_is_sampled_too_slowly_for_the_model_is_told(checkpoint: Path, tmp_path: Path) -> None:
    file = referential(records=30)
    slow = replace(file, signals=[replace(one, samples=50) for one in file.signals])
    code, (told,) = predict(checkpoint, tmp_path / "out", slow.write(tmp_path / "slow.edf"))
    assert code == 0
    assert "sampled too slowly for 30 Hz: nothing above 23.75 Hz is in it" in told["told"]


def test_a_bipolar_model_takes_pairs_and_electrodes(tmp_path: Path) -> None:
    bipolar = replace(SETTINGS, montage="bipolar")
    folder = write_checkpoint(tmp_path / "model", settings=bipolar)
    pairs = chb_mit(records=30).write(tmp_path / "pairs.edf")
    electrodes = referential(records=30).write(tmp_path / "electrodes.edf")
    code, told = predict(folder, tmp_path / "out", pairs, electrodes)
    assert code == 0, told


def test_one_bad_file_stops_no_other_and_nothing_is_written_over(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = tmp_path / "tree"
    (tree / "a" / "b").mkdir(parents=True)
    good = referential(records=20).write(tree / "a" / "b" / "one_eeg.edf")
    shutil.copy(good, tree / "two.EDF")
    (tree / "a" / "bad.edf").write_text("no EDF")
    out = tmp_path / "out"
    code, told = predict(checkpoint, out, tree)
    assert code == 1
    assert [Path(one["edf"]).name for one in told if "error" in one] == ["bad.edf"]
    assert "1 of 3 recordings were not predicted" in capsys.readouterr().err
    written = sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file())
    assert written == ["a/b/one_events.tsv", "two_events.tsv"]
    (out / "two_events.tsv").write_text("mine")
    (tree / "a" / "bad.edf").unlink()
    code, told = predict(checkpoint, out, tree)
    assert code == 1 and all("there already" in one["error"] and one["taken"] for one in told)
    assert (out / "two_events.tsv").read_text() == "mine"


def test_what_is_wrong_with_the_command_is_refused_before_any_work(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edf = referential(records=20).write(tmp_path / "one.edf")
    (tmp_path / "empty").mkdir()
    none = write_checkpoint(tmp_path / "none", threshold=None, threshold_from=None)
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(edf, other / "one_eeg.edf")
    for words, why in (
        ((checkpoint, tmp_path / "empty"), "no EDF file lies in it"),
        ((tmp_path / "nowhere", edf), "no checkpoint"),
        ((none, edf), "has no threshold"),
        ((checkpoint, edf, other), "would both leave one_events.tsv"),
    ):
        folder, *edfs = words
        code, _ = predict(folder, tmp_path / "out", *edfs)
        assert code == 2 and why in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    code, _ = predict(checkpoint, tmp_path / "out", tmp_path / "missing.edf")
    assert code == 1 and "No such file" in capsys.readouterr().err


def test_why_a_checkpoint_has_no_threshold_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edf = referential(records=20).write(tmp_path / "one.edf")
    job = tmp_path / "train-1" / "job"
    without = {"threshold": None, "threshold_from": None}
    best = write_checkpoint(job / "checkpoints" / "seed-0" / "best", **without)
    assert predict(best, tmp_path / "out", edf)[0] == 2
    assert "is not finished: wait for it, or resume it" in capsys.readouterr().err
    (job / "results.json").write_text("{}")
    assert predict(best, tmp_path / "out", edf)[0] == 2
    assert "had no seizure in dev" in capsys.readouterr().err
    calm = write_checkpoint(tmp_path / "calm", metrics={"dev_auroc": None}, **without)
    assert predict(calm, tmp_path / "out", edf)[0] == 2
    assert "had no seizure in dev" in capsys.readouterr().err


def test_a_full_disk_is_told_where_it_is(
    checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edf = referential(records=20).write(tmp_path / "one.edf")
    work = tmp_path / "out" / ".predicting-1"
    Layout(work).make()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", str(work / "signals" / ".0000000"))

    monkeypatch.setattr("seizure.store.record._write", full)
    found = _prepared(_ToPrepare(edf, work, "0000000", SETTINGS), lambda _: None)
    assert isinstance(found, Failed)
    assert found.why.startswith(f"the disk is full: its signal has to lie in {work.parent} for a")
    assert "prune" not in found.why and found.why.endswith(
        " are free (free some space there, or choose another folder with --out)"
    )


def test_progress_is_told_in_hours(
    checkpoint: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edf = referential(records=60).write(tmp_path / "one.edf")
    assert predict(checkpoint, tmp_path / "out", edf, more=("--events",))[0] == 0
    events = [json.loads(text) for text in capsys.readouterr().out.splitlines()]
    (last,) = (e for e in events if e["type"] == "progress" and e["done"] == e["total"])
    assert (last["unit"], last["total"]) == ("hours", pytest.approx(1 / 60, abs=1e-4))
