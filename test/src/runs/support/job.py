"""A job of a few lines that speaks events. Arguments: mode, number of points, seconds between them."""

import json
import os
import signal
import sys
import time

mode, points, pause = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
sequence = 0
if os.path.exists("events.ndjson"):
    with open("events.ndjson", encoding="utf-8") as file:
        for line in file:
            try:
                sequence = max(sequence, json.loads(line)["seq"])
            except ValueError:
                pass  # torn by a kill


def say(kind, **fields):
    global sequence
    sequence += 1
    line = json.dumps({"v": 1, "seq": sequence, "container": "main", "time": time.time(), "type": kind, **fields}) + "\n"
    descriptor = os.open("events.ndjson", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(descriptor, line.encode())
    os.close(descriptor)


def leave(*_):
    say("stopped", reason="SIGTERM")
    sys.exit(143)


signal.signal(signal.SIGTERM, signal.SIG_IGN if mode == "stubborn" else leave)
with open("starts", "a", encoding="utf-8") as file:
    file.write(f"{os.getpid()}\n")
print("hello from the job", flush=True)
say("started", job="bench", pid=os.getpid(), machine={"cores": 2})
have = set()
if os.path.exists("have"):
    with open("have", encoding="utf-8") as file:
        have = {int(line) for line in file}
for number in range(points):
    if number in have:
        continue
    time.sleep(pause)
    say(
        "point", dataset="quick", impl="hnsw", params={"efSearch": number}, k=10, threads=1, recall=0.9, recall_tolerant=0.9, qps=100.0, qps_median=99.0,
        latency_ms={"mean": 1.0}, build_seconds=1.0, index_bytes=1, rss_bytes=1,
    )
    with open("have", "a", encoding="utf-8") as file:
        file.write(f"{number}\n")
if mode == "fail":
    say("failed", what="The dataset could not be read", why="quick.hdf5: truncated file", hint="ann-tui sync quick")
    sys.exit(1)
if mode == "crash":
    os.abort()
if mode == "gone":
    os.killpg(0, signal.SIGKILL)
while mode in ("hang", "stubborn"):
    time.sleep(0.05)
if mode == "child":
    os.system("sleep 300 & echo $! > grandchild")
say("result", seconds=1.0, file="results.json")
