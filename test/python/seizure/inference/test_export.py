"""Checkpoints for others: a container that the leaderboard's runner can run, and ONNX."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from checkpoint_folders import SETTINGS, torch, write_checkpoint
from jobkit.errors import Problem, Refused
from seizure import cli
from seizure.checkpoints.chosen import Chosen
from seizure.detection.signal import Signal
from seizure.inference import onnx
from seizure.inference.detectors import trained
from seizure.inference.predict import predict_all
from seizure.inference.szcore import __main__ as entry
from seizure.inference.szcore.export import export
from seizure.model.build import build
from seizure.scoring import tsv

sys.path.insert(0, str(Path(__file__).parent.parent))
from edf_files import REFERENTIAL, File, Raw

#: Keys of a description, by the leaderboard's own schema (config/schema.json): those it asks for,
#: and those it knows.
REQUIRED = {"title", "short_title", "image", "authors", "license"}
KNOWN = REQUIRED | {"abstract", "datasets", "date_released", "repository", "version"}


def szcore_edf(path: Path, seconds: int = 90) -> Path:
    """As the leaderboard gives it: 19 electrodes against their average, its order, 256 Hz; louder
    for a while."""
    rng = np.random.default_rng(3)
    signals = rng.standard_normal((19, seconds * 256)) * 200
    signals[:, 30 * 256 : 50 * 256] *= 4
    signals -= signals.mean(axis=0)
    raws = [
        Raw(f"{name}-Avg", digital=x.round().astype("<i2"))
        for name, x in zip(REFERENTIAL, signals, strict=True)
    ]
    return File(raws, records=seconds).write(path)


#: A real model, as small as one can be.
OPTIONS = {"filters": 4, "electrode_features": 4, "width": 8, "tcn_blocks": 1}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A container's folder, of a checkpoint that marks a fifth of the leaderboard's recording."""
    where = tmp_path_factory.mktemp("export")
    torch.manual_seed(1)
    model = build("tiny", OPTIONS, 19, 64, 10)
    described = {"name": "tiny", "options": OPTIONS, "parameters": 1234, "sha256": None}
    card = {"model": described, "logits_hz": model.logits_hz}
    first = write_checkpoint(where / "first", network=model, **card)
    threshold = float(np.quantile(scores_of(first, szcore_edf(where / "one.edf"), where), 0.8))
    write_checkpoint(where / "checkpoint", network=model, threshold=threshold, **card)
    export(where / "checkpoint", None, "Loud, a detector", where / "container")
    return where / "container"


def scores_of(checkpoint: Path, edf: Path, work: Path) -> np.ndarray:
    (detector,) = trained([Chosen("c", "c", checkpoint, None)], 1)
    seen: list[np.ndarray] = []

    def kept(signal: Signal) -> np.ndarray:
        seen.append(detector.score(signal))
        return seen[-1]

    watched = replace(detector, score=kept)
    predict_all([edf], watched, SETTINGS, 0.5, work, 1, lambda *_: None, lambda *_: None)
    return seen[0]


def command_of(container: Path) -> str:
    (line,) = re.findall(r"^CMD (.+)$", (container / "Dockerfile").read_text(), re.M)
    return line


#: Where the kernel gives no network of one's own: sockets that refuse.
SHUT = """
import socket
class Shut(socket.socket):
    def connect(self, *_):
        raise OSError("no network")
socket.socket = Shut
"""


def played(container: Path, where: Path) -> subprocess.CompletedProcess[str]:
    """What the leaderboard's runner does: the image's CMD under its shell, INPUT and OUTPUT set, no
    network. The container's folders lie elsewhere here, and its python is this one."""
    line = command_of(container).replace("python3 ", f"{sys.executable} ")
    for name in ("data", "output"):
        assert f'"/{name}/$' in line
        line = line.replace(f'"/{name}/$', f'"{where / name}/$')
    (where / "shut").mkdir()
    (where / "shut" / "sitecustomize.py").write_text(SHUT)
    env = {
        "INPUT": "tmp.edf", "OUTPUT": "tmp.tsv", "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": f"{container / 'packages'}{os.pathsep}{where / 'shut'}",
    }  # fmt: skip
    words = ["sh", "-c", line]
    if subprocess.run(["unshare", "-rn", "true"], capture_output=True).returncode == 0:
        words = ["unshare", "-rn", *words]
    return subprocess.run(
        words, cwd=container, env=env, capture_output=True, text=True, timeout=300
    )


def laid_out(where: Path) -> tuple[Path, Path]:
    """The recording's place, and the table as the runner makes it before: empty."""
    for name in ("data", "output"):
        (where / name).mkdir()
    table = where / "output" / "tmp.tsv"
    table.touch()
    return where / "data" / "tmp.edf", table


