"""An app that keeps the contract of modal/apps/benchmark.py and does only what a test wants: one container, no measurement.

What it is to do is in the variable TINY_JOB: {"events", "lines", "pace", "end"}.
"""

import json
import os
import sys
import time
import zlib
from pathlib import Path

import modal

if modal.is_local():
    launch = json.loads(Path(os.environ["ANN_TUI_LAUNCH"]).read_text(encoding="utf-8"))
else:
    launch = {"app": "tiny", "volumes": {"results": "ann-results"}}
results = modal.Volume.from_name(launch["volumes"]["results"], create_if_missing=True, version=2)
app = modal.App(launch["app"], image=modal.Image.debian_slim().run_commands("true"))


class Container:
    """Events and log as the harness writes them: the file first, then the stream."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.files = {kind: (folder / kind).open("ab", buffering=0) for kind in ("events.ndjson", "log")}
        self.seq = self.count(folder / "events.ndjson")
        self.line = self.count(folder / "log")

    @staticmethod
    def count(file: Path) -> int:
        return file.read_bytes().count(b"\n")

    def say(self, text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def event(self, kind: str, **fields) -> None:
        self.seq += 1
        event = {"v": 1, "seq": self.seq, "container": self.name, "time": time.time(), "type": kind, **fields}
        text = json.dumps(event, separators=(",", ":"))
        self.files["events.ndjson"].write(text.encode() + b"\n")
        self.say(text)

    def log(self, text: str) -> None:
        self.line += 1
        self.files["log"].write(text.encode() + b"\n")
        self.say(f"{self.name}:{self.line}:{zlib.crc32(f'{self.name}:{self.line}:{text}'.encode()):08x} {text}")


def point(number: int) -> dict:
    return {
        "dataset": "quick", "impl": "hnsw", "params": {"efSearch": number}, "k": 10, "threads": 1, "recall": 0.9, "recall_tolerant": 0.9, "qps": 1000.0,
        "qps_median": 900.0, "latency_ms": {"p50": 1.0}, "build_seconds": 1.0, "index_bytes": 1, "rss_bytes": 1,
    }  # fmt: skip


@app.function(volumes={"/mnt/results": results}, timeout=launch.get("timeout", 600), single_use_containers=True, max_containers=1)
def lead(launch: dict, job: dict) -> dict:
    folder = Path("/mnt/results/runs", launch["run"])
    main = Container(folder / "main", "main")
    with (folder / "starts").open("a") as starts:
        starts.write(f"{time.time()} {os.environ['MODAL_TASK_ID']}\n")
    (folder / "spec.json").write_text(json.dumps(launch["spec"]))
    call = {"attempt": launch["attempt"], "app": app.app_id, "call": modal.current_function_call_id()}
    call |= {"budget": (launch.get("budget") or {}).get("dollars"), "earlier": launch.get("earlier", [])}
    (folder / "call.json").write_text(json.dumps(call))
    results.commit()
    main.event("container", task=os.environ["MODAL_TASK_ID"], role="coordinator")
    control = modal.Dict.from_name(launch["control"], create_if_missing=True)
    for number in range(job.get("lines", 0)):
        main.log(f"{number} {'ünï✓' if number % 7 == 0 else 'plain'} {'.' * (number % 60)}")
        if number % 10_000 == 0:
            results.commit()
    for number in range(job.get("events", 0)):
        if ((control.get(launch["run"]) or {}).get("stop")) is not None:
            main.event("stopped", reason="asked")
            results.commit()
            return {"code": 130, "failure": None}
        main.event("point", **point(number))
        main.log(f"point {number}")
        results.commit()
        time.sleep(job.get("pace", 0.0))
    match job.get("end", "ok"):
        case "raise":
            raise ValueError("the tiny job fails")
        case "oom":
            os.kill(os.getpid(), 9)
        case "hang":
            time.sleep(3600)
        case "code":
            return {"code": 1, "failure": {"what": "Two parts failed", "why": "w1: out of memory"}}
    main.event("result", seconds=1.0)
    (folder / "results.json").write_text(json.dumps({"v": 1, "points": []}))
    results.commit()
    return {"code": 0, "failure": None}


@app.local_entrypoint()
def main() -> None:
    call = lead.spawn(launch, json.loads(os.environ.get("TINY_JOB", "{}")))
    print(json.dumps({"ann_tui": "launched", "app": app.app_id, "call": call.object_id}), flush=True)
