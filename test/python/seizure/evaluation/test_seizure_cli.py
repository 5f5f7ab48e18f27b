"""The command line: quick to tell what it is, exact in how it ends, and without torch."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jobkit
import pytest
import seizure
from evaluation_support import Done, events_in, job_of
from seizure import cli

pytest_plugins = ["evaluation_fixtures"]

SOURCES = os.pathsep.join(str(Path(m.__path__[0]).parent) for m in (jobkit, seizure))


def python(code: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": SOURCES}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)


def test_info_imports_none_of_what_it_names() -> None:
    done = python(
        "import sys; from seizure.cli import main; main(['info']);"
        "print(sorted({'numpy', 'scipy', 'edfio', 'timescoring'} & sys.modules.keys()))"
    )
    told, imported = done.stdout.splitlines()
    assert imported == "[]", done.stderr
    found = json.loads(told)
    assert found["seizure"] == seizure.__version__
    assert all(found[name][0].isdigit() for name in ("numpy", "scipy", "edfio", "timescoring"))


def test_only_models_and_what_works_with_them_need_torch() -> None:
    done = python(
        "import importlib, pkgutil, sys, seizure\n"
        "class No:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] == 'torch': raise ImportError('no torch here')\n"
        "sys.meta_path.insert(0, No())\n"
        "names = [m.name for m in pkgutil.walk_packages(seizure.__path__, 'seizure.')]\n"
        "needs = tuple(f'seizure.{name}.' for name in ('model', 'training', 'inference', 'measuring', 'selftest'))\n"
        "free = ('seizure.training.config', 'seizure.inference.predict')\n"
        "for name in names:\n"
        "    if name == 'seizure.__main__' or name.startswith(needs) and name not in free: continue\n"
        "    importlib.import_module(name)\n"
        "assert 'torch' not in sys.modules\n"
        "print(len(names))"
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 60


def run(job: Any, out: Path) -> int:
    out.mkdir(exist_ok=True)
    (out / "job.json").write_text(json.dumps(job))
    return cli.main(["run", str(out / "job.json"), "--out", str(out)])


@pytest.fixture(autouse=True)
def _signals_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli.signals, "install", lambda: None)
    monkeypatch.setattr("jobkit.command.signals.ignore", lambda: None)


def test_a_run_ends_with_its_exit_code_and_says_why(
    datasets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(job_of(datasets), tmp_path / "done") == 0
    assert run({**job_of(datasets), "v": 9}, tmp_path / "bad") == 2
    (failed,) = events_in(tmp_path / "bad")
    assert (failed["type"], failed["what"]) == ("failed", "The job cannot be run")
    assert run(job_of(datasets, datasets=[{"name": "none"}]), tmp_path / "none") == 2
    assert events_in(tmp_path / "none")[-1]["hint"] == "ann-tui sync none"
    assert "none is not here" in capsys.readouterr().err


def test_inventory_by_name_and_by_folder(
    datasets: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = []
    for what in ("tiny", str(datasets / "tiny")):
        assert cli.main(["inventory", what, "--data", str(datasets), "--json"]) == 0
        told.append(json.loads(capsys.readouterr().out))
    assert told[0] == told[1]
    assert [one["patients"] for one in told[0]["splits"]] == [1, 3, 4]
    assert cli.main(["inventory", "tiny", "--data", str(datasets)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("tiny: bids, version ") and lines[0].endswith(", synthetic")
    assert lines[3].split()[:4] == ["dev", "3", "3", "0.1"]
    assert cli.main(["inventory", "nothing", "--data", str(datasets)]) == 2


def test_score_tells_the_table_and_writes_it(
    evaluated: Done, datasets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    best = next(one for one in evaluated.results["detectors"] if one["best"])
    predicted = evaluated.out / "predictions" / "tiny" / best["detector"]
    file = tmp_path / "scores.json"
    command = ["score", str(datasets / "tiny"), str(predicted), "--json", str(file)]
    assert cli.main(command) == 0
    assert "SzCORE" in capsys.readouterr().out
    found = json.loads(file.read_text())
    assert len(found["missing"]) == 4  # train and dev have no prediction
    assert cli.main(["score", str(tmp_path / "none"), str(predicted)]) == 2


def test_sync_takes_a_folder_where_it_lies(
    datasets: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["sync", "mine", "--data", str(tmp_path), "--from", str(datasets / "tiny")]
    assert cli.main([*command, "--events"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert told[0]["job"] == "sync"
    assert told[-1]["type"] == "result" and told[-1]["file"] == str(tmp_path / "mine.json")
    stamp = json.loads((tmp_path / "mine.json").read_text())
    assert stamp["folder"] == str((datasets / "tiny").resolve())
    assert stamp["inventory"]["synthetic"] is True
    assert cli.main(["sync", "../x", "--data", str(tmp_path)]) == 2