def test_the_leaderboards_runner_gets_the_table_that_predict_makes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, table = laid_out(tmp_path)
    edf, before = szcore_edf(place), table.stat().st_ino
    done = played(folder, tmp_path)
    assert done.returncode == 0, done.stderr
    assert table.stat().st_ino == before  # nothing else may be written where it lies
    assert [one.name for one in table.parent.iterdir()] == ["tmp.tsv"]
    found = tsv.read(table, truth=True)
    assert (found.seconds, found.notices) == (90.0, ())
    assert len(found.seizures) >= 1
    monkeypatch.setattr(cli.signals, "install", lambda: None)
    words = ["predict", str(edf), "--checkpoint", str(folder.parent / "checkpoint")]
    assert cli.main([*words, "--out", str(tmp_path / "own"), "--workers", "1"]) == 0
    assert table.read_text() == (tmp_path / "own" / "tmp_events.tsv").read_text()


def test_a_recording_that_cannot_be_used_leaves_its_table_empty(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edf, table = laid_out(tmp_path)
    edf.write_text("no EDF")
    assert entry.main([str(folder / "checkpoint"), str(edf), str(table)]) == 1
    assert "cannot be used" in capsys.readouterr().err
    assert table.read_text() == ""


def test_its_folder_has_all_that_is_built_and_submitted(folder: Path) -> None:
    there = sorted(one.name for one in folder.iterdir())
    assert there == [
        "Dockerfile", "README.md", "checkpoint", "loud-a-detector.yaml", "packages",
        "requirements.txt",
    ]  # fmt: skip
    docker = (folder / "Dockerfile").read_text()
    assert f"torch=={torch.__version__.partition('+')[0]} " in docker
    assert 'VOLUME ["/data"]' in docker and 'VOLUME ["/output"]' in docker
    assert not list(folder.rglob("*.pyc"))
    pins = (folder / "requirements.txt").read_text().splitlines()
    assert all(re.fullmatch(r"[a-z]+==[0-9.]+", one) for one in pins)


def test_its_description_follows_the_leaderboards_schema(folder: Path) -> None:
    text = (folder / "loud-a-detector.yaml").read_text()
    top = dict(re.findall(r"^([a-z_]+):(.*)$", text, re.M))
    assert set(top) >= REQUIRED and set(top) <= KNOWN
    plain = {key: json.loads(value) for key, value in top.items() if value}
    assert re.fullmatch(r".+/.+:.+", plain["image"])
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", plain["date_released"])
    assert 0 < len(plain["short_title"]) <= 20
    assert "made-up patients" in plain["abstract"] and "1,234 parameters" not in plain["title"]
    assert '  - "made-up 1"' in text


def test_nothing_is_written_over_and_no_half_folder_stays(folder: Path, tmp_path: Path) -> None:
    checkpoint = folder.parent / "checkpoint"
    with pytest.raises(Refused, match="not written over"):
        export(checkpoint, None, "x", folder)
    with pytest.raises(Refused, match="no threshold.* is not finished"):
        none = write_checkpoint(tmp_path / "none", threshold=None, threshold_from=None)
        export(none, None, "x", tmp_path / "out")
    shutil.copytree(checkpoint, tmp_path / "bad")
    (tmp_path / "bad" / "model.safetensors").write_bytes(b"?")
    with pytest.raises(Refused, match="damaged"):
        export(tmp_path / "bad", None, "x", tmp_path / "out")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["bad", "none"]


absent = [name for name in onnx.NEEDED if find_spec(name) is None]
onnx_here = pytest.mark.skipif(
    bool(absent),
    reason=f"{next(iter(absent), None)} is not in this environment: no model is exported as ONNX",
)


@onnx_here
def test_onnx_gives_the_logits_of_torch(folder: Path, tmp_path: Path) -> None:
    assert onnx.export(folder.parent / "checkpoint", None, tmp_path / "m.onnx") < 1e-5
    assert [one.name for one in tmp_path.iterdir()] == ["m.onnx"]
    with pytest.raises(Refused, match="not written over"):
        onnx.export(folder.parent / "checkpoint", None, tmp_path / "m.onnx")


@onnx_here
def test_onnx_that_differs_is_not_written(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx, "_write", lambda _model, _example, to: to.touch())
    monkeypatch.setattr(onnx, "_difference", lambda *_: 2e-4)
    with pytest.raises(Problem, match=r"differ by 0\.0002"):
        onnx.export(folder.parent / "checkpoint", None, tmp_path / "m.onnx")
    assert not list(tmp_path.iterdir())


def test_onnx_that_is_not_here_says_what_to_install(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(onnx, "find_spec", lambda _: None)
    with pytest.raises(Refused, match="missing: onnx, onnxruntime, onnxscript"):
        onnx.export(folder.parent / "checkpoint", None, tmp_path / "m.onnx")
