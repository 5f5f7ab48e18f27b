"""A detector trained and judged as `train --config laptop` does, from nothing: for several seeds of
the made-up patients and of the training."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Cell:
    """`patients`: the seed that they are made by. `seed`: of the training."""

    patients: int
    seed: int


def have(cell: Cell, data_dir: Path) -> str:
    """The dataset's name. The ordinary patients are made by the job itself."""
    from jobkit.events import Phase

    from seizure import synthetic
    from seizure.fetch.sync import sync
    from seizure.program import Events
    from seizure.synthetic.corpus import write_corpus
    from seizure.synthetic.recipe import ORDINARY, Recipe

    if cell.patients == ORDINARY.seed:
        return synthetic.NAME
    name = f"patients-{cell.patients}"
    with Phase(Events(human=None), "data", name) as phase:
        write_corpus(data_dir / "made" / name, phase, Recipe(seed=cell.patients))
        sync(name, data_dir, phase, source=data_dir / "made" / name)
    return name


def run(cell: Cell, asked: dict[str, Any], folder: Path) -> int:
    """The whole run, in this process and its children. `asked`: config, settings, workers."""
    from seizure.cli import main

    data_dir = folder / "datasets"
    data_dir.mkdir()
    job = {
        "v": 1, "job": "train", "datasets": [{"name": have(cell, data_dir)}],
        "data_dir": str(data_dir), "seeds": [cell.seed], **asked,
    }  # fmt: skip
    (folder / "job.json").write_text(json.dumps(job))
    return main(["run", str(folder / "job.json"), "--out", str(folder / "out")])


def figures(cell: Cell, out: Path, steps: int) -> dict[str, Any]:
    """What the run's own files say."""
    results = json.loads((out / "results.json").read_text())
    trained = next(one for one in results["detectors"] if "checkpoint" in one)
    baselines = {
        one["title"]: one["auroc"] for one in results["detectors"] if "checkpoint" not in one
    }
    best = max(baselines, key=lambda title: baselines[title])
    return {
        "patients": cell.patients,
        "seed": cell.seed,
        "auroc": trained["auroc"],
        "auroc_interval": trained["auroc_interval"],
        "kinds": {one["kind"]: one["auroc"] for one in trained["kinds"]},
        "dev_auroc": trained["dev_auroc"],
        "quarter": dev_at(out / "events.ndjson", steps // 4),
        "baseline": best,
        "baseline_auroc": baselines[best],
        "gain": trained["gain"],
        "gain_interval": trained["gain_interval"],
    }


def dev_at(journal: Path, step: int) -> float:
    """AUROC on dev at that step; the config has to have it looked at there."""
    for line in journal.read_text().splitlines():
        event = json.loads(line) if line.startswith("{") else {}
        if event.get("type") == "metric" and event["step"] == step:
            found = event["values"].get("dev_auroc")
            if found is not None:
                return float(found)
    raise SystemExit(f"dev was not looked at after step {step}: evaluate_every does not divide it")


def measure(cells: list[Cell], config: Path, at_once: int, keep: Path) -> list[dict[str, Any]]:
    """Each in a process of its own; `cpu_seconds` and `wall_seconds` are of all that it took."""
    steps = json.loads(config.read_text())["config"]["training"]["steps"]
    waiting, running, found = list(cells), {}, []
    while waiting or running:
        while waiting and len(running) < at_once:
            cell = waiting.pop(0)
            folder = Path(tempfile.mkdtemp(dir=keep))
            command = [sys.executable, "-u", __file__, "--config", str(config), "--out", str(folder),
                       "--patients", str(cell.patients), "--seeds", str(cell.seed), "--here"]  # fmt: skip
            with open(folder / "log", "w") as log:
                child = subprocess.Popen(command, stdout=log, stderr=log)
            running[child.pid] = (child, cell, folder, time.monotonic())
        pid, status, used = os.wait3(0)
        child, cell, folder, begun = running.pop(pid)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            raise SystemExit(f"{cell} ended with {child.returncode}:\n{(folder / 'log').read_text()}")
        one = figures(cell, folder / "out", steps)
        one["cpu_seconds"] = round(used.ru_utime + used.ru_stime, 1)
        one["wall_seconds"] = round(time.monotonic() - begun, 1)
        found.append(one)
        print(f"patients {cell.patients}, seed {cell.seed}: AUROC {one['auroc']:.3f}, "
              f"{one['cpu_seconds']:.0f} CPU s", file=sys.stderr, flush=True)  # fmt: skip
    return sorted(found, key=lambda one: (one["patients"], one["seed"]))


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--config", type=Path, required=True, help="JSON: config, settings, workers")
    asked.add_argument("--out", type=Path, required=True)
    asked.add_argument("--patients", type=int, nargs="+", required=True)
    asked.add_argument("--seeds", type=int, nargs="+", required=True)
    asked.add_argument("--at-once", type=int, default=1)
    asked.add_argument("--here", action="store_true", help="one, in this process")
    args = asked.parse_args()
    cells = [Cell(patients, seed) for patients in args.patients for seed in args.seeds]
    if args.here:
        return run(cells[0], json.loads(args.config.read_text()), args.out)
    print(json.dumps(measure(cells, args.config, args.at_once, args.out)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
