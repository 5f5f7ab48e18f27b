"""Is our HNSW at least as fast as hnswlib at equal recall?

Both build with the same M and efConstruction and answer the same queries in one process, one
thread, turn by turn (A B, B A, ...), so that both meet the same noise. Each side is timed around
one call that answers all queries one by one: ours takes float32 in and gives ids out, hnswlib's
knn_query gives ids and distances. QPS at a recall is read off the sweep, log-linear in between,
for each turn; told are the medians over the turns and the range of the ratios.

Prints one JSON object; exit code 1 when the worst ratio is below the bar.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import statistics
import sys
import time
from pathlib import Path
from typing import Any

RECALLS = (0.95, 0.99, 0.995)
EF = (10, 14, 20, 28, 40, 56, 80, 112, 160, 224, 320)  # as far as needed
BAR = 1.0


def at_recall(curve: list[tuple[float, float]], wanted: float) -> float | None:
    """QPS where a (recall, qps) curve crosses `wanted`; None outside of it."""
    curve = sorted(curve)
    for (r0, q0), (r1, q1) in itertools.pairwise(curve):
        if r0 <= wanted <= r1 and r1 > r0:
            share = (wanted - r0) / (r1 - r0)
            return math.exp(math.log(q0) + share * (math.log(q1) - math.log(q0)))
    return None


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with NAME.hdf5")
    parser.add_argument("--dataset", default="fashion-mnist-784-euclidean")
    parser.add_argument("--python-extra", help="folder from which hnswlib can be imported")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--build-threads", type=int, default=1)
    parser.add_argument("--M", type=int, default=16)
    parser.add_argument("--ef-construction", type=int, default=200)
    args = parser.parse_args()
    if args.python_extra:
        sys.path.append(args.python_extra)

    import hnswlib
    import numpy as np

    from annbench import _core, facts
    from annbench.data import datasets
    from annbench.data.formats import hdf5
    from annbench.recall import recall

    stamp = datasets.stamp_of(args.data, args.dataset)
    if stamp is None:
        print(f"{args.dataset} is not verified in {args.data}: annbench sync it", file=sys.stderr)
        return 2
    data = hdf5.load(args.data / stamp["file"], args.dataset, stamp["sha256"])
    train, test, k = data.train, data.test, 10

    start, cpu = time.perf_counter(), time.process_time()
    ours = _core.Hnsw(train, data.distance, args.M, args.ef_construction, 42, args.build_threads)
    ours_build, ours_cpu = time.perf_counter() - start, time.process_time() - cpu

    start, cpu = time.perf_counter(), time.process_time()
    theirs = hnswlib.Index(
        space="l2" if data.distance == "euclidean" else "cosine", dim=train.shape[1]
    )
    theirs.init_index(
        max_elements=len(train), M=args.M, ef_construction=args.ef_construction, random_seed=42
    )
    theirs.add_items(train, num_threads=args.build_threads)
    theirs_build, theirs_cpu = time.perf_counter() - start, time.process_time() - cpu
    theirs.set_num_threads(1)

    def ask_ours(ef: int) -> tuple[Any, float]:
        begin = time.perf_counter()
        ids = ours.search(test, k, ef, 1)[0]
        return ids, time.perf_counter() - begin

    def ask_theirs(ef: int) -> tuple[Any, float]:
        theirs.set_ef(ef)
        begin = time.perf_counter()
        ids, _ = theirs.knn_query(test, k=k, num_threads=1)
        return ids, time.perf_counter() - begin

    sides = {"ours": ask_ours, "hnswlib": ask_theirs}
    recalls: dict[str, dict[int, float]] = {"ours": {}, "hnswlib": {}}
    for name, ask in sides.items():  # warm-up; recall does not change from turn to turn
        for ef in EF:
            ids = ask(ef)[0].astype(np.int64)
            recalls[name][ef] = recall.of(data, ids, k).strict
            if recalls[name][ef] >= RECALLS[-1]:
                break

    qps: dict[str, list[dict[int, float]]] = {"ours": [], "hnswlib": []}
    for turn in range(args.repeats):
        for side in qps.values():
            side.append({})
        for i, ef in enumerate(EF):
            order = list(sides) if (turn + i) % 2 == 0 else list(sides)[::-1]
            for name in order:
                if ef in recalls[name]:
                    qps[name][turn][ef] = len(test) / sides[name](ef)[1]

    rows = []
    for wanted in RECALLS:
        speeds: dict[str, list[float]] = {}
        for name in sides:
            found = [
                at_recall([(recalls[name][ef], turn[ef]) for ef in turn], wanted)
                for turn in qps[name]
            ]
            speeds[name] = [x for x in found if x is not None]
        if len(speeds["ours"]) != args.repeats or len(speeds["hnswlib"]) != args.repeats:
            print(f"recall {wanted} lies outside of a sweep", file=sys.stderr)
            return 1
        ratios = [a / b for a, b in zip(speeds["ours"], speeds["hnswlib"], strict=True)]
        rows.append(
            {
                "recall": wanted,
                "ours_qps": round(statistics.median(speeds["ours"]), 1),
                "hnswlib_qps": round(statistics.median(speeds["hnswlib"]), 1),
                "ratio": round(statistics.median(ratios), 3),
                "ratio_min": round(min(ratios), 3),
                "ratio_max": round(max(ratios), 3),
            }
        )
    ratio = min(row["ratio"] for row in rows)
    verdict = "ok" if ratio >= BAR else "short"
    print(
        json.dumps(
            {
                "name": "hnsw-vs-hnswlib",
                "what": "queries/s of annbench hnsw over hnswlib, equal recall@10, one thread",
                "dataset": args.dataset,
                "M": args.M,
                "efConstruction": args.ef_construction,
                "repeats": args.repeats,
                "rows": rows,
                "ratio": ratio,
                "bar": BAR,
                "verdict": verdict,
                "build_threads": args.build_threads,
                "ours_build_seconds": round(ours_build, 2),
                "hnswlib_build_seconds": round(theirs_build, 2),
                "ours_build_cpu_seconds": round(ours_cpu, 2),
                "hnswlib_build_cpu_seconds": round(theirs_cpu, 2),
                "sweep": {
                    name: [
                        {
                            "efSearch": ef,
                            "recall": round(recalls[name][ef], 5),
                            "qps": round(statistics.median(turn[ef] for turn in qps[name]), 1),
                        }
                        for ef in recalls[name]
                    ]
                    for name in sides
                },
                "machine": facts.describe(),
            }
        )
    )
    return 0 if verdict == "ok" else 1


if __name__ == "__main__":
    sys.exit(main())
