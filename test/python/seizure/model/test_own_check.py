"""A check ends with a verdict whatever the file does to its process."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jobkit
import pytest
import seizure
from jobkit.errors import Problem
from own_files import SOUND, in_forward, line_of
from seizure.cli import main
from seizure.model.own.check import Limits, check
from seizure.model.own.gate import let_in
from seizure.program import Events

pytest.importorskip("torch", reason="torch is not in this environment: no model file is tried")

SOURCES = os.pathsep.join(str(Path(m.__path__[0]).parent) for m in (jobkit, seizure))
ASKED = ["--channels", "2", "--rate", "32", "--seconds", "2"]


def checked(
    folder: Path, text: str, *more: str
) -> tuple[dict[str, Any], subprocess.CompletedProcess[str]]:
    """The verdict as `check-model` tells it, started from the file's own folder."""
    (folder / "mine.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "seizure", "check-model", "mine.py", "--json", *ASKED, *more]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, cwd=folder, check=False,
        env={**os.environ, "PYTHONPATH": SOURCES},
    )  # fmt: skip
    return json.loads(done.stdout), done


def test_a_sound_file(tmp_path: Path) -> None:
    text = "print('hello')\n" + SOUND
    verdict, done = checked(tmp_path, text, "--options", '{"width": 5}')
    assert (verdict["verdict"], verdict["parameters"], done.returncode) == ("ok", 171, 0)
    assert "hello" in done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["mine.py"]


@pytest.mark.parametrize("where", ["import", "forward"])
def test_one_that_hangs_is_ended(tmp_path: Path, where: str) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    text = {
        "import": f"{deaf}while True: pass\n{SOUND}",
        "forward": in_forward("import time; time.sleep(1e6)"),
    }[where]
    verdict, done = checked(tmp_path, text, "--limit", "1")
    assert (verdict["verdict"], done.returncode) == ("hangs", 0)
    blamed = "sleep(1e6)" if where == "forward" else "while True"
    assert verdict["line"] == line_of(text, blamed)
    assert "longer than 1 s" in verdict["why"]


def test_memory_that_one_holds_that_hangs_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not Path("/proc/self/statm").exists():
        pytest.skip("the system does not tell what a process holds")
    monkeypatch.setattr("seizure.model.own.check._MUCH", 0)
    (tmp_path / "mine.py").write_text(in_forward("while True: pass"))
    limits = Limits(seconds=1)
    verdict = check(tmp_path / "mine.py", {}, (2,), 32, 2, lambda _line: None, limits)
    assert verdict.word == "hangs" and re.search(r"; it held 0\.\d GB by then$", verdict.why)


@pytest.mark.parametrize(
    ("line", "why", "known"),
    [
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV", True),
        ("import os; os._exit(7)", "exit code 7", False),
    ],
)
def test_one_that_takes_its_process_down(
    tmp_path: Path, line: str, why: str, known: bool
) -> None:  # fmt: skip
    text = in_forward(line)
    verdict, done = checked(tmp_path, text)
    assert (verdict["verdict"], done.returncode) == ("crashed", 0)
    assert why in verdict["why"]
    assert verdict.get("line") == (line_of(text, line) if known else None)


def test_one_that_takes_too_much_memory(tmp_path: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux limits what a process allocates")
    text = in_forward("self.held = torch.ones(1 << 27)")
    (tmp_path / "mine.py").write_text(text)
    limits = Limits(memory_bytes=256 << 20)
    verdict = check(tmp_path / "mine.py", {}, (2,), 32, 2, lambda _line: None, limits)
    assert (verdict.word, verdict.line) == ("too-large", line_of(text, "self.held"))


def test_one_that_prints_without_end(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:  # fmt: skip
    (tmp_path / "mine.py").write_text(in_forward("\n        while True: print('x' * 1000)"))
    assert main(["check-model", str(tmp_path / "mine.py"), *ASKED, "--limit", "1"]) == 1
    told = capfd.readouterr()
    assert told.out.startswith("hangs: mine.py was not done while forward was given a signal")
    assert len(told.err) < 20_000 and "left out" in told.err


@pytest.mark.parametrize("line", ["sys.stdout = None", "sys.stderr.close()"])
def test_one_that_spoils_its_streams(tmp_path: Path, line: str) -> None:
    verdict, done = checked(tmp_path, f"import sys; {line}\n" + SOUND)
    assert (verdict["verdict"], done.returncode) == ("ok", 0)
    assert "Traceback" not in done.stderr


def test_one_that_interrupts_itself_is_to_blame(tmp_path: Path) -> None:
    line = "import os, signal; os.kill(os.getpid(), signal.SIGINT)"
    text = in_forward(line)
    verdict, _ = checked(tmp_path, text)
    assert (verdict["verdict"], verdict["line"]) == ("crashed", line_of(text, line))


def test_one_that_is_ended_from_outside_is_not_judged(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(in_forward("import os; os.kill(os.getpid(), 9)"))
    with pytest.raises(Problem, match="ended from outside") as told:
        check(tmp_path / "mine.py", {}, (2,), 32, 2, said=lambda _line: None)
    assert told.value.resume


def test_a_run_begins_with_it(tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text("x =\n")
    job = {
        "v": 1, "job": "train", "datasets": [{"name": "gone"}], "data_dir": str(tmp_path),
        "settings": {"montage": "bipolar"}, "config": {"model": {"name": "mine"}}, "seeds": [0],
        "source": str(mine),
    }  # fmt: skip
    (tmp_path / "job.json").write_text(json.dumps(job))
    assert main(["run", str(tmp_path / "job.json"), "--out", str(tmp_path / "out")]) == 1
    text = (tmp_path / "out/events.ndjson").read_text()
    *_, verdict, failed = (json.loads(line) for line in text.splitlines())
    assert (verdict["model"], verdict["verdict"], verdict["line"]) == ("mine", "syntax-error", 1)
    assert failed["what"] == verdict["what"] == "mine.py is not valid Python"
    assert failed["why"] == f"syntax-error: {verdict['why']}"


def test_a_run_goes_on_after_ok(tmp_path: Path) -> None:
    events = Events(journal=tmp_path / "events.ndjson", human=None)
    (tmp_path / "mine.py").write_text(SOUND)
    let_in(tmp_path / "mine.py", {}, 2, 32, 2, events)
    told = [json.loads(line) for line in (tmp_path / "events.ndjson").read_text().splitlines()]
    assert [(e["type"], e.get("verdict")) for e in told] == [
        ("phase", None), ("model_verdict", "ok"), ("phase", None)
    ]  # fmt: skip


@pytest.mark.parametrize(
    "more", [["--options", "{"], ["--options", "[]"], ["--rate", "1"], ["--limit", "-1"]]
)
def test_what_cannot_be_asked(tmp_path: Path, more: list[str]) -> None:
    (tmp_path / "mine.py").write_text(SOUND)
    assert main(["check-model", str(tmp_path / "mine.py"), *more]) == 2
    assert main(["check-model", str(tmp_path / "gone.py")]) == 2
