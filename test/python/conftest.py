"""Shared by the tests of annbench, which run against the installed package."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

GOLDEN = Path(__file__).parent.parent / "golden" / "events.ndjson"
#: On a busy machine passes do not agree, and no test waits for that; those of the measuring itself
#: set it anew.
os.environ.setdefault("ANNBENCH_MORE_SECONDS", "0")
ANNBENCH = [sys.executable, "-I", "-m", "annbench"]


def annbench(*args: object, **options: Any) -> subprocess.CompletedProcess[str]:
    """Runs the command line to its end."""
    command = [*ANNBENCH, *(str(a) for a in args)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, **options)


def events_of(folder: Path) -> list[dict[str, Any]]:
    """All sound events of a run's journal."""
    from annbench.events import SCHEMA

    lines = (folder / "events.ndjson").read_text(errors="replace").split("\n")
    return [c.event for c in map(SCHEMA.classify, lines) if c.verdict == "ok" and c.event]


def clustered(seed: int, rows: int, dim: int, queries: int = 100) -> tuple[np.ndarray, np.ndarray]:
    """Train and test rows around common centres."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((20, dim)) * 2
    points = centres[rng.integers(0, 20, rows + queries)] + rng.standard_normal(
        (rows + queries, dim)
    )
    points = points.astype(np.float32)
    return points[:rows], points[rows:]


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of data sets with `tiny` verified in it."""
    from annbench._core import exact_neighbours
    from annbench.data.formats import hdf5

    folder = tmp_path_factory.mktemp("datasets")
    train, test = clustered(1, 3000, 24, 200)
    neighbors, distances = exact_neighbours(train, test, "euclidean", 100)
    source = tmp_path_factory.mktemp("source") / "tiny.hdf5"
    hdf5.write(source, train, test, neighbors, distances, "euclidean")
    done = annbench("sync", "tiny", "--data", folder, "--from", source)
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def job(data_dir: Path) -> dict[str, Any]:
    """A job of a second on `tiny`; a test may change it."""
    return {
        "v": 1,
        "job": "bench",
        "datasets": [{"name": "tiny", "url": None}],
        "data_dir": str(data_dir),
        "k": 10,
        "threads": 1,
        "build_threads": 2,
        "subset": None,
        "repeats": 2,
        "seed": 42,
        "implementations": [
            {
                "name": "hnsw",
                "build": {"M": 8, "efConstruction": 60},
                "search": [{"efSearch": 10}, {"efSearch": 40}, {"efSearch": 100}],
            },
            {"name": "naive", "build": {}, "search": [{}]},
        ],
    }


def write_job(folder: Path, job: dict[str, Any]) -> Path:
    path = folder / "job.json"
    path.write_text(json.dumps(job))
    return path


#: Of a point: what two measurements of one thing agree in, the rest being speed and memory.
_LASTING = (
    "dataset", "dataset_sha", "impl", "params", "k", "threads", "subset", "source_sha",
    "recall", "dist_comps", "build_threads", "cpu", "isa", "core_sha", "mode",
)  # fmt: skip


def comparable(found: dict[str, Any]) -> dict[str, Any]:
    """What two runs of one job agree in. Points in the order of their parameters."""
    points = [
        {**{name: p[name] for name in _LASTING if name in p}, "fields": sorted(p)}
        for p in found["points"]
    ]
    return {
        "v": found["v"], "k": found["k"], "datasets": found["datasets"],
        "points": sorted(points, key=lambda p: json.dumps([p["dataset"], p["impl"], p["params"]])),
        "verdicts": [(v["implementation"], v["dataset"], v["verdict"]) for v in found["verdicts"]],
        "machine": found["machine"]["core_sha"],
    }  # fmt: skip


_ABSENT = re.compile(r"(\w+) is not in this environment")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tests that were skipped for want of a package are not passed over in silence."""
    missing: dict[str, set[str]] = {}
    for one in terminalreporter.stats.get("skipped", []):
        for package in _ABSENT.findall(str(one.longrepr)):
            missing.setdefault(package, set()).add(str(one.nodeid))
    for package, tests in missing.items():
        said = f"{len(tests)} skipped (files or tests): {package} is not in this environment"
        terminalreporter.write_sep("!", said, red=True)
