"""The command line: run, sync, bench, info.

Exit codes: 0 done, 1 failed, 2 wrong usage or a bad job, 130 SIGINT, 143 SIGTERM.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jobkit import machine, signals
from jobkit.cloud.container.die_with_parent import die_with_parent
from jobkit.cloud.job_runner import tell
from jobkit.command import guarded
from jobkit.errors import JobError
from jobkit.events import JOURNAL, Phase
from jobkit.files import as_problem

from annbench import __version__, _core, facts, job
from annbench.api import default_data_dir
from annbench.cloud import prepare
from annbench.data import datasets
from annbench.data.formats import hdf5
from annbench.events import Events
from annbench.implementations import DEFAULTS, IMPLEMENTATIONS
from annbench.measuring import sweep
from annbench.measuring.operating_points import parameter_of
from annbench.peers.registry import ALL, PEERS
from annbench.program import PROGRAM
from annbench.results import results, table
from annbench.user import check, new, user_code


def _guarded(events: Events, work: Callable[[], None]) -> int:
    return guarded(PROGRAM, events, work)


def _open_events(out: Path, stream: bool) -> Events:
    out.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Events(journal=out / JOURNAL, stream=sys.stdout if stream else None)


def _run(args: argparse.Namespace) -> int:
    try:
        events = _open_events(args.out, args.stream)
    except OSError as e:
        print(
            f"annbench: {as_problem(e, 'The folder for results cannot be used')}", file=sys.stderr
        )
        return 1
    if args.part:
        die_with_parent()
    return _guarded(
        events, lambda: sweep.Run(job.read(args.job), args.out, events, args.part).run()
    )


def _prepare(args: argparse.Namespace) -> int:
    die_with_parent()
    events = _open_events(args.out, args.stream)
    there = False

    def work() -> None:
        nonlocal there
        whole = job.read_datasets(args.job)
        spec = next((d for d in whole.datasets if d.name == args.dataset), None)
        if spec is None:
            raise JobError("datasets", f"{args.dataset} is not among them")
        there = prepare.prepare(spec, whole.data_dir, args.out, events)

    return _guarded(events, work) or int(not there)


def _tell(args: argparse.Namespace) -> int:
    more = ["--part"] if args.part else []
    arguments = ["run", str(args.job), "--out", str(args.out), "--stream", *more]
    return tell(PROGRAM, args.container, args.out, arguments)


def _spec(args: argparse.Namespace) -> job.DatasetSpec:
    source, url = args.source, args.url
    if source is not None and source.startswith(("http://", "https://")):
        source, url = None, source
    return job.DatasetSpec(
        name=job.check_name(args.name, "NAME"),
        url=job.check_url(url, "--url"),
        source=Path(source).absolute() if source else None,
        sha256=job.check_sha256(args.sha256, "--sha256"),
        mirrors=tuple(filter(None, (job.check_url(m, "--mirror") for m in args.mirror))),
        queries=args.queries.absolute() if args.queries else None,
        distance=args.distance,
    )


def _sync(args: argparse.Namespace) -> int:
    events = (
        Events(stream=sys.stdout, human=sys.stderr) if args.events else Events(human=sys.stdout)
    )

    def work() -> None:
        begun = time.monotonic()
        spec = _spec(args)
        events.emit("started", job="sync", pid=os.getpid(), machine=facts.describe())
        with Phase(events, "data", spec.name) as phase:
            stamp = datasets.ensure(spec, args.data, args.threads or machine.cores(), phase)
        seconds = round(time.monotonic() - begun, 3)
        path = args.data / stamp["file"]
        events.emit("result", seconds=seconds, file=str(path))
        n, dim = stamp["train"]
        events.log(
            f"{spec.name}: {n:,} x {dim}, {stamp['test'][0]:,} queries, {stamp['distance']}, "
            f"{stamp['bytes'] / 1e6:.1f} MB, verified ({seconds:.1f} s)\n{path}"
        )

    return _guarded(events, work)


def _every(grid: dict[str, list[int]]) -> list[dict[str, int]]:
    """Each combination of the lists, the last one varying fastest."""
    return [dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())]


def _default_sweep(impl: str, targets: list[float]) -> list[dict[str, Any]]:
    """An entry for each build, with all its searches; or, where it can be, with the recalls to find
    searches for."""
    known = job.REGISTERED.get(impl)
    grids = known.sweep if known else {"build": {}, "search": {}}
    finds = bool(targets) and known is not None and parameter_of(impl) is not None
    what = {"at_recall": targets} if finds else {"search": _every(grids["search"])}
    return [{"name": impl, "build": each, **what} for each in _every(grids["build"])]


def _recalls(text: str) -> list[float]:
    return [float(word) for word in text.split(",") if word]


def _names(told: str) -> list[str]:
    """What --impl names; `peers` are all libraries of others."""
    return [one for name in told.split(",") for one in (PEERS if name == ALL else [name])]


def _bench_job(args: argparse.Namespace) -> dict[str, Any]:
    return {
        "v": 1,
        "job": "bench",
        "datasets": [
            {"name": name, "url": args.url, "from": args.source and os.path.abspath(args.source)}
            for name in args.dataset.split(",")
        ],
        "data_dir": str(args.data.absolute()),
        "k": args.k,
        "threads": args.threads,
        "build_threads": args.build_threads or machine.cores(),
        "subset": args.subset,
        "repeats": args.repeats,
        "seed": args.seed,
        "implementations": [
            entry for name in _names(args.impl) for entry in (
                [{"source": os.path.abspath(name)}] if name.endswith(user_code.SUFFIXES)
                else _default_sweep(name, args.recall)
            )
        ],
    }  # fmt: skip


def _bench(args: argparse.Namespace) -> int:
    def into(out: Path) -> int:
        events = _open_events(out, stream=False)

        def work() -> None:
            spec = job.parse(_bench_job(args))
            sweep.Run(spec, out, events).run()
            found = json.loads((out / results.FILE).read_text(encoding="utf-8"))
            for dataset in found["datasets"]:
                points = [p for p in found["points"] if p["dataset"] == dataset["name"]]
                events.log(f"\n{dataset['name']}, k={args.k}, {spec.threads} thread(s)")
                events.log(table.render(points))
            for found_verdict in found["verdicts"]:
                events.log(
                    f"{found_verdict['implementation']}: {found_verdict['verdict']} "
                    f"({found_verdict['why']})"
                )

        return _guarded(events, work)

    if args.out is not None:
        return into(args.out)
    with tempfile.TemporaryDirectory(prefix="annbench-") as folder:
        return into(Path(folder))


def _new(args: argparse.Namespace) -> int:
    events = Events(human=sys.stdout)
    return _guarded(events, lambda: events.log(str(new.create(args.name, args.dir))))


def _check(args: argparse.Namespace) -> int:
    events = Events(human=sys.stdout)
    source = args.file.absolute()
    verdict = check.check(source, events.log)
    events.log(verdict.lines())
    return 0 if verdict.word == "ok" else 1


def _info(_args: argparse.Namespace) -> int:
    print(json.dumps(facts.describe()))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="annbench", description="Benchmarks approximate nearest neighbour search."
    )
    parser.add_argument("--version", action="version", version=f"annbench {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="run a job, resuming what an earlier attempt left")
    job_help = "what to measure, on which data (README, Jobs)"
    data_help = "where data sets are kept (default: %(default)s)"
    run.add_argument("job", type=Path, metavar="JOB.json", help=job_help)
    run.add_argument("--out", type=Path, required=True, metavar="DIR",
                     help="for events and results; one that was begun is gone on with")  # fmt: skip
    run.add_argument("--stream", action="store_true", help="print each event on stdout as well")
    run.set_defaults(call=_run)

    run.add_argument("--part", action="store_true",
                     help="a part of a larger job, run for the job runner of a container")  # fmt: skip

    ready = commands.add_parser("prepare", help="have one data set of a job ready")
    ready.add_argument("job", type=Path, metavar="JOB.json", help=job_help)
    ready.add_argument("--dataset", required=True, metavar="NAME", help="which of the job's")
    ready.add_argument("--out", type=Path, required=True, metavar="DIR", help="for events")
    ready.add_argument("--stream", action="store_true", help="print each event on stdout as well")
    ready.set_defaults(call=_prepare)

    told = commands.add_parser("tell", help="run a job, and number and keep all that it prints")
    told.add_argument("job", type=Path, metavar="JOB.json", help=job_help)
    told.add_argument("--out", type=Path, required=True, metavar="DIR",
                      help="for events, results and the log")  # fmt: skip
    told.add_argument("--container", default="main", metavar="NAME",
                      help="what its lines are marked with (default: %(default)s)")  # fmt: skip
    told.add_argument("--part", action="store_true", help="the job is a part of a larger one")
    told.set_defaults(call=_tell)

    sync = commands.add_parser("sync", help="make or fetch one data set and verify it")
    sync.add_argument("name", metavar="NAME",
                      help="what it is called from now on; quick is made here")  # fmt: skip
    sync.add_argument("--data", type=Path, default=default_data_dir(), metavar="DIR",
                      help=data_help)  # fmt: skip
    sync.add_argument("--from", dest="source", metavar="PATH|URL",
                      help="HDF5, .npy, .fvecs, .fbin, …; a folder of IDX images")  # fmt: skip
    sync.add_argument("--queries", type=Path, metavar="FILE", help="the queries to --from")
    sync.add_argument("--distance", choices=hdf5.METRICS, help="of a file that does not say")
    sync.add_argument("--mirror", action="append", default=[], metavar="URL",
                      help="another address of the same file; may be given again")  # fmt: skip
    sync.add_argument("--url", metavar="URL", help="a whole data set, in HDF5")
    sync.add_argument("--sha256", metavar="HEX", help="what the file has to have")
    sync.add_argument("--threads", type=int, metavar="N", help="for the true neighbours")
    sync.add_argument("--events", action="store_true", help="events as JSON lines on stdout")
    sync.set_defaults(call=_sync)

    bench = commands.add_parser("bench", help="measure and print a table")
    bench.add_argument("--dataset", default="quick", metavar="NAME[,NAME]",
                       help="which data (default: %(default)s)")  # fmt: skip
    bench.add_argument("--impl", default=",".join(n for n, one in IMPLEMENTATIONS.items() if one.default),
                       metavar="NAME|FILE[,...]",
                       help="built in, a library of others (`peers`: all), or a .cpp or .py file")  # fmt: skip
    bench.add_argument("--recall", type=_recalls, default=[], metavar="R[,...]",
                       help="find settings that reach these, instead of a sweep")  # fmt: skip
    bench.add_argument("--k", type=int, default=DEFAULTS["k"], metavar="N",
                       help="neighbours asked for (default: %(default)s)")  # fmt: skip
    bench.add_argument("--threads", type=int, default=1, metavar="N",
                       help="searching (default 1, kept on one core; 0: all)")  # fmt: skip
    bench.add_argument("--build-threads", type=int, metavar="N", help="building (default: all)")
    bench.add_argument("--subset", type=int, metavar="ROWS", help="only the first rows")
    bench.add_argument("--repeats", type=int, default=DEFAULTS["repeats"], metavar="N",
                       help="passes of a point; more until they agree (default: %(default)s)")  # fmt: skip
    bench.add_argument("--seed", type=int, default=DEFAULTS["seed"], metavar="N",
                       help="of what is random in a build (default: %(default)s)")  # fmt: skip
    bench.add_argument("--data", type=Path, default=default_data_dir(), metavar="DIR",
                       help=data_help)  # fmt: skip
    bench.add_argument("--from", dest="source", metavar="PATH", help="a file to make the data of")
    bench.add_argument("--url", metavar="URL", help="where to fetch the data")
    bench.add_argument("--out", type=Path, metavar="DIR", help="keep events and results here")
    bench.set_defaults(call=_bench)

    fresh = commands.add_parser("new", help="write NAME.cpp, an implementation to start from")
    fresh.add_argument("name", metavar="NAME", help="of the implementation and its file")
    fresh.add_argument("--dir", type=Path, default=Path(), metavar="DIR",
                       help="where to write it (default: here)")  # fmt: skip
    fresh.set_defaults(call=_new)

    checked = commands.add_parser("check", help="look for wrong uses of memory in FILE.cpp")
    checked.add_argument("file", type=Path, metavar="FILE.cpp", help="an implementation of yours")
    checked.set_defaults(call=_check)

    info = commands.add_parser("info", help="one JSON object: versions, processor, compiler")
    info.set_defaults(call=_info)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Entry point of the `annbench` command."""
    os.umask(0o077)  # what a benchmark leaves behind is its owner's
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    args = _parser().parse_args(argv)
    try:
        _core.isa()
    except ValueError as e:  # ANNBENCH_ISA asks for what this processor lacks
        print(f"annbench: {e}", file=sys.stderr)
        return 2
    signals.install()
    return args.call(args)  # type: ignore[no-any-return]
