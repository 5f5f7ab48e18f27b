"""The command line: run, sync, remove, inventory, score, info.

Exit codes: 0 done, 1 failed, 2 wrong usage or a bad job, 130 SIGINT, 143 SIGTERM.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

from jobkit import signals
from jobkit.cloud.container.die_with_parent import die_with_parent
from jobkit.command import guarded
from jobkit.events import JOURNAL, Phase
from jobkit.fields import read_object
from jobkit.files import as_problem, write_json

from seizure import __version__, facts
from seizure.program import PROGRAM, Events


def _run(args: argparse.Namespace) -> int:
    try:
        args.out.mkdir(parents=True, exist_ok=True, mode=0o700)
        events = Events(journal=args.out / JOURNAL, stream=sys.stdout if args.stream else None)
    except OSError as e:
        print(f"seizure: {as_problem(e, 'The folder for results cannot be used')}", file=sys.stderr)
        return 1
    if args.part:
        die_with_parent()

    def work() -> None:
        from seizure.evaluation.run import run
        from seizure.job import parse

        job = parse(read_object(args.job))
        run(replace(job, data_dir=args.data or job.data_dir), args.out, events)

    return guarded(PROGRAM, events, work)


def _sync(args: argparse.Namespace) -> int:
    events = (
        Events(stream=sys.stdout, human=sys.stderr) if args.events else Events(human=sys.stdout)
    )

    def work() -> None:
        from seizure.fetch.inventories import Decided
        from seizure.fetch.sync import sync
        from seizure.job import check_name, check_url

        begun = time.monotonic()
        name, url = check_name(args.name, "NAME"), check_url(args.url, "--url")
        source = args.source.absolute() if args.source else None
        decided = Decided(args.unlabelled, args.long_seizures)
        said = args.unlabelled or args.long_seizures
        events.emit("started", job="sync", pid=os.getpid(), machine=facts.describe())
        with Phase(events, "data", name) as phase:
            sync(name, args.data, phase, source, url, decided if said else None)
        stamp = args.data / f"{name}.json"
        events.emit("result", seconds=round(time.monotonic() - begun, 3), file=str(stamp))

    return guarded(PROGRAM, events, work)


def _remove(args: argparse.Namespace) -> int:
    events = Events(human=sys.stdout)

    def work() -> None:
        from seizure.fetch.remove import remove
        from seizure.job import check_name

        name = check_name(args.name, "NAME")
        with Phase(events, "data", name) as phase:
            remove(name, args.data, phase, args.prepared)

    return guarded(PROGRAM, events, work)


def _inventory(args: argparse.Namespace) -> int:
    events = Events(human=sys.stderr)

    def work() -> None:
        from seizure.evaluation.data import inventory_at
        from seizure.evaluation.words import inventory_lines

        with Phase(events, "inventory", args.what) as phase:
            found = inventory_at(args.what, args.data, phase)
        summary = found.summary()
        print(json.dumps(summary) if args.json else "\n".join(inventory_lines(found.name, summary)))

    return guarded(PROGRAM, events, work)


def _score(args: argparse.Namespace) -> int:
    events = Events(human=sys.stderr)

    def work() -> None:
        from seizure.scoring import command

        scores = command.score(args.truth, args.predicted)
        if args.json is not None:
            write_json(args.json, scores)
        print("\n".join(command.lines(scores)))

    return guarded(PROGRAM, events, work)


def _info(_args: argparse.Namespace) -> int:
    print(json.dumps(facts.describe()))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="seizure", description="EEG seizure detection: recordings prepared, detectors scored."
    )
    parser.add_argument("--version", action="version", version=f"seizure {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="run a job, resuming what an earlier attempt left")
    run.add_argument("job", type=Path, metavar="JOB.json", help="what to prepare or to score")
    run.add_argument("--out", type=Path, required=True, metavar="DIR",
                     help="for events and results; one that was begun is gone on with")  # fmt: skip
    run.add_argument("--stream", action="store_true", help="print each event on stdout as well")
    part_help = "a part of a larger job, run for the job runner of a container"
    run.add_argument("--part", action="store_true", help=part_help)
    data_help = "a folder of datasets in place of the job's own: a copy of it, in a container"
    run.add_argument("--data", type=Path, metavar="DIR", help=data_help)
    run.set_defaults(call=_run)

    sync = commands.add_parser("sync", help="make, fetch or take recordings, and verify them")
    sync.add_argument("name", metavar="NAME", help="what they are called from now on")
    sync.add_argument("--data", type=Path, required=True, metavar="DIR",
                      help="where datasets are kept")  # fmt: skip
    from_help = "a folder of recordings that is here already; it is left where it is"
    sync.add_argument("--from", dest="source", type=Path, metavar="PATH", help=from_help)
    sync.add_argument("--url", metavar="URL", help="where to fetch them")
    sync.add_argument("--unlabelled", action="store_true",
                      help="take recordings without annotation, as background")  # fmt: skip
    long_help = "seizures of more than 30 minutes: as they are, or without their recording"
    sync.add_argument("--long-seizures", choices=("keep", "leave-out"), help=long_help)
    sync.add_argument("--events", action="store_true", help="events as JSON lines on stdout")
    sync.set_defaults(call=_sync)

    remove = commands.add_parser("remove", help="let a dataset go; folders of your own stay")
    remove.add_argument("name", metavar="NAME", help="of the dataset")
    remove.add_argument("--data", type=Path, required=True, metavar="DIR",
                        help="where datasets are kept")  # fmt: skip
    remove.add_argument("--prepared", action="store_true", help="what was prepared of it alone")
    remove.set_defaults(call=_remove)

    inventory = commands.add_parser("inventory", help="what a folder of recordings has")
    inventory.add_argument("what", metavar="FOLDER|NAME", help="recordings, or a dataset's name")
    inventory.add_argument("--data", type=Path, required=True, metavar="DIR",
                           help="where datasets are kept")  # fmt: skip
    inventory.add_argument("--json", action="store_true", help="one JSON object")
    inventory.set_defaults(call=_inventory)

    score = commands.add_parser("score", help="compare two folders of annotations")
    score.add_argument("truth", type=Path, metavar="TRUTH", help="a folder of *_events.tsv")
    score.add_argument("predicted", type=Path, metavar="PRED", help="the same, of a detector")
    score.add_argument("--json", type=Path, metavar="FILE", help="write the scores there as well")
    score.set_defaults(call=_score)

    info = commands.add_parser("info", help="one JSON object: versions, processor")
    info.set_defaults(call=_info)
    return parser


def main(argv: list[str] | None = None) -> int:
    """Entry point of `python -m seizure`."""
    os.umask(0o077)  # what a run leaves behind is its owner's
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    args = _parser().parse_args(argv)
    signals.install()
    return args.call(args)  # type: ignore[no-any-return]
