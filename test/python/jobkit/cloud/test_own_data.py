"""Data of a container's own disk, on its way back to the volume."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from jobkit.cloud import pulse
from jobkit.cloud.worker.own_data import own_data
from jobkit.cloud.workload import Plain


class Sharing(Plain):
    def shared_data(self, job: Mapping[str, Any]) -> Sequence[str]:
        return ("made",)


def test_a_commit_that_failed_is_tried_again_and_one_of_nothing_new_is_not_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulse.time, "sleep", lambda _seconds: None)
    kept: list[bool] = []

    def keep() -> None:
        kept.append((tmp_path / "made" / "one").exists())
        if len(kept) == 1:
            raise OSError("the volume did not answer")

    def once(*, writes: bool) -> None:
        with own_data(Sharing(), {}, tmp_path, keep, print) as own:  # type: ignore[arg-type]
            assert own is not None
            if writes:
                (own / "made").mkdir()
                (own / "made" / "one").write_text("1")

    once(writes=True)
    assert kept == [True, True], "the second try commits what the first one brought"
    once(writes=False)
    assert len(kept) == 2
