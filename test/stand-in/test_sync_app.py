"""The app that has one data set ready, launched by the real client on a container of the stand-in.

The container runs the Python named by ANNBENCH_PYTHON, or this one: annbench has to be installed there, as the app's image has it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from driving import FOLDER, Driven

APP = Path(__file__).parents[2] / "modal" / "apps" / "sync.py"
PYTHON = os.environ.get("ANNBENCH_PYTHON", sys.executable)


@pytest.fixture(scope="module")
def driven(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Driven]:
    process = subprocess.Popen(
        [sys.executable, str(FOLDER), "--container-python", PYTHON], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Driven(process, json.loads(process.stdout.readline()), tmp_path_factory.mktemp("home"))
    finally:
        process.stdin.close()
        process.wait(timeout=30)
        process.stdout.close()


def sync(driven: Driven, folder: Path, dataset: dict[str, Any]) -> dict[str, Any]:
    """What the app returns."""
    launch = {
        "v": 1, "app": "ann-tui-sync-1", "run": "sync", "attempt": 1, "volume": "ann-datasets",
        "container": {"cores": 1, "memory_gib": 1}, "timeout": 600, "startup_timeout": 300,
        "job": {"v": 1, "job": "sync", "of": "vectors", "datasets": [dataset]},
    }  # fmt: skip
    file = folder / "launch.json"
    file.write_text(json.dumps(launch))
    env = driven.env(ANN_TUI_LAUNCH=str(file), MODAL_LOGS_TIMEOUT="0")
    done = subprocess.run(
        [sys.executable, "-m", "modal", "run", "--detach", str(APP)], env=env, capture_output=True, text=True, timeout=200
    )
    said = [json.loads(line) for line in done.stdout.split("\n") if line.startswith('{"ann_tui"')]
    assert [one["ann_tui"] for one in said] == ["launched"], done.stdout + done.stderr
    code = f"import json, modal; print(json.dumps(modal.FunctionCall.from_id({said[0]['call']!r}).get(timeout=300)))"
    return json.loads(driven.python(code, timeout=360))


def test_a_data_set_is_made_on_the_volume(driven: Driven, tmp_path: Path) -> None:
    assert sync(driven, tmp_path, {"name": "quick"}) == {"code": 0, "failure": None}
    driven.cli("volume", "get", "--force", "ann-datasets", "/quick.json", str(tmp_path))
    assert json.loads((tmp_path / "quick.json").read_text())["name"] == "quick"


def test_what_cannot_be_had_is_told_with_a_next_step(driven: Driven, tmp_path: Path) -> None:
    ended = sync(driven, tmp_path, {"name": "mine", "url": None})
    assert ended["code"] == 1
    assert ended["failure"] == {
        "what": "The data set mine is not there", "why": "and it has no address to fetch it from",
        "hint": "ann-tui sync mine --target modal",
    }  # fmt: skip
