"""What of the walls around user code is in force on this kernel: a tiny C++ file is
compiled and judged as any other, and tries what it may not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from annbench.user.compile import find_compiler, here

#: In the order of walls.cpp; the first tries nothing.
ACTS = ("none", "memory", "time", "write", "read", "network", "programs", "neighbours")
#: What the act exits with when it could do what it tried (walls.cpp).
COULD = 77
LIMITS = {"build_seconds": 2, "memory_bytes": 128 << 20}
SECONDS = 300
_ROWS, _QUERIES, _DIM, _K = 1000, 200, 16, 5


def _data(path: Path) -> None:
    """A small data set with its true neighbours, laid out as ann-benchmarks' files are."""
    rng = np.random.default_rng(1)
    train = rng.standard_normal((_ROWS, _DIM), np.float32)
    test = rng.standard_normal((_QUERIES, _DIM), np.float32)
    squares = ((test[:, None, :].astype(np.float64) - train[None]) ** 2).sum(2)
    neighbors = np.argsort(squares, axis=1)[:, : 2 * _K]
    with h5py.File(path, "w") as file:
        file.attrs["distance"] = "euclidean"
        file["train"], file["test"] = train, test
        file["neighbors"] = neighbors.astype(np.int32)
        file["distances"] = np.sqrt(np.take_along_axis(squares, neighbors, 1)).astype(np.float32)


def _job(folder: Path) -> dict[str, Any]:
    planted = folder / "planted"
    planted.write_text("not for everybody", encoding="utf-8")
    text = (here() / "selftest" / "walls.cpp").read_text(encoding="utf-8")
    source = folder / "walls.cpp"
    source.write_text(text.replace("@PLANTED@", str(planted)), encoding="utf-8")
    data = folder / "selftest-walls.hdf5"
    _data(data)
    return {
        "v": 1, "job": "bench", "data_dir": str(folder / "data"),
        "datasets": [{"name": "selftest-walls", "from": str(data)}],
        "k": _K, "threads": 1, "build_threads": 1, "repeats": 1, "seed": 1, "limits": LIMITS,
        "implementations": [
            {"name": name, "source": str(source), "build": {"act": act}, "search": [{}]}
            for act, name in enumerate(ACTS)
        ],
    }  # fmt: skip


def look() -> dict[str, Any]:
    """`compiler`, `compile_seconds`, and for each act its verdict, as a run has it; `said` is the
    end of what was printed where there are no verdicts."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="annbench-selftest-") as name:
        folder = Path(name)
        job, out = folder / "job.json", folder / "out"
        job.write_text(json.dumps(_job(folder)), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-I", "-B", "-m", "annbench", "run", str(job), "--out", str(out)],
            # Really compiled, whatever was compiled before.
            env={**os.environ, "ANNBENCH_CACHE": str(folder / "compiled")}, timeout=SECONDS,
            capture_output=True, text=True, errors="replace", stdin=subprocess.DEVNULL,
        )  # fmt: skip
        events = _events(out / "events.ndjson")
    verdicts = {e["impl"]: _verdict(e) for e in events if e.get("type") == "verdict"}
    compiled = [e["seconds"] for e in events if e.get("type") == "phase" and "seconds" in e
                and e.get("phase") == "compile"]  # fmt: skip
    found: dict[str, Any] = {
        "acts": verdicts,
        "compile_seconds": max(compiled, default=None),
        "seconds": round(time.monotonic() - begun, 2),
    }
    try:
        found["compiler"] = find_compiler().name
    except Exception as e:
        found["compiler"] = None
        found["said"] = str(e)
    if len(verdicts) < len(ACTS):
        found["said"] = (done.stderr or done.stdout).strip()[-2000:]
    return found


def _verdict(event: dict[str, Any]) -> dict[str, Any]:
    could = event["verdict"] == "exited" and f"exit code {COULD}" in event["what"]
    return {"verdict": event["verdict"], "why": event["why"], "could": could}


def _events(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
