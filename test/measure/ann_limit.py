"""How near is exact search to what one core of this machine can do? And the graph on codes?

All figures but that of two threads are of one by its own processor time, the best of several
passes; what is measured of the machine and of a search takes turns, so that both meet the same
machine. docs/limits.md says what each is.

Prints one JSON object; exit code 1 when exact search, or two threads, are below their bar.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import two_threads

from annbench import _core, facts
from annbench.data import datasets
from annbench.data.formats import hdf5
from annbench.measuring import limit
from annbench.recall import recall

BAR = 0.7
K = 10
MIB = 1 << 20
SETS = (8, 16, 32, 64, 128, 256)  # MiB
ITEMS = (64, 128, 832)  # bytes
SINGLE = 300  # queries of a pass, one by one
EFFORTS = (1000, 1100, 1200, 1400)


def seconds_of(work: Callable[[], object]) -> float:
    """Processor time of this thread, in which the core works when it is told `threads` 1."""
    begin = time.thread_time()
    work()
    return time.thread_time() - begin


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with NAME.hdf5")
    parser.add_argument("--dataset", default="fashion-mnist-784-euclidean")
    parser.add_argument("--turns", type=int, default=5)
    args = parser.parse_args()

    stamp = datasets.stamp_of(args.data, args.dataset)
    if stamp is None:
        print(f"{args.dataset} is not verified in {args.data}: annbench sync it", file=sys.stderr)
        return 2
    data = hdf5.load(args.data / stamp["file"], args.dataset, stamp["sha256"])
    train, test = data.train, data.test
    naive = _core.Naive(train, data.distance)
    if not naive.is_bytes:
        print(f"{args.dataset} is not of whole numbers within 255 of each other", file=sys.stderr)
        return 2

    print("exact search and what bounds it, in turns", file=sys.stderr)
    streamed = train.size  # bytes that a query reads: one a number
    products = train.size * len(test)
    peak = stream = batch = single = 0.0
    for _ in range(args.turns):
        peak = max(peak, _core.byte_peak())
        took = seconds_of(lambda: _core.exact_neighbours(train, test, data.distance, K))
        batch = max(batch, products / took)
        stream = max(stream, _core.stream_bandwidth(streamed))
        took = seconds_of(lambda: naive.search(test[:SINGLE], K))
        single = max(single, streamed * len(test[:SINGLE]) / took)

    print("bandwidth of sets and items", file=sys.stderr)
    bandwidth = [
        {
            "mib": mib,
            "stream": _core.stream_bandwidth(mib * MIB),
            "random": {item: _core.random_bandwidth(mib * MIB, item) for item in ITEMS},
        }
        for mib in SETS
    ]

    print("the graph on codes", file=sys.stderr)
    graph = _core.QuantizedGraph(train, data.distance, threads=2)
    random = limit.random_reads(graph.index_bytes)
    walks = []
    for effort in EFFORTS:
        ids = graph.search(test, K, effort)[0]
        took = min(
            seconds_of(lambda effort=effort: graph.search(test, K, effort))  # type: ignore[misc]
            for _ in range(args.turns)
        )
        read = graph.query_bytes(test, K, effort)
        qps = len(test) / took
        walks.append(
            {
                "effort": effort,
                "recall": recall.of(data, ids, K).strict,
                "qps": qps,
                "query_bytes": read,
                "share": read * qps / random,
            }
        )

    print("two threads", file=sys.stderr)
    threads = two_threads.measure(graph, test, K)

    shares = {"batch": batch / peak, "single": single / stream}
    share = min(shares.values())
    ok = share >= BAR and threads["verdict"] in ("ok", "one core")
    print(
        json.dumps(
            {
                "name": "ann-limit",
                "dataset": args.dataset,
                "isa": _core.byte_isa(),
                "byte_peak": peak,
                "batch": {
                    "products": batch,
                    "qps": batch / train.size,
                    "share": shares["batch"],
                },
                "single": {
                    "bandwidth": single,
                    "limit": stream,
                    "qps": single / streamed,
                    "share": shares["single"],
                },
                "bandwidth": bandwidth,
                "graph": {"index_bytes": graph.index_bytes, "random": random, "walks": walks},
                "threads": threads,
                "share": share,
                "bar": BAR,
                "verdict": "ok" if ok else "short",
                "machine": facts.describe(),
            }
        )
    )
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())
