"""Going on: at the very step, from what is sound, and said where it is not exact."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from jobkit.errors import Problem
from training_support import Trained, job_of, same, train, weights_in

from seizure.training import folders, resume
from seizure.training.seeds import best_of

pytest_plugins = ["training_fixtures"]
LAST = "step-000008"


@pytest.fixture(scope="module")
def whole(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    """Nobody interrupted it. All of its checkpoints are kept."""
    job = job_of(data, training__keep_last=100)
    return train(job, tmp_path_factory.mktemp("whole") / "run")


@pytest.fixture
def begun(whole: Trained, tmp_path: Path) -> Path:
    """As it was after a step that wrote a checkpoint, the sixth: `trained` and what came later is
    not there."""
    out = tmp_path / "run"
    shutil.copytree(whole.out, out)
    folder = folders.seed_folder(out, 0)
    shutil.rmtree(folders.step_folder(folder, 8))
    if whole.trained[0]["best_step"] == 8:
        folders.make_best(folder, 4)
    lines = (out / "events.ndjson").read_text().splitlines(keepends=True)
    kept = [line for line in lines if '"trained"' not in line]
    (out / "events.ndjson").write_text("".join(kept))
    return out


def go_on(data: Path, out: Path) -> Trained:
    return train(job_of(data, training__keep_last=100), out)


def test_it_goes_on_to_the_same_bits(data: Path, whole: Trained, begun: Path) -> None:
    done = go_on(data, begun)
    (resumed,) = done.of("resumed")
    assert (resumed["step"], resumed["exact"]) == (6, True)
    assert len(done.of("model")) == 1
    assert weights_in(begun) == weights_in(whole.out)
    assert done.trained[0]["best_step"] == whole.trained[0]["best_step"]
    assert done.metric("loss") == whole.metric("loss")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


FILES = ("model.safetensors", "state.safetensors", "state.json", "card.json")


@pytest.mark.parametrize("harm", [_cut, _flip, _empty, Path.unlink])
@pytest.mark.parametrize("file", FILES)
def test_a_damaged_checkpoint_is_none(begun: Path, file: str, harm: Callable[[Path], None]) -> None:
    folder = folders.seed_folder(begun, 0)
    harm(folders.step_folder(folder, 6) / file)
    found, (wrong,) = folders.newest_sound(folder)
    assert found is not None and found.card.step == 4
    assert "step-000006" in wrong.why


def test_it_falls_back_to_the_one_before_and_says_so(
    data: Path, whole: Trained, begun: Path
) -> None:
    folder = folders.seed_folder(begun, 0)
    _cut(folders.step_folder(folder, 6) / "state.safetensors")
    _flip(folders.step_folder(folder, 4) / "model.safetensors")
    (folder / ".step-000007").mkdir()
    done = go_on(data, begun)
    assert [one["step"] for one in done.of("resumed")] == [3]
    told = [one["message"] for one in done.of("warning")]
    assert len(told) == 2 and all("it goes on from step 3" in one for one in told)
    assert weights_in(begun) == weights_in(whole.out)
    assert not (folder / ".step-000007").exists()


def test_without_a_sound_one_it_begins_anew(data: Path, whole: Trained, begun: Path) -> None:
    for step in (3, 4, 6):
        _cut(folders.step_folder(folders.seed_folder(begun, 0), step) / "card.json")
    done = go_on(data, begun)
    (resumed,) = done.of("resumed")
    assert (resumed["step"], resumed["exact"]) == (0, True)
    assert weights_in(begun) == weights_in(whole.out)


def test_what_others_put_there_is_passed_over_and_told(
    data: Path, whole: Trained, begun: Path, tmp_path: Path
) -> None:
    folder = folders.seed_folder(begun, 0)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine").write_text("it stays")
    for name in ("step-009999", "step-000001", ".step-000007"):
        (folder / name).symlink_to(elsewhere)
    (folder / "step-009998").write_text("no folder")
    other = train(job_of(data, (1,), training__keep_last=100), tmp_path / "other")
    theirs = folders.seed_folder(other.out, 1)
    for step, name in ((8, "step-000008"), (3, "step-000003")):
        shutil.rmtree(folder / name, ignore_errors=True)
        shutil.copytree(folders.step_folder(theirs, step), folder / name)
    done = go_on(data, begun)
    assert [one["step"] for one in done.of("resumed")] == [6]
    told = [one["message"] for one in done.of("warning")]
    assert [one.split("/")[-1] for one in told] == [
        "step-009999 is a link; it goes on from step 6",
        "step-009998 is no folder; it goes on from step 6",
        "step-000008 is of another training: its seed is 1, not 0; it goes on from step 6",
        "step-000001 is a link; it is removed",
        "step-000003 is of another training: its seed is 1, not 0; it is removed",
    ]
    assert (elsewhere / "mine").read_text() == "it stays"
    assert done.steps() == [4, 6, 8] and same(done.weights(), whole.weights())


def test_best_is_what_the_resumed_step_knew_as_best(
    data: Path, begun: Path, whole: Trained
) -> None:
    shutil.rmtree(begun / best_of(0))
    done = go_on(data, begun)
    assert same(done.weights(), whole.weights())


def test_a_lost_best_is_found_anew(data: Path, begun: Path) -> None:
    folder = folders.seed_folder(begun, 0)
    shutil.rmtree(folder / "best")
    _cut(folders.step_folder(folder, 4) / "model.safetensors")
    done = go_on(data, begun)
    (told,) = done.of("warning")
    assert "the best checkpoint is lost" in told["message"]
    assert done.trained[0]["best_step"] == 8


def test_other_means_are_not_exact(
    data: Path, begun: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = resume.made_with
    monkeypatch.setattr(resume, "made_with", lambda place: {**made(place), "torch": "3.0.0"})
    (resumed,) = go_on(data, begun).of("resumed")
    assert not resumed["exact"]
    assert resumed["why"].endswith(", now 3.0.0")


def test_a_finished_seed_is_not_trained_again(data: Path, whole: Trained, tmp_path: Path) -> None:
    out = tmp_path / "run"
    shutil.copytree(whole.out, out)
    again = go_on(data, out)
    assert again.trained == whole.trained
    assert len(again.of("trained")) == 1 and not again.of("resumed")


def test_a_finished_seed_whose_best_is_damaged_has_it_again(
    data: Path, whole: Trained, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    shutil.copytree(whole.out, out)
    (out / best_of(0) / "model.safetensors").unlink()
    again = go_on(data, out)
    assert len(again.of("trained")) == 2 and again.of("resumed")[0]["step"] == 8
    assert same(again.weights(), whole.weights())


def test_a_stop_keeps_the_step_it_comes_at(
    data: Path, whole: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, asked = tmp_path / "run", iter([False] * 5 + [True] * 9)
    monkeypatch.setattr("jobkit.signals.requested", lambda: next(asked))
    stopped = train(job_of(data, training__keep_last=100), out)
    assert stopped.trained == []
    last = stopped.steps()[-1]
    monkeypatch.undo()
    done = go_on(data, out)
    assert [one["step"] for one in done.of("resumed")] == [last]
    left = weights_in(out)
    assert {name: left[name] for name in weights_in(whole.out)} == weights_in(whole.out)


def test_a_stop_amid_a_look_looks_again(
    data: Path, whole: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, calls = tmp_path / "run", {"look": 0}

    def stopped(self, *_):  # type: ignore[no-untyped-def]
        calls["look"] += 1

    monkeypatch.setattr("seizure.training.look.Dev.look", stopped)
    monkeypatch.setattr("jobkit.signals.requested", lambda: calls["look"] > 0)
    train(job_of(data, training__keep_last=100), out)
    state = json.loads(
        (folders.step_folder(folders.seed_folder(out, 0), 4) / "state.json").read_text()
    )
    assert (state["step"], state["looked"], state["best_step"]) == (4, -1, None)
    monkeypatch.undo()
    go_on(data, out)
    assert weights_in(out) == weights_in(whole.out)


def test_a_full_disk_ends_it_and_breaks_nothing(
    data: Path, whole: Trained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, write = tmp_path / "run", Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.parent.name == ".step-000006" and path.name == "state.safetensors":
            write(path, content[:100])
            raise OSError(28, "No space left on device", str(path))
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(Problem) as told:
        train(job_of(data, training__keep_last=100), out)
    assert "the disk is full" in told.value.why and told.value.resume
    assert folders.steps_in(folders.seed_folder(out, 0)) == [3, 4]
    monkeypatch.undo()
    go_on(data, out)
    assert weights_in(out) == weights_in(whole.out)
