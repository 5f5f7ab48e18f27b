"""What annbench is to who uses it alone: the module, and the help of the command line."""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from jobkit.errors import JobError

import annbench
from annbench import cli

README = Path(__file__).parents[3] / "modal" / "annbench" / "README.md"


def test_a_step_at_a_time(data_dir: Path) -> None:
    data = annbench.load("tiny", data_dir=data_dir)
    assert data.train.shape == (3000, 24) and data.neighbors.shape == (200, 100)
    hnsw = annbench.build("hnsw", data, M=8, efConstruction=60, threads=1)
    naive = annbench.build("naive", data)
    assert hnsw.params == {"M": 8, "efConstruction": 60} and hnsw.bytes > naive.bytes > 3000 * 96
    ids = naive.search(data.test[:7].tolist(), k=5)
    assert (np.sort(ids) == np.sort(data.neighbors[:7, :5])).all() and ids.dtype == np.int32
    points = annbench.measure(
        [hnsw, naive], data, settings=[{"efSearch": 10}, {"efSearch": 80}], repeats=2
    )
    assert [(p["impl"], p["params"].get("efSearch")) for p in points] == [
        ("hnsw", 10), ("hnsw", 80), ("naive", None),
    ]  # fmt: skip
    low, high, exact = (p["recall"] for p in points)
    assert low < high <= exact == 1.0
    for point in points:
        assert point["qps_interval"][0] < point["qps"] < point["qps_interval"][1]
        assert point["interval_level"] == 0.95 and point["latency_ms"]["p50"] > 0


def test_what_is_wrong_is_named(data_dir: Path) -> None:
    data = annbench.load("tiny", data_dir=data_dir, subset=500)
    assert len(data.train) == 500
    for call in (
        lambda: annbench.build("faiss", data),
        lambda: annbench.build("hnsw", data, efsearch=3),
        lambda: annbench.build("naive", data).search(data.test, efSearch=3),
        lambda: annbench.load("../tiny"),
    ):
        with pytest.raises(JobError):
            call()
    with pytest.raises(AttributeError, match="no attribute"):
        annbench.nothing  # noqa: B018


def test_the_readme_shows_what_runs(data_dir: Path, tmp_path: Path) -> None:
    """Its example, on a data set that is quickly made."""
    code = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.S)
    assert len(code) == 1
    told = code[0].replace('load("quick")', f'load("tiny", data_dir={str(data_dir)!r})')
    done = subprocess.run([sys.executable, "-I", "-c", told], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2 and "'efSearch': 80" in done.stdout


def test_importing_it_loads_no_more_than_the_child_of_a_file_needs() -> None:
    code = "import sys, annbench; print([m for m in ('h5py', 'annbench.api') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


def test_every_option_is_explained() -> None:
    parser = cli._parser()
    (commands,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    unexplained = [
        f"{name} {action.dest}"
        for name, command in commands.choices.items()
        for action in command._actions
        if not action.help
    ]
    assert unexplained == []
    assert len(commands.choices) >= 8
    for command in commands.choices.values():
        assert command.format_help()


def test_the_default_sweep_is_a_job() -> None:
    args = cli._parser().parse_args(["bench"])
    job = cli._bench_job(args)
    assert [(i["name"], len(i["search"])) for i in job["implementations"]] == [
        ("naive", 1), ("hnsw", 6), ("qg", 6),
    ]  # fmt: skip
    assert (job["k"], job["repeats"], job["seed"]) == (10, 3, 1)
