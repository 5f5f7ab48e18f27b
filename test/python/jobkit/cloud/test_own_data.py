"""Data of a container's own disk: on its way there, and back to the volume."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jobkit.cloud import pulse
from jobkit.cloud.job_runner import JobRunner
from jobkit.cloud.worker import own_data as module
from jobkit.cloud.worker.own_data import Left, own_data
from jobkit.cloud.workload import Plain, Shared
from jobkit.errors import Problem
from jobkit.events import JOURNAL

sys.path.insert(0, str(Path(__file__).parents[1]))
from support import PROGRAM  # noqa: E402


class Sharing(Plain):
    """Uses `made` and `used`, makes the one. A file is faulty while its text is `bad`."""

    def __init__(self) -> None:
        self.heals = False
        self.there: Path | None = None

    def shared_data(self, job: Mapping[str, Any], data: Path) -> Shared:
        return Shared(("made", "used"), ("made",))

    def faulty(
        self, job: Mapping[str, Any], data: Path, tell: Callable[[float, float], None]
    ) -> Sequence[str]:
        tell(1, 2)
        wrong = [
            p.relative_to(data).as_posix()
            for p in sorted(data.rglob("*"))
            if p.is_file() and p.read_text() == "bad"
        ]
        if wrong and self.heals and self.there is not None:
            (self.there / wrong[0]).write_text("good")
        return wrong

    def beyond_repair(self, job: Mapping[str, Any], names: Sequence[str]) -> Problem:
        return Problem("It is damaged", ", ".join(names), "write it anew")


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[JobRunner]:
    made = JobRunner(PROGRAM, "w1", tmp_path / "job")
    yield made
    made.close()


@pytest.fixture
def there(tmp_path: Path) -> Path:
    for name in ("made/one", "used/two", "other"):
        (tmp_path / "there" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "there" / name).write_text("1")
    return tmp_path / "there"


def events_of(runner: JobRunner, kind: str) -> list[dict[str, Any]]:
    lines = (runner.folder / JOURNAL).read_text().splitlines()
    found = [PROGRAM.events.schema.classify(line).event for line in lines]
    return [one for one in found if one is not None and one["type"] == kind]


def stay() -> bool:
    return False


def test_a_commit_that_failed_is_tried_again_and_one_of_nothing_new_is_not_made(
    there: Path, runner: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse.time, "sleep", lambda _seconds: None)
    kept: list[bool] = []

    def keep() -> None:
        kept.append((there / "made" / "new").exists())
        if len(kept) == 1:
            raise OSError("the volume did not answer")

    def once(*, writes: bool) -> None:
        with own_data(Sharing(), {}, there, keep, runner, stay) as own:  # type: ignore[arg-type]
            assert own is not None
            if writes:
                (own.folder / "made" / "new").write_text("1")

    once(writes=True)
    assert kept == [True, True], "the second try commits what the first one brought"
    once(writes=False)
    assert len(kept) == 2


def test_what_is_used_is_copied_and_only_what_is_made_goes_back(
    there: Path, runner: JobRunner
) -> None:
    with own_data(Sharing(), {}, there, lambda: None, runner, stay) as own:  # type: ignore[arg-type]
        assert own is not None
        assert sorted(p.name for p in own.folder.rglob("*") if p.is_file()) == ["one", "two"]
        (own.folder / "used" / "two").write_text("changed here")
        shutil.rmtree(own.folder / "made")
        (own.folder / "used" / "three").write_text("made here")
        own.bring()
        assert not (there / "made" / "one").exists(), "it is brought while the work goes on"
    assert (there / "used" / "two").read_text() == "1"
    assert not (there / "used" / "three").exists()
    assert (there / "other").exists()


def test_how_far_the_copy_is_and_the_look_at_it_are_told(there: Path, runner: JobRunner) -> None:
    (there / "used" / "two").write_bytes(b"x" * 3_000_000)
    with own_data(Sharing(), {}, there, None, runner, stay):  # type: ignore[arg-type]
        pass
    told = events_of(runner, "progress")
    last = next(one for one in reversed(told) if one["label"].startswith("copying"))
    assert (last["label"], last["done"], last["total"], last["unit"]) == (
        "copying 3.0 MB",
        3_000_001,
        3_000_001,
        "bytes",
    )
    assert [one["state"] for one in events_of(runner, "phase")] == ["start", "done"]


def test_what_is_damaged_is_copied_once_more(there: Path, runner: JobRunner) -> None:
    workload = Sharing()
    workload.heals, workload.there = True, there
    (there / "used" / "two").write_text("bad")
    with own_data(workload, {}, there, None, runner, stay) as own:  # type: ignore[arg-type]
        assert own is not None
        assert (own.folder / "used" / "two").read_text() == "good"
    (warning,) = events_of(runner, "warning")
    assert "used/two: not what was written; copied once more" in warning["message"]


def test_what_is_damaged_there_is_named(there: Path, runner: JobRunner) -> None:
    (there / "used" / "two").write_text("bad")
    with (
        pytest.raises(Problem, match="used/two") as raised,
        own_data(Sharing(), {}, there, None, runner, stay),  # type: ignore[arg-type]
    ):
        pass
    assert raised.value.hint == "write it anew"


def test_a_disk_without_room_is_told_before_anything_is_copied(
    there: Path, runner: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _path: SimpleNamespace(free=1000))
    with (
        pytest.raises(Problem, match="2 B have to be copied") as raised,
        own_data(Sharing(), {}, there, None, runner, stay),  # type: ignore[arg-type]
    ):
        pass
    assert "smaller dataset" in str(raised.value.hint)


def test_a_copy_is_left_when_that_is_asked_for(there: Path, runner: JobRunner) -> None:
    kept: list[None] = []
    with (
        pytest.raises(Left),
        own_data(Sharing(), {}, there, lambda: kept.append(None), runner, lambda: True),  # type: ignore[arg-type]
    ):
        raise AssertionError("it was not left")
    assert kept == []
    assert (there / "made" / "one").exists()
